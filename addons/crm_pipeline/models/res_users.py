from odoo import SUPERUSER_ID, api, models
from odoo.fields import Domain
from odoo.tools import SQL, ormcache

from odoo.addons.crm_base.models.res_users import HandoverModel


class ResUsers(models.Model):
    """Who sees which leads: the one scope, and those who deal out what nobody owns."""

    _inherit = "res.users"

    @ormcache("self.id", "mode")
    def _crm_scope_team_ids(self, mode="read"):
        """Return the ids (tuple of int) of the teams led, and of all below them.

        For reading also those assisted. Dropped together with the scope itself, by
        every change of teams, members, leaders and groups.
        """
        self.ensure_one()
        self.env["crm.team"].flush_model()
        assisted = (
            SQL(
                """OR EXISTS (
                    SELECT FROM crm_team_assistant_rel rel
                     WHERE rel.team_id = own.id AND rel.user_id = %s
                )""",
                self.id,
            )
            if mode == "read"
            else SQL()
        )
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT team.id
                  FROM crm_team own
                  JOIN crm_team team
                    ON team.parent_path LIKE own.parent_path || %(any)s
                 WHERE own.active AND (own.user_id = %(user)s %(assisted)s)
                """,
                user=self.id,
                assisted=assisted,
                any="%",
            )
        )
        return tuple(sorted(team_id for (team_id,) in rows))

    def _crm_lead_rule(self, mode):
        """Return the record rule of crm.lead for one operation.

        A lead bears phone, e-mail and address of its customer: what is won or lost is
        seen with the customer, whoever had it.

        :param str mode: ``read`` or ``write`` (which also serves create and unlink)
        """
        if self.share or self._crm_scope_ids(mode) is None:
            return Domain.TRUE
        rule = self._crm_owner_domain(mode) | self._crm_unowned_lead_domain(mode)
        rule &= self._crm_lead_in_hand_domain()
        if mode == "read":
            rule |= self._crm_on_customer_domain("read")
        if not self._crm_has_group("crm_base.group_salesperson"):
            rule |= self._crm_foreign_lead_domain()
        return rule

    def _crm_lead_in_hand_domain(self):
        """Return the domain of the leads that one may have; see the general one."""
        return self._crm_in_hand_domain(Domain("won_status", "=", "pending"))

    def _crm_past_lead_domain(self):
        """Return the domain of the leads whose figures this user reads.

        Those in sight, and those one had to the end: what was won or lost stays in the
        funnel of whoever did it, wherever the customer has gone.
        """
        rule = self._crm_lead_rule("read")
        return rule if rule.is_true() else rule | self._crm_owner_domain("write")

    def _crm_foreign_lead_domain(self):
        """Return the domain of the leads that are none of the suite's business.

        People who have only Odoo's own sales rights and no role of the suite may work
        beside it. What belongs to them alone keeps Odoo's rules for them; what belongs
        to anybody with a role, or to a team of such people, does not. The system's own
        user is nobody.
        """
        # sudo: who has a role is asked for the rule, not told
        has_role = Domain(
            "all_group_ids", "in", self.env.ref("crm_base.group_salesperson").sudo().ids
        ) & Domain("id", "!=", SUPERUSER_ID)
        owned = Domain("user_id", "!=", False) & ~Domain("user_id", "any!", has_role)
        if not self._crm_has_group("sales_team.group_sale_manager"):
            return owned
        of_suite = (
            Domain("parent_id", "!=", False)
            | Domain("child_ids", "!=", False)
            | Domain("user_id", "any!", has_role)
        )
        unowned = Domain("user_id", "=", False) & ~Domain("team_id", "any!", of_suite)
        return owned | unowned

    def _crm_unowned_lead_domain(self, mode):
        """Return the domain of the leads without owner that this user deals out.

        They belong to the leader of their team and to those above; those without a
        team to the directors.
        """
        unowned = Domain("user_id", "=", False)
        teams = Domain("team_id", "in", self._crm_scope_team_ids(mode))
        if self._crm_has_group("crm_base.group_director"):
            teams |= Domain("team_id", "=", False)
        return unowned & teams

    def _crm_behind_lead_rule(self, field="lead_id"):
        """Return the record rule of models that tell about a lead.

        :param str field: the many2one to crm.lead
        """
        return self._crm_behind_lead(self._crm_lead_rule("read"), field)

    def _crm_past_lead_rule(self, field="lead_id"):
        """Return the record rule of models that count what became of leads.

        :param str field: the many2one to crm.lead
        """
        return self._crm_behind_lead(self._crm_past_lead_domain(), field)

    def _crm_behind_lead(self, rule, field):
        return rule if rule.is_true() else Domain(field, "any", rule)

    def _crm_followup_rule(self):
        rule = super()._crm_followup_rule()
        if rule.is_true():
            return rule
        return rule | (
            Domain("lead_id", "!=", False) & self._crm_behind_lead_rule("lead_id")
        )

    def _crm_change_rule(self):
        rule = super()._crm_change_rule()
        if rule.is_true():
            return rule
        led = self._crm_owner_domain("write")

        def to_sql(model, alias, query):
            # sudo: the domain is that of the leads in charge
            leads = model.env["crm.lead"].sudo().with_context(active_test=False)
            return SQL(
                "%s IN (%s)",
                model._field_to_sql(alias, "res_id", query),
                leads._search(led).subselect(),
            )

        def is_in_charge(log):
            # sudo: as above
            lead = log.env["crm.lead"].sudo().browse(log.res_id)
            return bool(lead.exists().filtered_domain(led))

        of_leads = Domain.custom(to_sql=to_sql, predicate=is_in_charge)
        return rule | (Domain("model", "=", "crm.lead") & of_leads)

    # ------------------------------------------------------------
    # HAND-OVER
    # ------------------------------------------------------------

    @api.model
    def _crm_handover_models(self):
        return [
            *super()._crm_handover_models(),
            HandoverModel(
                "crm.lead",
                "user_id",
                [("active", "=", True), ("won_status", "=", "pending")],
                "partner_id",
            ),
            HandoverModel(
                "mail.activity",
                "user_id",
                [("active", "=", True), ("res_model", "=", "crm.lead")],
                "",
            ),
        ]
