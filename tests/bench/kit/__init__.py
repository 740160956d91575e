"""What the benchmarks share: data, calls as a client makes them, figures.

Importing it reads the configuration named by ``ODOO_RC``, so that addons can be
imported and databases opened afterwards.
"""

from odoo.service.server import load_server_wide_modules
from odoo.tools import config

config.parse_config(["--log-level=warn"], setup_logging=True)
load_server_wide_modules()
