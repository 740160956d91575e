"""Commands of the Odoo command line; Odoo finds them by their file names."""

from . import verify_approvals
