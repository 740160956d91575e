from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.crm_base.models.res_users_desk import DeskItem

UNFINISHED = [("lead_id.won_status", "=", "pending"), ("lead_id.active", "=", True)]


class ResUsers(models.Model):
    """Who sees projects beside those in charge: their teams.

    A confidential one is not seen for any other reason, and neither is what tells about
    it: follow-ups, tasks, quotations, its ledger and its log of changes.
    """

    _inherit = "res.users"

    # ------------------------------------------------------------
    # RULES
    # ------------------------------------------------------------

    def _crm_lead_rule(self, mode):
        rule = super()._crm_lead_rule(mode)
        if rule.is_true():
            return rule
        if mode == "read":
            rule &= ~self._crm_confidential_domain()
        member = self._crm_member_domain(mode)
        return rule | (member & self._crm_lead_in_hand_domain())

    def _crm_charge_rule(self):
        """Return the rule of the opportunities that this user is in charge of."""
        if self.share or self._crm_scope_ids("write") is None:
            return Domain.TRUE
        unowned = self._crm_unowned_lead_domain("write")
        return self._crm_owner_domain("write") | unowned

    def _crm_member_domain(self, mode):
        """Return the domain of the projects in whose team this user is.

        An array built once per query, so that PostgreSQL combines it with the index on
        the owner.

        :param str mode: ``read``, or ``write`` for those that the user works on
        """
        if not self._crm_has_group("crm_base.group_salesperson"):
            return Domain.FALSE
        own = Domain("user_id", "=", self.id) & Domain("lead_id.is_project", "=", True)
        if mode != "read":
            own &= Domain("access", "=", "write")

        def to_sql(model, alias, query):
            # sudo: the rules of opportunities and of members read each other
            members = model.env["crm.project.member"].sudo()
            return SQL(
                "%s = ANY(ARRAY(%s))",
                SQL.identifier(alias, "id"),
                members._search(own).subselect("crm_project_member.lead_id"),
            )

        def is_member(lead):
            # sudo: as above; through the field, so that many projects cost one query
            return bool(lead.sudo().project_member_ids.filtered_domain(own))

        return Domain.custom(to_sql=to_sql, predicate=is_member)

    def _crm_confidential_domain(self):
        """Return the domain of the confidential projects hidden from this user."""
        return Domain("is_confidential", "=", True) & ~(
            self._crm_owner_domain("write")
            | self._crm_unowned_lead_domain("write")
            | self._crm_member_domain("read")
        )

    def _crm_confidential_rule(self, field="lead_id", user_field=""):
        """Return the rule of records that tell about an opportunity among others.

        For models that are seen for reasons of their own, the customer for example;
        what hangs on an opportunity alone has ``_crm_part_rule``.

        :param str field: the many2one to crm.lead
        :param str user_field: the people who keep their own in any case
        """
        if self.share or self._crm_scope_ids("write") is None:
            return Domain.TRUE
        rule = ~Domain(field, "any!", self._crm_confidential_domain())
        if user_field:
            rule |= Domain(user_field, "in", self.ids)
        return rule

    def _crm_confidential_report_rule(self):
        """Return the rule of the analysis of orders, which names orders in words."""
        if self.share or self._crm_scope_ids("write") is None:
            return Domain.TRUE
        hidden = ~self._crm_confidential_rule("opportunity_id", "user_id")

        def to_sql(model, alias, query):
            # sudo: the domain says what must not be seen
            orders = model.env["sale.order"].sudo().with_context(active_test=False)
            names = SQL("'sale.order,' || sale_order.id")
            return SQL(
                "%s NOT IN (%s)",
                model._field_to_sql(alias, "order_reference", query),
                orders._search(hidden).subselect(names),
            )

        def is_shown(line):
            # sudo: as above
            order = line.sudo().order_reference
            return order._name != "sale.order" or not order.filtered_domain(hidden)

        return Domain.custom(to_sql=to_sql, predicate=is_shown)

    def _crm_part_rule(self, mode, company_ids, field="lead_id"):
        """Return the rule of models of which each record hangs on one opportunity.

        :param str mode: ``read`` or ``write`` (which also serves create and unlink)
        :param list company_ids: the companies of the session
        :param str field: the many2one to crm.lead
        """
        return self._crm_behind(self._crm_lead_rule(mode), company_ids, field)

    def _crm_team_rule(self, company_ids):
        """Return the rule of changing project teams: those in charge alone."""
        return self._crm_behind(self._crm_charge_rule(), company_ids, "lead_id")

    def _crm_behind(self, rule, company_ids, field):
        """Return a rule of opportunities and companies as one of what hangs on them."""
        return Domain(
            field, "any!", rule & Domain("company_id", "in", [*company_ids, False])
        )

    def _crm_change_rule(self):
        rule = super()._crm_change_rule()
        if rule.is_true():
            return rule
        hidden = self._crm_confidential_domain()

        def to_sql(model, alias, query):
            # sudo: the domain says what must not be seen
            leads = model.env["crm.lead"].sudo().with_context(active_test=False)
            return SQL(
                "NOT (%s = 'crm.lead' AND %s IN (%s))",
                model._field_to_sql(alias, "model", query),
                model._field_to_sql(alias, "res_id", query),
                leads._search(hidden).subselect(),
            )

        def is_shown(log):
            # sudo: as above
            lead = log.env["crm.lead"].sudo().browse(log.res_id).exists()
            return log.model != "crm.lead" or not lead.filtered_domain(hidden)

        return rule & Domain.custom(to_sql=to_sql, predicate=is_shown)

    # ------------------------------------------------------------
    # HAND-OVER
    # ------------------------------------------------------------

    @api.model
    def _crm_desk(self):
        return [
            *super()._crm_desk(),
            DeskItem("crm.project.member", "user_id", UNFINISHED),
            DeskItem("crm.lead.resource", "user_id", UNFINISHED),
            DeskItem("crm.project.contact", "colleague_id", UNFINISHED),
        ]
