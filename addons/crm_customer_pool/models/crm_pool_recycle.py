import logging
from collections import Counter
from datetime import datetime

import pytz

from odoo import api, fields, models
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

# customers that are taken back in one transaction, unless the parameter says otherwise
STEP = 1_000
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
        """Return how many customers have a stored date in this pool that has come."""
        ((count,),) = self.env.execute_query(
            SQL(
                """
                SELECT count(*)
                  FROM res_partner partner
                  JOIN crm_pool_rule rule ON rule.id = partner.pool_deadline_rule_id
                 WHERE partner.pool_deadline <= %s AND rule.pool_id = %s
                """,
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
        pool = self.with_context(lang=self._crm_lang())
        last, passes = None, 0
        while pool._crm_hold_run():
            step = pool._crm_recycle_step(run, today, last)
            if step.last:
                last = step.last
            elif passes or not pool._crm_skipped(run, today):
                pool._crm_end_run(run)
                return bool(self.env["ir.cron"]._commit_progress())
            else:
                # rows that somebody was working on, once more
                last, passes = None, 1
            if not self.env["ir.cron"]._commit_progress(step.taken):
                return False
        return True

    def _crm_hold_run(self):
        """Return whether nobody else is running this pool, until the commit (bool)."""
        rows = self.env.execute_query(
            SQL(
                "SELECT pg_try_advisory_xact_lock(hashtext('crm_pool_recycle'), %s)",
                self.id,
            )
        )
        return rows[0][0]

    def _crm_recycle_step(self, run, today, last):
        """Take the next customers back; return the Step."""
        Partner = self.env["res.partner"].with_context(lang=self.env.lang)
        # sudo: settings are the administrator's
        parameters = self.env["ir.config_parameter"].sudo()
        limit = int(parameters.get_param(STEP_PARAMETER) or STEP)
        step = Partner._crm_recycle_step(self, today, run.batch_id, last, limit)
        if step.taken or step.refused:
            self.env["crm.pool.batch"]._crm_record(
                "recycle",
                run.batch_id,
                step.taken,
                step.refused,
                pool=self,
                reason=self.env._("Taken back by the rules"),
            )
            run.customer_count += step.taken
        return step

    def _crm_skipped(self, run, today):
        """Return whether due customers were left that nothing speaks against (bool)."""
        refused = self.env["crm.pool.batch.row"].search_count(
            [("batch_id.batch_id", "=", run.batch_id)]
        )
        return self._crm_due_count(today) > refused

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
        for user_id, count, names in rows:
            # sudo: the language of the owner
            owner = self.env["res.users"].sudo().browse(user_id)
            owner = owner.with_context(lang=owner.lang)
            owner._crm_tell_pool(
                owner.env._("%(count)s customers went back to the pool", count=count),
                owner.env._(
                    "By its rules, the pool %(pool)s has taken back customers of yours"
                    " that were not worked on.",
                    pool=self.name,
                ),
                names,
                count,
            )
        run.write({"state": "done", "ended_at": fields.Datetime.now()})
        _logger.info("%s took back %s customers", self.name, run.customer_count)
