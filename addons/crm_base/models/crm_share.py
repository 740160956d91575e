from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CrmShare(models.Model):
    """A customer lent to a colleague, for reading or also for writing."""

    _name = "crm.share"
    _description = "Customer Share"
    _order = "partner_id, id"
    _rec_name = "user_id"
    _crm_recycle = True

    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        required=True,
        index=True,
        ondelete="cascade",
        domain=[("is_crm_customer", "=", True)],
    )
    user_id = fields.Many2one(
        "res.users",
        "Colleague",
        required=True,
        index=True,
        ondelete="cascade",
        domain=[("share", "=", False)],
    )
    mode = fields.Selection(
        [("read", "Read"), ("write", "Read and Write")],
        "Right",
        required=True,
        default="read",
    )
    until = fields.Date(
        "Valid Until",
        help="The last day of the share. Empty means until it is revoked.",
    )
    note = fields.Char("Reason")

    _partner_user_uniq = models.UniqueIndex(
        "(partner_id, user_id)", "This customer is already shared with this colleague."
    )

    @api.constrains("partner_id", "user_id")
    def _check_partner_id(self):
        for share in self:
            if not share.partner_id.is_crm_customer:
                raise ValidationError(self.env._("Only customers can be shared."))
            if share.user_id.share:
                raise ValidationError(
                    self.env._("Customers are shared with colleagues only.")
                )
            # sudo: whoever lends a customer knows its owner
            if share.user_id == share.partner_id.sudo().user_id:
                raise ValidationError(
                    self.env._(
                        "%(user)s owns this customer already.", user=share.user_id.name
                    )
                )

    @api.model
    def _crm_valid_domain(self, mode):
        """Return the domain (list) of shares that grant ``mode`` today.

        Today is that of the user's time zone: a share lasts until the day ends there.
        """
        today = fields.Date.context_today(self)
        domain = ["|", ("until", "=", False), ("until", ">=", today)]
        if mode != "read":
            domain.append(("mode", "=", "write"))
        return domain

    def write(self, vals):
        if {"partner_id", "user_id"}.intersection(vals):
            for share in self:
                if vals.get(
                    "partner_id", share.partner_id.id
                ) != share.partner_id.id or (
                    vals.get("user_id", share.user_id.id) != share.user_id.id
                ):
                    raise ValidationError(
                        self.env._("Revoke this share and make a new one instead.")
                    )
        return super().write(vals)
