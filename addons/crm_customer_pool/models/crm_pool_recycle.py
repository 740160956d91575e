import logging
from array import array
from collections import Counter
from datetime import datetime

import pytz

from odoo import api, fields, models
from odoo.tools import SQL

from .crm_pool_mixin_recycle import TOLD_KEY, Told

_logger = logging.getLogger(__name__)

# customers that are taken back in one transaction, unless the parameter says otherwise
STEP = 2_000
STEP_PARAMETER = "crm_customer_pool.recycle_step"


class CrmPool(models.Model):
    """Every evening, pools take back the customers that are due by their rules.

    A run of a pool is made of steps, each a transaction: rows are locked, their dates
    confirmed by the formula, the customers moved and the ledger written. A process that
    ends at any point leaves whole steps behind; the next one goes on with the same
    batch. Serialization errors escape, as everywhere: Odoo comes back at once when
    steps were done. Owners are told at the end, once, in the transaction that ends the
    run.
    """

    _inherit = "crm.pool"

    @api.model
    def _cron_recycle(self, date=None):
        """Take back what is due in all pools.

        :param date date: a day to stand for today, in tests and simulations
        """
        # sudo: customers of everybody
        pools = self.sudo().search([("rule_ids", "!=", False)])
        waiting = [pool._crm_due_count(pool._crm_today(date)) for pool in pools]
        self.env["ir.cron"]._commit_progress(remaining=sum(waiting))
        for pool in pools:
            if not pool._crm_recycle(pool._crm_today(date)):
                return

    def _crm_today(self, date=None):
        """Return the day (date) it is in this pool."""
        if date:
            return date
        return datetime.now(pytz.timezone(self.tz)).date()

    def _crm_due_count(self, today):
        """Return how many records have a stored date in this pool that has come."""
        ((count,),) = self.env.execute_query(
            SQL(
                """
                SELECT count(*)
                  FROM %s record
                  JOIN crm_pool_rule rule ON rule.id = record.pool_deadline_rule_id
                 WHERE record.pool_deadline <= %s AND rule.pool_id = %s
                """,
                SQL.identifier(self._crm_held()._table),
                today,
                self.id,
            )
        )
        return count

    def _crm_recycle(self, today):
        """Run this pool; return whether there is time left for others (bool)."""
        self.ensure_one()
        Run = self.env["crm.pool.run"]
        if not self._crm_hold_run():
            return True
        run = Run._crm_running("recycle", self)
        if not run and not self._crm_due_count(today):
            return True
        run = run or Run._crm_start("recycle", today, self)
        # from here on the run is there, whatever becomes of its first step
        self.env["ir.cron"]._commit_progress()
        # what the ledger says of a rule and a day is put into words once
        pool = self.with_context(lang=self._crm_lang(), **{TOLD_KEY: Told()})
        limit = self._crm_step_limit()
        # rows that somebody was working on, once more
        for _round in range(2):
            waiting = pool._crm_waiting(run, today)
            for start in range(0, len(waiting), limit):
                if not pool._crm_hold_run():
                    return True
                taken = pool._crm_recycle_step(
                    run, today, waiting[start : start + limit]
                )
                if not self.env["ir.cron"]._commit_progress(taken):
                    return False
            if not waiting:
                break
        if not pool._crm_hold_run():
            return True
        pool._crm_end_run(run)
        return bool(self.env["ir.cron"]._commit_progress())

    @api.model
    def _crm_step_limit(self):
        """Return how many records are taken back in one transaction (int)."""
        # sudo: settings are the administrator's
        parameters = self.env["ir.config_parameter"].sudo()
        return int(parameters.get_param(STEP_PARAMETER) or STEP)

    def _crm_hold_run(self):
        """Return whether nobody else is running this pool, until the commit (bool)."""
        rows = self.env.execute_query(
            SQL(
                "SELECT pg_try_advisory_xact_lock(hashtext('crm_pool_recycle'), %s)",
                self.id,
            )
        )
        return rows[0][0]

    def _crm_recycle_step(self, run, today, ids):
        """Take those of these records back that are due; return how many (int)."""
        held = self._crm_held().with_context(lang=self.env.lang)
        step = held._crm_recycle_step(self, today, run.batch_id, ids)
        if step.taken or step.refused:
            self.env["crm.pool.batch"]._crm_record(
                "recycle",
                run.batch_id,
                step.taken,
                step.refused,
                holds=self.holds,
                pool=self,
                reason=self.env._("Taken back by the rules"),
            )
            run.customer_count += step.taken
        return step.taken

    def _crm_waiting(self, run, today):
        """Return what is due and was not refused in this run (array of int)."""
        ids = self._crm_held()._crm_due_ids(self, today)
        rows = self.env["crm.pool.batch.row"].search_fetch(
            [("batch_id.batch_id", "=", run.batch_id)], ["res_id"]
        )
        refused = set(rows.mapped("res_id"))
        return (
            array("i", (id_ for id_ in ids if id_ not in refused)) if refused else ids
        )

    def _crm_lang(self):
        """Return the language (str) that the ledger tells this pool's moves in."""
        # sudo: the language of colleagues
        people = self.sudo().admin_ids.filtered("active")
        spoken = Counter(people.mapped("lang"))
        return (spoken.most_common(1) or [(self.env.lang, 1)])[0][0] or self.env.lang

    def _crm_end_run(self, run):
        """Tell owners what they lost, each in one message, and end the run."""
        self.env["crm.owner.move"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT from_user_id, count(*),
                       (array_agg(partner_name ORDER BY id))[:20]
                  FROM crm_owner_move
                 WHERE batch_id = %s AND from_user_id IS NOT NULL
                 GROUP BY from_user_id
                 ORDER BY from_user_id
                """,
                run.batch_id,
            )
        )
        # sudo: the languages of the owners, read for all of them at once
        owners = self.env["res.users"].sudo().browse(row[0] for row in rows)
        owners.mapped("partner_id.lang")
        for owner, (_id, count, names) in zip(owners, rows, strict=True):
            owner = owner.with_context(lang=owner.lang)
            owner._crm_tell_pool(
                owner.env._("%(count)s of yours went back to the pool", count=count),
                owner.env._(
                    "By its rules, the pool %(pool)s has taken back what was not"
                    " worked on.",
                    pool=self.name,
                ),
                names,
                count,
            )
        run.write({"state": "done", "ended_at": fields.Datetime.now()})
        _logger.info("%s took back %s customers", self.name, run.customer_count)
