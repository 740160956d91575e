from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from odoo.addons.crm_base.tools.arguments import as_number

from .crm_pool_mixin import Deadline


def _count(value):
    """Return a number of rows (int), 0 if it is none."""
    return int(min(max(as_number(value) or 0, 0), 2**31))


class CrmPool(models.Model):
    """Who would go back to the pool, and when."""

    _inherit = "crm.pool"

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def preview_recycle(self, date, limit=0, offset=0):
        """Tell which customers the run of a day would take back, as things stand.

        The run of that day takes exactly these: it asks the same question.

        :param str date: the day, as ``YYYY-MM-DD``
        :param int limit: at most so many, 0 for all
        :param int offset: leave out so many first ones
        :return: list of dicts ``partner_id`` (int; another key for pools of what are no
            customers, such as ``lead_id``), ``rule_id`` (int), ``deadline`` (str) and
            ``reason`` (str), by deadline; of these pools, without any of all that you
            administrate
        :raise AccessError: you do not administrate one of the pools
        :raise UserError: this is no date
        """
        pools = self._crm_previewed_pools()
        rows = self.env.execute_query(
            SQL(
                "SELECT * FROM (%s) AS due ORDER BY deadline, holds, id"
                " LIMIT %s OFFSET %s",
                self._crm_all_due_sql(pools, self._crm_day(date)),
                _count(limit) or None,
                _count(offset),
            )
        )
        names = self._crm_held_models()
        # sudo: an administrator of the pool does not see the records; the reasons
        # name none
        found = {
            holds: self.env[names[holds]]
            .sudo()
            .browse(row[1] for row in rows if row[0] == holds)
            for holds in names
        }
        previewed = []
        for holds, *row in rows:
            due = Deadline._make(row)
            record = found[holds].browse(due.id).with_prefetch(found[holds].ids)
            previewed.append(
                {
                    record._crm_pool_link: record.id,
                    "rule_id": due.rule_id,
                    "deadline": fields.Date.to_string(due.deadline),
                    "reason": record._crm_deadline_text(due),
                }
            )
        return previewed

    def preview_recycle_count(self, date):
        """Count the customers that :meth:`preview_recycle` would list.

        :param str date: the day, as ``YYYY-MM-DD``
        :return: dict of pool id (str) to number of customers (int)
        :raise AccessError: you do not administrate one of the pools
        :raise UserError: this is no date
        """
        pools = self._crm_previewed_pools()
        rows = self.env.execute_query(
            SQL(
                "SELECT pool_id, count(*) FROM (%s) AS due GROUP BY pool_id",
                self._crm_all_due_sql(pools, self._crm_day(date)),
            )
        )
        counts = dict(rows)
        return {str(pool.id): counts.get(pool.id, 0) for pool in pools}

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    @api.model
    def _crm_day(self, date):
        """Return what somebody gave as a date (date).

        :raise UserError: this is no date
        """
        try:
            day = fields.Date.to_date(date)
        except (TypeError, ValueError):
            day = None
        if not day:
            raise UserError(self.env._("Give a day, such as 2026-01-31."))
        return day

    def _crm_previewed_pools(self):
        """Return these pools, without any all that the user administrates.

        :raise AccessError: one of them is somebody else's
        """
        user = self.env.user
        boss = user._crm_is_boss()
        administrated = user._crm_pool_ids("admin")
        if not boss and (
            not administrated or any(id_ not in administrated for id_ in self.ids)
        ):
            raise AccessError(
                self.env._(
                    "Only administrators of a pool see which customers it will take"
                    " back."
                )
            )
        # sudo: being an administrator is enough
        return self.sudo() or (
            self.sudo().search([("rule_ids", "!=", False)])
            if boss
            else self.sudo().browse(administrated)
        )

    @api.model
    def _crm_all_due_sql(self, pools, day):
        """Return the SQL of what pools take back, with the kind (``holds``) in front.

        :param pools: crm.pool records
        :param date day: the day, in the time zone of the pools
        """
        return SQL(" UNION ALL ").join(
            SQL(
                "SELECT %s AS holds, due.* FROM (%s) AS due",
                holds,
                self._crm_due_sql(self.env[model], pools, day),
            )
            for holds, model in self._crm_held_models().items()
            if holds in pools.mapped("holds") or holds == "customer"
        )

    @api.model
    def _crm_due_sql(self, model, pools, day):
        """Return the SQL of the records that pools take back on a day.

        The stored date finds them, the formula confirms them: what has not got its new
        date yet is not taken by the old one.

        :param model: empty recordset of a model with ``crm.pool.mixin``
        :param pools: crm.pool records
        :param date day: the day, in the time zone of the pools
        """
        model.flush_model()
        return SQL(
            "SELECT * FROM (%s) AS found"
            " WHERE found.deadline <= %s AND found.pool_id IN %s",
            model._crm_deadline_sql(SQL("record.pool_deadline <= %s", day)),
            day,
            tuple(pools.ids) or (0,),
        )
