from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError

from ..tools import door


class CrmLoginRule(models.Model):
    """From where, and with what, some accounts may be used."""

    _name = "crm.login.rule"
    _description = "Log-in Restriction"
    _order = "sequence, id"

    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    user_ids = fields.Many2many("res.users", string="Users")
    group_ids = fields.Many2many("res.groups", string="Roles")
    networks = fields.Text(
        "Allowed Networks",
        help="Addresses and networks like 203.0.113.0/24, one a line. Empty: anywhere.",
    )
    device = fields.Selection(
        [
            ("any", "Any Device"),
            ("mobile", "Phones Only"),
            ("desktop", "No Phones"),
        ],
        required=True,
        default="any",
        help="As the browser says of itself.",
    )

    @api.constrains("networks")
    def _check_networks(self):
        for rule in self:
            try:
                door.networks_of(rule.networks)
            except ValueError as error:
                raise ValidationError(
                    self.env._("This is no network: %(error)s", error=error)
                ) from error

    @api.constrains("active", "user_ids", "group_ids", "networks", "device")
    def _check_last_administrator(self):
        self.env["res.users"]._crm_check_free_administrator()

    @api.model_create_multi
    def create(self, vals_list):
        rules = super().create(vals_list)
        self.env.registry.clear_cache()
        return rules

    def write(self, vals):
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        result = super().unlink()
        self.env.registry.clear_cache()
        return result

    @api.model
    @tools.ormcache("uid")
    def _crm_of_user(self, uid):
        """Return the restrictions of a user, a tuple of (networks, device)."""
        # sudo: what holds for an account does not depend on who asks
        user = self.env["res.users"].sudo().browse(uid)
        rules = self.sudo().search(
            [
                "|",
                ("user_ids", "in", [uid]),
                ("group_ids", "in", list(user._get_group_ids())),
            ]
        )
        return tuple(
            (tuple(door.networks_of(rule.networks)), rule.device) for rule in rules
        )

    @api.model
    def _crm_refusal(self, uid, address, user_agent):
        """Return why an account may not be used from there (str), "" if it may."""
        for networks, device in self._crm_of_user(uid):
            if networks and not door.is_inside(address, networks):
                return self.env._(
                    "Your account may not be used from this network (%(address)s).",
                    address=address,
                )
            is_mobile = door.is_mobile(user_agent)
            if device == "mobile" and not is_mobile:
                return self.env._("Your account may be used on a phone only.")
            if device == "desktop" and is_mobile:
                return self.env._("Your account may not be used on a phone.")
        return ""
