"""The versions that were tested together. Others work with a warning."""

# Debian's package of Odoo 19 (upstream code of mid-February 2026).
ODOO_SERIES = (19, 0)
ODOO_PACKAGE = "odoo-19"
ODOO_VERSION = "19.0.0+dfsg-1"
ODOO_SHA256 = "9d2f598b0555db17e291d48ed24df184c70823c053c4c5ed53c467ca7f629bbf"

# Packages that the links inside Debian's Odoo point into. They are taken from
# the machine's own release (Font Awesome must be 4.7), the rest from sid.
ODOO_COMPANIONS = (
    "fonts-font-awesome",
    "fonts-glyphicons-halflings",
    "fonts-inconsolata",
    "fonts-montserrat",
    "fonts-ocr-b",
    "fonts-roboto-unhinted",
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
)
FONT_AWESOME = "4.7"

# Oldest server that Odoo 19 accepts, and the one that was tested.
POSTGRESQL_MINIMUM = 13
POSTGRESQL_TESTED = 15

# Oldest Node that the examples of docs/api are for (it has `fetch`).
NODE_MINIMUM = 18

PYTHON_MINIMUM = (3, 10)
PYTHON_MAXIMUM = (3, 13)
