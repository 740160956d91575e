from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

# ids of records that a row keeps; of more it keeps the number alone
MAX_IDS = 10_000


class CrmOperationLog(models.Model):
    """What people did that touches many records or leaves the house.

    Exports, imports, searches for duplicates, hand-overs, purges: by whom, in which
    role, when, from where, and to how many records of which model.
    """

    _name = "crm.operation.log"
    _description = "Operation Log"
    _inherit = ["crm.log.mixin"]
    _rec_name = "summary"
    _crm_keep_parameter = "crm_base.operation_log_days"

    operation = fields.Selection(
        "_selection_operation", required=True, readonly=True, index=True
    )
    summary = fields.Char(required=True, readonly=True)
    model = fields.Char(readonly=True)
    model_name = fields.Char("Document", compute="_compute_model_name")
    record_count = fields.Integer("Records", readonly=True)
    # what was touched may be more than the reader of the row may see
    res_ids = fields.Json(
        "Record IDs", readonly=True, copy=False, groups="crm_base.group_boss"
    )
    details = fields.Json(
        "Raw Details", readonly=True, copy=False, groups="crm_base.group_boss"
    )
    details_text = fields.Text(
        "Details", compute="_compute_details_text", groups="crm_base.group_boss"
    )
    company_id = fields.Many2one("res.company", readonly=True, index=True)

    _logged_at_idx = models.Index("(logged_at DESC, id DESC)")
    _user_logged_at_idx = models.Index("(user_id, logged_at DESC)")

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    @api.model
    def _crm_operations(self):
        """Hook: return a dict of operation code to its name in the user's language.

        Call ``super()`` first and add the codes that your addon logs.
        """
        return {
            "duplicate_search": self.env._("Duplicate Search"),
            "export": self.env._("Export"),
            "handover": self.env._("Hand-over"),
            "handover_undo": self.env._("Hand-over Undone"),
            "import": self.env._("Import"),
            "import_check": self.env._("Check of an Import"),
            "import_undo": self.env._("Import Undone"),
            "delete": self.env._("Deletion"),
            "restore": self.env._("Restoration"),
            "purge": self.env._("Purge"),
            "setting": self.env._("Setting"),
        }

    @api.model
    def _selection_operation(self):
        return list(self._crm_operations().items())

    @api.depends_context("lang")
    @api.depends("model")
    def _compute_model_name(self):
        # sudo: what a model is called is no secret
        models_by_name = self.env["ir.model"].sudo()
        for log in self:
            known = log.model and models_by_name._get(log.model)
            log.model_name = known.name if known else log.model

    @api.depends("details")
    def _compute_details_text(self):
        for log in self:
            details = log.details or {}
            log.details_text = "\n".join(
                f"{name}: {value}" for name, value in details.items()
            )

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_open_records(self):
        """Open the records of this row that are still there; return the action (dict).

        :raise UserError: when none of them is in reach any more
        """
        self.ensure_one()
        self.check_access("read")
        records = self.env.get(self.model)
        # sudo: the ids are the boss's; which of them are in reach the search below says
        ids = self.sudo().res_ids or []
        found = (
            records.with_context(active_test=False).search(Domain("id", "in", ids))
            if records is not None and ids
            else None
        )
        if not found:
            raise UserError(
                self.env._(
                    "The records of this operation were not kept, were deleted or are"
                    " out of your reach."
                )
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.summary,
            "res_model": self.model,
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", found.ids)],
            "context": {"active_test": False},
        }

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    @api.model
    def _crm_log(
        self, operation, summary, model=None, res_ids=None, count=None, details=None
    ):
        """Append one row about what the current user is doing.

        Superiors read the summary: name in it nothing that the actor does not see.

        :param str operation: a code of :meth:`_crm_operations`
        :param str summary: one readable line, in the language of the actor
        :param str model: technical name of the model concerned
        :param Iterable[int] res_ids: the records concerned; of more than 10,000 the
            number alone is kept
        :param int count: how many records, the number of ``res_ids`` by default
        :param dict details: whatever else belongs to it, for the boss; values that
            JSON can carry
        :return: the row (sudo)
        """
        ids = list(res_ids or ())
        # sudo: nobody has the right to create rows
        return (
            self.sudo()
            ._crm_workflow()
            .create(
                {
                    **self._crm_log_author(),
                    "operation": operation,
                    "summary": summary,
                    "model": model,
                    "record_count": len(ids) if count is None else count,
                    "res_ids": ids if len(ids) <= MAX_IDS else False,
                    "details": details or False,
                    "company_id": self.env.company.id,
                }
            )
        )

    @api.autovacuum
    def _gc_operation_log(self):
        return self._crm_gc()
