from odoo import api, fields, models, tools

from ..tools.changes import Wording, compared
from .crm_approval import APPROVED, REJECTED


class CrmApproval(models.Model):
    """What has changed since a document was decided on before.

    Whoever is asked again reads what is new, not the whole once more.
    """

    _inherit = "crm.approval"

    changes_html = fields.Html(
        "Changed Since the Last Decision", compute="_compute_changes_html"
    )

    @api.depends("snapshot", "res_model", "res_id")
    @api.depends_context("lang", "uid", "tz")
    def _compute_changes_html(self):
        earlier = self._crm_decided_before()
        wording, found = Wording(self.env), {}
        for approval in self:
            before = earlier.get(approval)
            if before and approval.res_model in self.env:
                found[approval] = approval._crm_changes_since(before)
                wording.note(approval.res_model, found[approval])
        for approval in self:
            approval.changes_html = approval in found and self.env["ir.qweb"]._render(
                "crm_base.approval_changes",
                {
                    "since": approval._crm_since(earlier[approval]),
                    "rows": [
                        *approval._crm_fact_rows(earlier[approval], found[approval]),
                        *wording.rows(
                            approval.res_model, found[approval], approval.currency_id
                        ),
                    ],
                },
            )

    def _crm_decided_before(self):
        """Return the last decision (crm.approval, sudo) before each of these, a dict.

        What was withdrawn nobody has decided on.
        """
        # sudo: on the same document, by whomever
        decided = self.sudo().search(
            [
                ("res_model", "in", self.mapped("res_model")),
                ("res_id", "in", self.mapped("res_id")),
                ("state", "in", (APPROVED, REJECTED)),
            ],
            order="id",
        )
        known = {}
        for approval in decided:
            known.setdefault((approval.res_model, approval.res_id), []).append(approval)
        earlier = {}
        for approval in self:
            for one in known.get((approval.res_model, approval.res_id), ()):
                if one.id < approval._origin.id:
                    earlier[approval] = one
        return earlier

    def _crm_changes_since(self, before):
        """Return the changes (list of Change) of the document since a decision."""
        self.ensure_one()
        document = self.env[self.res_model]
        empty = {"values": {}, "lines": {}}
        # sudo: what was submitted; of it no more is told than the reader may see
        now = self.sudo().snapshot or empty
        return compared(before.snapshot or empty, now, (document._crm_approval_owner,))

    @api.model
    def _crm_since(self, before):
        """Return what was decided before (str), by whom, and why."""
        names = {
            "date": tools.format_datetime(
                self.env, before.decided_at, dt_format="short"
            ),
            "user": before.decided_by_id.name or "",
        }
        if before.state == REJECTED:
            told = self.env._("Rejected on %(date)s by %(user)s.", **names)
        else:
            told = self.env._("Approved on %(date)s by %(user)s.", **names)
        if before.decision_note:
            note = self.env._("Reason: %(reason)s", reason=before.decision_note)
            told = f"{told} {note}"
        return told

    def _crm_fact_rows(self, before, changes):
        """Return rows (list of dict) of amount and discount that no field tells."""
        self.ensure_one()
        document = self.env[self.res_model]
        told = {change.field for change in changes if not change.part}
        rows = []
        for name, fact in (
            (document._crm_approval_amount, "amount"),
            (document._crm_approval_discount, "discount"),
        ):
            if name and name not in told and self[fact] != before[fact]:
                field = document._fields[name]
                if document._has_field_access(field, "read"):
                    label = field._description_string(self.env)
                    rows.append(
                        {
                            "what": label,
                            "before": before._crm_approval_fact(fact),
                            "after": self._crm_approval_fact(fact),
                        }
                    )
        return rows

    def _crm_approval_fact(self, name):
        if name == "discount":
            return f"{self.discount:.2f}%"
        return self.currency_id.format(self.amount)
