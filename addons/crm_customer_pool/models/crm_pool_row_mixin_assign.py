from odoo import models
from odoo.exceptions import AccessError, UserError

from odoo.addons.crm_base.tools.arguments import as_id, as_text


class CrmPoolRowMixin(models.AbstractModel):
    """Assignments: superiors and administrators give what is pooled to others."""

    _inherit = "crm.pool.row.mixin"

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_assign(self, user_id, reason=""):
        """Give pooled customers, or what else they are, to a colleague.

        Administrators of a pool give what is in it to its members and to their own
        subordinates, managers to their subordinates, the boss to anybody. The limit of
        holdings per person holds; assignments are no claims of that day.

        :param int user_id: the new owner
        :param str reason: kept in the ledger
        :return: dict with ``batch_id`` (str), ``assigned`` (list of int) and
            ``refused`` (list of dicts ``id``, ``name``, ``reason``)
        :raise AccessError: when you may assign nothing to this colleague
        :raise UserError: a single one is refused
        """
        self._crm_check_chosen()
        user = self.env["res.users"].browse(as_id(user_id)).exists()
        if not user:
            raise UserError(self.env._("Choose the colleague who takes over."))
        user._crm_check_can_own()
        pool_ids = self._crm_assignable_pools(user)
        rows = self._crm_lock_pooled(pool_ids)
        refused = self._crm_refuse_gone(rows, pool_ids)
        refused |= self._crm_refuse_assignments(
            [rows[id_] for id_ in self.ids if id_ in rows], user
        )
        result = self._crm_leave_pool(
            rows, refused, user, "assign", "assigned", reason=as_text(reason)
        )
        assigned = result["assigned"]
        if assigned:
            # sudo: they belong to the new owner now, who is told their names
            names = self._crm_held().sudo().browse(assigned[:20]).mapped("name")
            user._crm_tell_pool(
                self.env._("%(count)s from a pool for you", count=len(assigned)),
                self.env._(
                    "%(actor)s assigned these from the pool to you. %(reason)s",
                    actor=self.env.user.name,
                    reason=as_text(reason),
                ),
                names,
                len(assigned),
            )
        return result

    def action_open_assign(self):
        """Open the assignment wizard for these rows; return the action (dict)."""
        xml_id, field = self._crm_assign
        action = self.env["ir.actions.act_window"]._for_xml_id(xml_id)
        action["context"] = {
            f"default_{field}": self.ids,
            "crm_leave_form": self.env.context.get("crm_leave_form", False),
        }
        return action

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _crm_assignable_pools(self, user):
        """Return the ids of the pools whose records may be given to ``user``.

        :return: tuple of int, None for all pools
        :raise AccessError: when there are none
        """
        actor = self.env.user
        if actor._crm_is_boss():
            return None
        if user == actor:
            # assignments do not count as claims, so nobody assigns to oneself
            raise AccessError(
                self.env._("Claim what you want yourself; assign to others.")
            )
        below = user.id in actor._crm_scope_ids("write")
        administrated = actor._crm_pool_ids("admin")
        if below:
            pool_ids = set(administrated)
            if actor._crm_has_group("crm_base.group_manager"):
                pool_ids.update(actor._crm_pool_ids("read"))
        else:
            pool_ids = set(administrated) & set(user._crm_pool_ids("member"))
        if not pool_ids:
            raise AccessError(
                self.env._(
                    "You may assign to people below you, and as administrator of a pool"
                    " to its members."
                )
            )
        return tuple(sorted(pool_ids))

    def _crm_refuse_assignments(self, rows, user):
        """Return which locked records may not be assigned to ``user``."""
        if not rows:
            return {}
        actor = self.env.user
        holding = user._crm_holding(holds=self._crm_held()._crm_pool_kind)
        excluded = {}
        if not actor._crm_is_boss():
            administrated = actor._crm_pool_ids("admin")
            excluded = {
                id_: why
                for id_, why in self.env["crm.pool"]
                ._crm_excluded(
                    user, [row.id for row in rows], self._crm_held()._crm_pool_link
                )
                .items()
                if why[0] not in administrated
            }
        refused = {}
        for row in rows:
            if row.id in excluded:
                reason = self._crm_held()._crm_excluded_message(
                    row.name, user, *excluded[row.id]
                )
            else:
                reason = holding.refuse(row.level_id)
            if reason:
                refused[row.id] = (row.name, reason)
            else:
                holding.take(row.level_id)
        return refused
