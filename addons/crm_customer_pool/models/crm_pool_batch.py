from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.crm_base.tools.arguments import as_text


class CrmPoolBatch(models.Model):
    """What was done to customers, or what else pools hold, and what became of each.

    Those that moved stand in the ledger, under the same ``batch_id``; those that were
    refused stand in :class:`CrmPoolBatchRow`. Nobody writes a batch: it is told by the
    methods that move records, in the transaction that moves them.
    """

    _name = "crm.pool.batch"
    _description = "Batch"
    _inherit = ["crm.sealed.mixin"]
    _order = "id desc"
    _rec_name = "batch_id"

    batch_id = fields.Char(required=True, readonly=True)
    kind = fields.Selection(
        [
            ("claim", "Claimed"),
            ("assign", "Assigned from the Pool"),
            ("transfer", "Transferred"),
            ("release", "Released to the Pool"),
            ("recycle", "Taken Back by Rules"),
            ("move", "Moved between Pools"),
            ("undo", "Undo"),
        ],
        required=True,
        readonly=True,
    )
    # by a method: values of a list would leave with the addon that adds them
    holds = fields.Selection(
        "_selection_holds",
        "Records Concerned",
        required=True,
        readonly=True,
        default="customer",
    )
    user_id = fields.Many2one("res.users", "Done By", readonly=True, index=True)
    to_user_id = fields.Many2one("res.users", "To", readonly=True)
    pool_id = fields.Many2one(
        "crm.pool", readonly=True, index="btree_not_null", ondelete="set null"
    )
    reason = fields.Char(readonly=True)
    done_at = fields.Datetime("Time", required=True, readonly=True)
    total = fields.Integer("Number", readonly=True, aggregator="sum")
    done_count = fields.Integer("Done", readonly=True, aggregator="sum")
    refused_count = fields.Integer("Refused", readonly=True, aggregator="sum")
    state = fields.Selection(
        [("running", "Running"), ("done", "Done"), ("undone", "Undone")],
        required=True,
        readonly=True,
        default="done",
    )
    progress = fields.Float(compute="_compute_progress", help="Percent.")
    row_ids = fields.One2many("crm.pool.batch.row", "batch_id", "Refusals")
    undo_of_id = fields.Many2one(
        "crm.pool.batch", "Undoes", readonly=True, index="btree_not_null"
    )
    undo_ids = fields.One2many("crm.pool.batch", "undo_of_id", "Undone By")
    can_undo = fields.Boolean("I May Undo", compute="_compute_can_undo")
    # where the log of changes stood when records had been moved: pairs of the last row
    # of the ledger and the last of the log, one for each part of the batch
    log_marks = fields.Json(readonly=True, copy=False, groups="crm_base.group_boss")

    _batch_uniq = models.UniqueIndex("(batch_id)", "A batch is written once.")

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    @api.model
    def _selection_holds(self):
        return self.env["crm.pool"]._fields["holds"]._description_selection(self.env)

    @api.depends_context("lang", "tz")
    @api.depends("kind", "done_at")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for batch in self:
            batch.display_name = self.env._(
                "%(kind)s on %(time)s",
                kind=kinds.get(batch.kind, ""),
                time=self.env["res.partner"]._crm_local_time(batch.done_at),
            )

    @api.depends("total", "done_count", "refused_count", "state")
    def _compute_progress(self):
        for batch in self:
            looked_at = batch.done_count + batch.refused_count
            batch.progress = (
                min(100.0, 100.0 * looked_at / batch.total)
                if batch.state == "running" and batch.total
                else 100.0
            )

    @api.depends_context("uid")
    @api.depends("state", "kind", "done_count", "user_id", "pool_id", "undo_ids.state")
    def _compute_can_undo(self):
        for batch in self:
            batch.can_undo = (
                batch.state == "done"
                and bool(batch.done_count)
                and "running" not in batch.undo_ids.mapped("state")
                and not batch._crm_why_no_undo()
            )

    # ------------------------------------------------------------
    # ORM
    # ------------------------------------------------------------

    def _crm_sealed_message(self):
        return self.env._("Batches are written by the system only.")

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_undo(self):
        """Take this batch back and say what became of it; return the action (dict)."""
        self.ensure_one()
        result = self.env["crm.pool"].action_undo(self.batch_id)
        return self.env["crm.pool.outcome"]._crm_show(
            self.env._(
                "%(count)s are as they were before.", count=len(result["undone"])
            ),
            result["refused"],
            home=self._crm_held()._crm_pooled_action,
        )

    def action_open_moves(self):
        """Open the rows of the ledger that this batch wrote; return the action."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_customer_pool.crm_owner_move_action"
        )
        action["domain"] = [("batch_id", "=", self.batch_id)]
        return action

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _crm_held(self):
        """Return the model (an empty recordset) of what this batch moved."""
        # sudo: what kind of batch it is, whoever sees it
        name = self.env["crm.pool"]._crm_held_models().get(self.sudo().holds)
        return self.env[name] if name else self.env["crm.pool.mixin"]

    @api.model
    def _crm_record(
        self,
        kind,
        batch_id,
        done,
        refused=(),
        *,
        holds="customer",
        pool=None,
        to_user=None,
        reason="",
    ):
        """Write down a batch, in the transaction that has moved its records.

        One statement, since every claim makes it. Parts of one batch add up.

        :param str kind: one of the kinds of this model
        :param str batch_id: the id in the ledger
        :param int done: how many records were moved
        :param list[dict] refused: ``id``, ``name``, ``reason`` of those that were not
        :param str holds: the kind of the records, as of crm.pool
        :param pool: crm.pool, if it was one
        :param to_user: res.users, who got them
        :param str reason: what the person gave as reason
        """
        self.env.flush_all()
        if self.env[self.env["crm.pool"]._crm_held_models()[holds]]._crm_by_owner:
            # what the move itself has changed stands before the mark
            self.env["crm.change.log"]._crm_flush()
        ((id_,),) = self.env.execute_query(
            SQL(
                """
                INSERT INTO crm_pool_batch AS batch
                       (create_uid, create_date, write_uid, write_date, batch_id, kind,
                        holds, user_id, to_user_id, pool_id, reason, done_at, total,
                        done_count, refused_count, state, log_marks)
                SELECT %(uid)s, %(now)s, %(uid)s, %(now)s, %(batch)s, %(kind)s,
                       %(holds)s, %(uid)s, %(to)s, %(pool)s, %(reason)s, %(now)s,
                       %(total)s, %(done)s, %(refused)s, 'done',
                       jsonb_build_array(
                           jsonb_build_array(ledger.last_value, log.last_value)
                       )
                  FROM crm_change_log_id_seq log, crm_owner_move_id_seq ledger
                ON CONFLICT (batch_id) DO UPDATE
                   SET done_count = batch.done_count + EXCLUDED.done_count,
                       refused_count = batch.refused_count + EXCLUDED.refused_count,
                       total = GREATEST(
                           batch.total,
                           batch.done_count + batch.refused_count + EXCLUDED.total
                       ),
                       log_marks = COALESCE(batch.log_marks, '[]')
                           || EXCLUDED.log_marks,
                       -- to several people: to nobody in particular
                       to_user_id = CASE WHEN batch.to_user_id = EXCLUDED.to_user_id
                                         THEN batch.to_user_id END
                RETURNING id
                """,
                uid=self.env.uid,
                now=fields.Datetime.now(),
                batch=batch_id,
                kind=kind,
                holds=holds,
                to=(to_user and to_user.id) or None,
                pool=(pool and pool.id) or None,
                reason=as_text(reason) or None,
                total=done + len(refused),
                done=done,
                refused=len(refused),
            )
        )
        batch = self.browse(id_)
        batch._crm_record_refused(refused)
        batch.invalidate_recordset()
        return batch

    def _crm_record_refused(self, refused):
        """Write down what was refused in this batch; see _crm_record."""
        if refused:
            # sudo: rows are written by the system
            self.env["crm.pool.batch.row"].sudo().create(
                [
                    {
                        "batch_id": self.id,
                        "res_id": row["id"],
                        "name": row["name"],
                        "reason": row["reason"],
                    }
                    for row in refused
                ]
            )
