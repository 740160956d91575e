from odoo import api, models
from odoo.fields import Domain
from odoo.modules.module import get_module_icon
from odoo.tools import SQL

from .crm_approval_step import OPEN_STEPS
from .res_users_desk import HISTORY, DeskItem


class ResUsers(models.Model):
    """Whose approvals somebody sees, hands over, and finds in the menu."""

    _inherit = "res.users"

    def _crm_approval_rule(self, prefix=""):
        """Return the record rule of approvals: those of the scope, and those asked.

        :param str prefix: path to the approval, with a dot at the end
        """
        owned = self._crm_owner_domain("read", f"{prefix}owner_id")
        if owned.is_true():
            return owned
        return owned | Domain(f"{prefix}involved_user_ids", "in", self.ids)

    def _crm_approver_domain(self):
        """Return the domain of documents that this user was asked to approve.

        For the reading rule of a model with the mixin: OR it to what the scope sees, so
        that approvers beside the ranks can open what they decide on.

        An array built once per query, so that PostgreSQL can combine the index on the
        id with those of the scope (an EXISTS in an OR asks for each record).
        """
        involved = Domain("involved_user_ids", "in", self.ids)

        def to_sql(model, alias, query):
            # sudo: part of the rule itself
            asked = model.env["crm.approval"].sudo().with_context(active_test=False)
            asked = asked._search(Domain("res_model", "=", model._name) & involved)
            return SQL(
                "%s = ANY(ARRAY(%s))",
                SQL.identifier(alias, "id"),
                asked.subselect(SQL.identifier(asked.table, "res_id")),
            )

        def is_asked(record):
            # sudo: as above
            return bool(record.sudo().approval_ids.filtered_domain(involved))

        return Domain.custom(to_sql=to_sql, predicate=is_asked)

    def _crm_request_rule(self, mode):
        """Return the record rule of requests: the scope's, and what one approves."""
        rule = self._crm_record_rule(mode)
        if mode != "read" or rule.is_true():
            return rule
        return rule | self._crm_approver_domain()

    def _crm_delegation_rule(self, mode):
        """Return the record rule of delegations: of the scope, and to oneself."""
        owned = self._crm_owner_domain(mode)
        if mode != "read" or owned.is_true():
            return owned
        return owned | Domain("delegate_id", "=", self.id)

    @api.model
    def _crm_desk(self):
        return [
            *super()._crm_desk(),
            DeskItem("crm.approval.step", "user_id", [("state", "in", OPEN_STEPS)]),
            DeskItem("crm.approval.step", "decided_by_id", HISTORY),
            DeskItem("crm.approval", "requester_id", HISTORY),
            DeskItem("crm.approval", "owner_id", HISTORY),
            DeskItem("crm.approval", "decided_by_id", HISTORY),
            # these follow from the steps
            DeskItem("crm.approval", "waiting_user_ids", HISTORY),
            DeskItem("crm.approval", "involved_user_ids", HISTORY),
            DeskItem(
                "crm.request",
                "user_id",
                [("approval_state", "!=", "approved"), ("is_cancelled", "=", False)],
            ),
            DeskItem("crm.approval.delegation", "user_id", HISTORY),
            DeskItem(
                "crm.approval.delegation",
                "delegate_id",
                [("date_to", ">=", "today")],
                "transfer",
            ),
            DeskItem(
                "crm.approval.level",
                "user_ids",
                [("rule_id.active", "=", True)],
                "replace",
            ),
        ]

    @api.model
    def _get_activity_groups(self):
        groups = super()._get_activity_groups()
        Approval = self.env["crm.approval"]
        if count := Approval.get_inbox_count():
            overdue = Approval.search_count(
                Approval._crm_inbox_domain() & Domain("deadline_at", "<", "now")
            )
            model = self.env["ir.model"]._get(Approval._name)
            groups.append(
                {
                    "id": model.id,
                    "name": model.name,
                    "model": Approval._name,
                    "type": "activity",
                    "icon": get_module_icon(Approval._original_module),
                    "domain": [],
                    "view_type": Approval._systray_view,
                    "overdue_count": overdue,
                    "today_count": count - overdue,
                    "planned_count": 0,
                    "total_count": count,
                }
            )
        return groups
