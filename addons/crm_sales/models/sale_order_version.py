from odoo import fields, models
from odoo.exceptions import UserError


class SaleOrder(models.Model):
    """Versions of a quotation: what the customer had before is kept as it was."""

    _inherit = "sale.order"

    version = fields.Integer(
        default=1, readonly=True, copy=False, aggregator=None, required=True
    )
    next_version_id = fields.Many2one(
        "sale.order",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    previous_version_ids = fields.One2many(
        "sale.order", "next_version_id", readonly=True, copy=False
    )

    def _crm_workflow_fields(self):
        return super()._crm_workflow_fields() | {
            "next_version_id",
            "previous_version_ids",
            "version",
        }

    # ------------------------------------------------------------
    # ORM
    # ------------------------------------------------------------

    def write(self, vals):
        if vals.get("state", "cancel") != "cancel":
            for order in self:
                # sudo: that there is another version, whoever may see it
                newer = order.sudo().next_version_id
                if newer:
                    raise UserError(
                        self.env._(
                            "%(order)s is replaced by %(newer)s. Go on with that one.",
                            order=order.name,
                            newer=newer.name,
                        )
                    )
        return super().write(vals)

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_new_version(self):
        """Make another version of a quotation; this one is kept and cancelled.

        :return: the action (dict) that opens the new version
        :raise UserError: it is an order already, or there is a newer version
        """
        self.ensure_one()
        self.check_access("write")
        self._crm_lock()
        self.invalidate_recordset(["next_version_id", "state"])
        newer = self.next_version_id
        if newer or self.state not in ("draft", "sent", "cancel"):
            raise UserError(
                self.env._("There is a newer version: %(name)s.", name=newer.name)
                if newer
                else self.env._("%(name)s is an order already.", name=self.name)
            )
        number = self.version + 1
        values = {
            "name": f"{self._crm_version_root()}-{number}",
            "origin": self.origin,
            "opportunity_id": self.opportunity_id.id,
            "user_id": self.user_id.id,
            "team_id": self.team_id.id,
        }
        copy = self.copy(values)
        copy._crm_workflow().write({"version": number})
        # sudo: planned shares go along, whoever has planned them
        for split in self.sudo().deed_split_ids:
            split.copy({"order_id": copy.id})
        self._crm_workflow().write({"next_version_id": copy.id})
        if self.state != "cancel":
            self._action_cancel()
        self.message_post(
            body=self.env._("Replaced by %(link)s.", link=copy._get_html_link())
        )
        copy.message_post(
            body=self.env._("A new version of %(link)s.", link=self._get_html_link())
        )
        return copy._crm_open_version()

    def action_open_next_version(self):
        """Open the version that has replaced this one.

        :return: an action (dict)
        :raise UserError: there is none
        """
        self.ensure_one()
        self.check_access("read")
        if not self.next_version_id:
            raise UserError(self.env._("This is the latest version."))
        return self.next_version_id._crm_open_version()

    def action_open_previous_version(self):
        """Open the version that this one has replaced.

        :return: an action (dict)
        :raise UserError: there is none
        """
        self.ensure_one()
        self.check_access("read")
        if not self.previous_version_ids:
            raise UserError(self.env._("This is the first version."))
        return self.previous_version_ids[:1]._crm_open_version()

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _crm_version_root(self):
        """Return the number (str) that all versions have in common."""
        ending = f"-{self.version}"
        is_later = self.version > 1 and self.name.endswith(ending)
        return self.name[: -len(ending)] if is_later else self.name

    def _crm_open_version(self):
        return {
            "type": "ir.actions.act_window",
            "res_model": "sale.order",
            "views": [(False, "form")],
            "res_id": self.id,
        }
