from odoo.tests import tagged

from ..hooks import close_sign_up
from .common import CrmCase

SCOPE = "auth_signup.invitation_scope"


@tagged("post_install", "-at_install")
class TestHooks(CrmCase):
    """What installing does to a database that has been used before."""

    def test_sign_up_is_closed_where_nobody_uses_it(self):
        """Strangers register no accounts, where none has done so. Covers: B23."""
        parameters = self.env["ir.config_parameter"]
        parameters.set_param(SCOPE, "b2c")
        close_sign_up(self.env)
        self.assertEqual(parameters.get_param(SCOPE), "b2c", "pat came that way")
        self.env["res.users"].search([("share", "=", True)]).active = False
        close_sign_up(self.env)
        self.assertEqual(parameters.get_param(SCOPE), "b2b")
