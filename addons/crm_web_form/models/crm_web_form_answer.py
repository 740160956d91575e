import time

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools import engine
from .crm_web_form_submit import Full, Taken

# what the system notes about its own work; everything else is written once
WORK = frozenset(
    {
        "state",
        "lead_id",
        "followup_id",
        "is_repeated",
        "error",
        "attempts",
        "try_at",
        "contact",
        "user_id",
        "is_erased",
    }
)
# seconds between two calls of the job from one process; it runs every minute anyway
CALL_EVERY = 5
_called_at = {}
# no browser opens it, and Odoo does not guess another one
DOWNLOAD = "application/x-download"


class CrmWebFormAnswer(models.Model):
    """What somebody answered: written once, then worked into a lead."""

    _name = "crm.web.form.answer"
    _description = "Answer to a Web Form"
    _inherit = ["crm.sealed.mixin"]
    _order = "id desc"
    _rec_name = "contact"

    form_id = fields.Many2one(
        "crm.web.form", required=True, readonly=True, index=True, ondelete="restrict"
    )
    version_id = fields.Many2one(
        "crm.web.form.version", required=True, readonly=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="form_id.company_id", store=True)
    submission_key = fields.Char(
        required=True,
        readonly=True,
        copy=False,
        exportable=False,
        groups="base.group_system",
        help="Makes one answer of a submission that arrives twice.",
    )
    content = fields.Json("Answers", readonly=True, exportable=False)
    utm = fields.Json("Came From", readonly=True, exportable=False)
    lang = fields.Char("Language of the Page", readonly=True)
    contact = fields.Char(readonly=True, help="Who answered, as far as it was asked.")
    attachment_ids = fields.One2many(
        "ir.attachment",
        "res_id",
        "Files",
        domain=[("res_model", "=", "crm.web.form.answer")],
        readonly=True,
    )
    content_html = fields.Html(
        "What Was Answered", compute="_compute_content_html", exportable=False
    )

    state = fields.Selection(
        [
            ("received", "To Be Handled"),
            ("done", "Done"),
            ("failed", "Handling Failed"),
        ],
        default="received",
        required=True,
        readonly=True,
    )
    lead_id = fields.Many2one(
        "crm.lead", readonly=True, index="btree_not_null", ondelete="set null"
    )
    followup_id = fields.Many2one(
        "crm.followup",
        "Follow-up",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        copy=False,
        # a many2one tells its name: that of a customer who may be out of sight
        groups=fields.NO_ACCESS,
    )
    is_repeated = fields.Boolean(
        "Known Already",
        readonly=True,
        help="Whoever answered has a lead or is a customer already.",
    )
    user_id = fields.Many2one(
        "res.users",
        "Salesperson",
        compute="_compute_user_id",
        store=True,
        index=True,
        compute_sudo=True,
    )
    error = fields.Char(readonly=True)
    attempts = fields.Integer(readonly=True)
    try_at = fields.Datetime("Next Try", readonly=True, default=fields.Datetime.now)
    is_erased = fields.Boolean("Erased", readonly=True)

    _submission_uniq = models.UniqueIndex(
        "(form_id, submission_key)", "This was submitted already."
    )
    _todo_idx = models.Index("(try_at, id) WHERE state = 'received'")

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    @api.depends("lead_id.user_id", "followup_id.user_id", "form_id.user_id")
    def _compute_user_id(self):
        for answer in self:
            form = answer.form_id
            answer.user_id = (
                answer.lead_id.user_id
                or answer.followup_id.user_id
                or (form.handler_kind == "user" and form.handler_id)
                or form.user_id
            )

    @api.depends("content", "version_id")
    def _compute_content_html(self):
        for answer in self:
            answer.content_html = answer._crm_table()

    def _compute_display_name(self):
        for answer in self:
            answer.display_name = answer.contact or self.env._(
                "Answer %(number)s", number=answer.id
            )

    # ------------------------------------------------------------
    # ORM
    # ------------------------------------------------------------

    def _crm_sealed_message(self):
        return self.env._("Answers come from forms only.")

    def write(self, vals):
        if not self._crm_in_workflow() or not WORK.issuperset(vals):
            raise AccessError(self.env._("Answers cannot be changed."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        raise AccessError(
            self.env._("Answers cannot be deleted. What they say can be erased.")
        )

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    @api.model
    def _crm_by_key(self, form_id, key):
        """Return the answer (recordset) of a submission that arrived before."""
        # sudo: asked for a visitor, who is told nothing of it
        return self.sudo().search(
            [("form_id", "=", form_id), ("submission_key", "=", key)], limit=1
        )

    @api.model
    def _crm_store(self, vals, unique, kept, max_answers):
        """Store one answer with its files; the whole of a transaction.

        :param dict unique: answers that may be given only once, by element
        :param list kept: of (element, name, bytes)
        :param int max_answers: 0 for no limit
        :return: id of the answer
        :raise Taken: names the element whose answer was given before
        :raise Full: there is no room left
        """
        form_id = vals["form_id"]
        if max_answers:
            # first of all, so that what is counted below is what all others stored
            self.env.cr.execute(
                SQL(
                    "UPDATE crm_web_form SET write_date = write_date WHERE id = %s",
                    form_id,
                ),
                log_exceptions=False,
            )
        found = self._crm_by_key(form_id, vals["submission_key"])
        if found:
            return found.id
        if max_answers:
            domain = Domain("form_id", "=", form_id)
            if self.search_count(domain) >= max_answers:
                raise Full
        used = self.env["crm.web.form.used"]
        digests = []
        for element, value in unique.items():
            digest = used._crm_digest(form_id, element, value)
            key = {"form_id": form_id, "element": element, "digest": digest}
            if used.search_count([(name, "=", part) for name, part in key.items()]):
                raise Taken(element)
            digests.append(key)
        answer = self._crm_workflow().create(vals)
        used.create([{**key, "answer_id": answer.id} for key in digests])
        self.env["ir.attachment"].create(
            [
                {
                    "name": name,
                    "raw": data,
                    "res_model": self._name,
                    "res_id": answer.id,
                    "description": element,
                    # nothing that a browser shows: visitors chose what is in it
                    "mimetype": DOWNLOAD,
                }
                for element, name, data in kept
            ]
        )
        self._crm_call_job()
        return answer.id

    @api.model
    def _crm_call_job(self):
        """Let the job run soon, not once for each answer of a rush."""
        now = time.monotonic()
        database = self.env.cr.dbname
        if now - _called_at.get(database, -CALL_EVERY) >= CALL_EVERY:
            _called_at[database] = now
            self.env.ref("crm_web_form.ir_cron_answers")._trigger()

    def _crm_document(self):
        return self.env["crm.web.form.version"]._crm_content(self.version_id.id)

    def _crm_lines(self):
        """Return the answers in the order of the form, a list of (question, text)."""
        values = self.content or {}
        return [
            (element["label"], self._crm_text(element, values[element["id"]]))
            for element in self._crm_document()["elements"]
            if element["id"] in values
        ]

    def _crm_text(self, element, value):
        """Return an answer as people read it (str)."""
        if engine.is_empty(value):
            return ""
        if element["kind"] in engine.CHOICES:
            labels = {part["value"]: part["label"] for part in element["options"]}
            chosen = value if isinstance(value, list) else [value]
            return self.env._("; ").join(labels.get(part, part) for part in chosen)
        if element["kind"] == "consent":
            return self.env._("Agreed")
        if element["kind"] == "rating":
            return f"{value} / {element.get('scale', 5)}"
        if element["kind"] == "place":
            return " ".join(dict.fromkeys(value))
        return ", ".join(value) if isinstance(value, list) else str(value)

    def _crm_table(self):
        """Return the answers as a table (Markup); everything in it is escaped."""
        rows = Markup().join(
            Markup("<tr><th>%s</th><td style='white-space: pre-wrap'>%s</td></tr>")
            % line
            for line in self._crm_lines()
        )
        if not rows:
            return Markup()
        return Markup("<table class='table table-sm'><tbody>%s</tbody></table>") % rows

    def _crm_row(self, columns):
        """Return a row (dict) of the table of results."""
        values = self.content or {}
        return {
            "id": self.id,
            "date": self.create_date,
            "state": self.state,
            "contact": self.contact or "",
            # sudo: a colleague's name
            "user": self.user_id.sudo().name or "",
            "cells": [
                self._crm_text(column, values.get(column["id"])) for column in columns
            ],
            "files": [
                {"id": file.id, "name": file.name} for file in self.attachment_ids
            ],
        }

    def action_retry(self) -> bool:
        """Let failed answers be worked on again. Return True.

        :raise AccessError: for whoever is not in charge of the forms
        """
        self.form_id.check_access("write")
        # sudo: what the system notes about its work
        self.filtered(
            lambda answer: answer.state == "failed"
        ).sudo()._crm_workflow().write(
            {
                "state": "received",
                "attempts": 0,
                "error": False,
                "try_at": fields.Datetime.now(),
            }
        )
        return True

    def action_erase(self) -> bool:
        """Erase what somebody answered, because that person asks for it. Return True.

        The row stays, so that figures stay; leads and follow-ups are not touched.

        :raise AccessError: for whoever is not in charge of the forms
        :raise UserError: while the answer waits for its lead
        """
        self.form_id.check_access("write")
        self.check_access("read")
        if any(answer.state == "received" for answer in self):
            raise UserError(self.env._("Wait until the answers have been worked on."))
        if not self:
            return True
        # sudo: files and rows are the system's
        answers = self.sudo()
        answers.attachment_ids.unlink()
        self.env["crm.web.form.used"].sudo().search(  # sudo: likewise
            [("answer_id", "in", self.ids)]
        ).unlink()
        answers._crm_workflow().write({"contact": False, "is_erased": True})
        self.env.cr.execute(
            SQL(
                "UPDATE crm_web_form_answer SET content = '{}', utm = '{}'"
                " WHERE id IN %s",
                tuple(self.ids),
            )
        )
        self.invalidate_recordset()
        self.env["crm.operation.log"]._crm_log(
            "form_erase",
            self.env._("Erased %(count)s answers", count=len(self)),
            model=self._name,
            res_ids=self.ids,
        )
        return True

    def action_open_lead(self) -> dict:
        """Return the action (dict) that opens what became of the answer.

        :raise UserError: nothing, or somebody out of reach has it
        """
        self.ensure_one()
        self.check_access("read")
        # sudo: which one it is; whether it is in sight is asked next
        record = self.lead_id or self.sudo().followup_id.with_env(self.env)
        if not record:
            raise UserError(self.env._("Nothing has been made of this answer."))
        if not record.has_access("read"):
            raise UserError(
                self.env._("Somebody out of your reach takes care of this answer.")
            )
        return {
            "type": "ir.actions.act_window",
            "res_model": record._name,
            "res_id": record.id,
            "views": [[False, "form"]],
        }
