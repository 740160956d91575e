from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL


class CrmPoolRowMixin(models.AbstractModel):
    """A look at the contact details of what is pooled: counted, limited, logged.

    The details are in the answer of one method and nowhere else: the read model goes on
    masking them for whoever has looked.
    """

    _inherit = "crm.pool.row.mixin"

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_view_contact(self, reason):
        """Show the contact details of this row, once, and write that down.

        Allowed to those whom the pool allows it, so often a day as the pool says; who
        has looked at a row today may look again.

        :param str reason: why, kept in the log
        :return: dict with ``people`` (list of dicts ``name`` and ``details``, a list of
            ``label`` and ``value``, the customer or lead itself first) and ``left``
            (int: further rows of this pool today, -1 for no limit)
        :raise AccessError: the pool does not allow it to you
        :raise UserError: no reason, it has left the pool, or no look is left
        """
        self.ensure_one()
        reason = reason.strip() if isinstance(reason, str) else ""
        if not reason:
            raise UserError(self.env._("Say why you need to see the contact details."))
        user = self.env.user
        pool_ids = None if user._crm_is_boss() else user._crm_pool_ids("read")
        rows = self._crm_lock_pooled(pool_ids)
        if not rows:
            ((_name, why),) = self._crm_refuse_gone(rows, pool_ids).values()
            raise UserError(why)
        row = rows[self.id]
        pool = self.env["crm.pool"].browse(row.pool_id)
        if not pool._crm_may_view(user):
            raise AccessError(
                self.env._(
                    "The pool %(pool)s does not let you see contact details. Claim it"
                    " first, or ask an administrator of the pool.",
                    pool=self.pool_id.name,
                )
            )
        left = self._crm_count_view(pool, user)
        # sudo: what was just allowed, counted, and is logged here
        people = self._crm_held().sudo().browse(self.id)._crm_contact_details()
        shown = dict.fromkeys(
            detail["name"] for person in people for detail in person["details"]
        )
        log = self.env["crm.pool.view.log"]
        # sudo: nobody has the right to create rows
        log.sudo()._crm_workflow().create(
            {
                **log._crm_log_author(),
                "pool_id": pool.id,
                "customer_res_id": self.id,
                "customer_name": row.name,
                "shown_fields": ", ".join(shown),
                "reason": reason,
            }
        )
        return {"people": people, "left": left}

    def action_open_view_contact(self):
        """Open the dialog that asks why and shows the details; return the action."""
        self.ensure_one()
        return {
            "type": "ir.actions.client",
            "tag": "crm_pool_view_contact",
            "target": "new",
            "params": {"model": self._name, "id": self.id, "name": self.name},
        }

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _crm_count_view(self, pool, user):
        """Return how many looks are left after this one (int), -1 for no limit.

        :raise UserError: none was left
        """
        # sudo: what a pool allows is for those to know who ask
        limit = pool.sudo().view_per_day
        if not limit:
            return -1
        # whoever looks in two tabs is counted one after the other
        self.env["crm.pool.quota"]._crm_serialize(user)
        seen = self._crm_viewed_today(pool, user)
        if self.id in seen:
            return limit - len(seen)
        if len(seen) >= limit:
            raise UserError(self._crm_refuse_view(len(seen), limit))
        return limit - len(seen) - 1

    @api.model
    def _crm_refuse_view(self, count, limit):
        """Return why no further look is left today (str)."""
        kind = self._crm_held()._crm_pool_kind
        if kind == "customer":
            return self.env._(
                "You have looked at the contact details of %(count)s customers of"
                " this pool today; the limit is %(limit)s.",
                count=count,
                limit=limit,
            )
        return self.env._(
            "%(kind)s of this pool whose contact details you have looked at today:"
            " %(count)s; the limit is %(limit)s.",
            kind=self.env["crm.pool"]._crm_kind_names()[kind],
            count=count,
            limit=limit,
        )

    @api.model
    def _crm_viewed_today(self, pool, user):
        """Return the ids (set) of the records that ``user`` has looked at today."""
        start = pool._crm_limits()[pool.id].day_start(fields.Datetime.now())
        self.env["crm.pool.view.log"].flush_model()
        # a pool holds records of one kind, so that their ids are enough
        return {
            id_
            for (id_,) in self.env.execute_query(
                SQL(
                    """
                    SELECT DISTINCT customer_res_id
                      FROM crm_pool_view_log
                     WHERE user_id = %s AND pool_id = %s AND logged_at >= %s
                    """,
                    user.id,
                    pool.id,
                    start,
                )
            )
        }

    # ------------------------------------------------------------
    # VIEWS
    # ------------------------------------------------------------

    @api.model
    def _get_view_cache_key(self, view_id=None, view_type="form", **options):
        key = super()._get_view_cache_key(view_id, view_type, **options)
        return (*key, self._crm_may_view_any())

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        arch, view = super()._get_view(view_id, view_type, **options)
        if not self._crm_may_view_any():
            for button in arch.xpath("//button[@name='action_open_view_contact']"):
                button.getparent().remove(button)
        return arch, view

    @api.model
    def _crm_may_view_any(self):
        """Return whether there may be details that the user can look at (bool)."""
        user = self.env.user
        pools = self.env["crm.pool"].browse(user._crm_pool_ids("read"))
        if user._crm_is_boss():
            # sudo: whether any pool allows it
            pools = pools.sudo().search([("view_allowed", "!=", "nobody")])
        kind = self._crm_held()._crm_pool_kind
        # sudo: what a pool holds is for those to know who see its rows
        alike = pools.sudo().filtered(lambda pool: pool.holds == kind)
        return any(pool._crm_may_view(user) for pool in alike)
