from odoo import fields, models


class CrmPool(models.Model):
    """The rules by which a pool takes customers of its members back."""

    _inherit = "crm.pool"

    rule_ids = fields.One2many("crm.pool.rule", "pool_id", "Recycling Rules")

    # what decides which rules concern whom, beside the rules themselves
    _crm_deadline_fields = frozenset(
        {
            "active",
            "sequence",
            "company_id",
            "holds",
            "member_team_ids",
            "member_user_ids",
            "tz",
        }
    )

    def write(self, vals):
        result = super().write(vals)
        if self._crm_deadline_fields.intersection(vals):
            self._crm_rules_concern(vals)
        return result

    def unlink(self):
        # sudo: rules of a pool that somebody may delete; the database takes them along
        # without a word to the customers
        pools = self.sudo().with_context(active_test=False)
        members = pools.member_ids if pools.rule_ids else self.env["res.users"]
        result = super().unlink()
        if members:
            self.env.registry.clear_cache("stable")
            # sudo: customers of all members
            run = self.env["crm.pool.run"].sudo()
            run._crm_request_refresh(users=members, forced=True)
        return result

    def _crm_rules_concern(self, vals):
        """Bring dates in line with who is a member now, and who was one before."""
        # sudo: rules of a pool that its administrator sets up
        if (
            not self.env["crm.pool.rule"]
            .sudo()
            .with_context(active_test=False)
            .search_count([("pool_id", "in", self.ids)], limit=1)
        ):
            return
        self.env["crm.pool.rule"]._crm_changed(self)
