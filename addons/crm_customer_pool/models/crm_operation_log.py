from functools import partial

from odoo import SUPERUSER_ID, api, models
from odoo.sql_db import db_connect


class CrmOperationLog(models.Model):
    """Refusals that somebody ought to know of."""

    _inherit = "crm.operation.log"

    @api.model
    def _crm_operations(self):
        return {
            **super()._crm_operations(),
            "pool_refusal": self.env._("Former Owner Refused"),
        }

    @api.model
    def _crm_log_refusal(self, operation, summary, model, res_ids):
        """Append a row about what is being refused, once the refusal is final.

        The transaction is about to be rolled back, and with it whatever it writes; so
        the row is written after that, in a transaction of its own. Where somebody
        catches the refusal and goes on, as jobs do, it is written after the commit.

        :param str operation: a code of :meth:`_crm_operations`
        :param str summary: one readable line, in the language of the actor
        :param str model: technical name of the model concerned
        :param list[int] res_ids: the records concerned
        """
        refusal = (operation, summary, model, tuple(res_ids))
        write = partial(
            self._crm_write_refusal, self.env.cr.dbname, self.env.uid, refusal
        )
        # one of them happens, and clears the other one
        for callbacks in (self.env.cr.postrollback, self.env.cr.postcommit):
            # a batch that is halved is refused more than once
            known = callbacks.data.setdefault("crm_refusals", set())
            if refusal not in known:
                known.add(refusal)
                callbacks.add(write)

    @api.model
    def _crm_write_refusal(self, dbname, uid, refusal):
        with db_connect(dbname).cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            actor = env["res.users"].browse(uid).exists()
            if not actor:
                return
            operation, summary, model, res_ids = refusal
            env["crm.operation.log"].with_user(actor)._crm_log(
                operation, summary, model, list(res_ids)
            )
