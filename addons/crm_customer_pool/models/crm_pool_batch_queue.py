from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from ..tools.batch_id import BatchId

# from so many records on, a screen does not wait for the batch
QUEUE_FROM = 500
# records of one job, and of one transaction
CHUNK = 200

# the public method that each kind of batch is made by, of the model of its records
METHODS = {
    "claim": "action_claim",
    "assign": "action_assign",
    "transfer": "action_transfer",
    "release": "action_release_to_pool",
    "move": "action_move",
}


class CrmPoolBatch(models.Model):
    """Large batches of the screens: worked off in the background, chunk by chunk.

    Each chunk calls the same public method as a click does, as the same person, under
    one batch id. A chunk, what became of its records and the next job are one
    transaction: a worker that dies leaves whole chunks behind, and its job runs again.
    """

    _inherit = "crm.pool.batch"

    # what is still to do: ids of records, their model, further arguments of the method
    todo = fields.Json(readonly=True, copy=False, groups="crm_base.group_boss")

    @api.model
    def _crm_start(self, kind, records, *args, **values):
        """Begin a large batch; return the action (dict) that shows how far it is.

        :param str kind: one of METHODS
        :param records: the records, of the model that has the method
        :param args: further arguments of the method
        :param values: values of the batch: ``holds`` and, for example, ``pool_id``
        """
        # sudo: batches are written by the system
        batch = (
            self.sudo()
            ._crm_workflow()
            .create(
                {
                    "batch_id": BatchId.new(),
                    "kind": kind,
                    "user_id": self.env.uid,
                    "done_at": fields.Datetime.now(),
                    "total": len(records),
                    "done_count": 0,
                    "refused_count": 0,
                    "state": "running",
                    "todo": {
                        "model": records._name,
                        "ids": records.ids,
                        "args": list(args),
                    },
                    **values,
                }
            )
        )
        batch.sudo(False)._crm_queue()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": batch.id,
            "views": [(False, "form")],
            "target": "main",
        }

    def _crm_queue(self):
        """Queue the next chunk, as whoever began the batch."""
        # sudo: who began it, and how that person reads
        author = self.sudo().user_id
        self.with_user(author).with_context(
            lang=author.lang or self.env.lang,
            tz=author.tz or "UTC",
            allowed_company_ids=self.env.companies.ids,
        ).with_delay(
            max_retries=20,
            description=self.env._("CRM: batch of %(count)s", count=self.total),
        )._crm_job_work()

    def _crm_job_work(self):
        """Job: work off a chunk, then queue the next one."""
        # sudo: batches are written by the system; two workers never share a chunk
        batch = self.sudo().exists().try_lock_for_update()
        if not batch or batch.state != "running":
            return
        todo = batch.todo or {}
        ids, rest = todo["ids"][:CHUNK], todo["ids"][CHUNK:]
        batch.sudo(False)._crm_work_chunk(ids, todo)
        batch.invalidate_recordset()
        batch._crm_workflow().write(
            {"todo": {**todo, "ids": rest} if rest else False}
            | ({} if rest else {"state": "done"})
        )
        if rest:
            self._crm_queue()

    def _crm_work_chunk(self, ids, todo):
        """Work off a chunk as the person who began the batch.

        :param list[int] ids: the records of this chunk
        :param dict todo: what the batch was begun with
        """
        # sudo: what kind of batch it is, whoever sees it
        batch = self.sudo()
        records = (
            self.env[todo["model"]]
            .browse(ids)
            .with_context(**{BatchId.KEY: BatchId(batch.batch_id)})
        )
        batch._crm_work(records, METHODS[batch.kind], todo["args"])

    def _crm_work(self, records, method, args):
        """Call a method on records; where all are refused for one, halve them."""
        try:
            with self.env.cr.savepoint():
                getattr(records, method)(*args)
                self.env.flush_all()
            return
        except (AccessError, UserError, ValidationError) as error:
            self.env.invalidate_all()
            if len(records) == 1:
                row = {"id": records.id, "name": "", "reason": str(error)}
                self._crm_record(self.kind, self.batch_id, 0, [row], holds=self.holds)
                return
        middle = len(records) // 2
        self._crm_work(records[:middle], method, args)
        self._crm_work(records[middle:], method, args)
