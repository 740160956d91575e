from odoo import api, fields, models

from ..tools.import_line import CREATED, SKIPPED
from .crm_followup import DONE, OPEN
from .crm_import_handler import HISTORY


class CrmImportHandlerFollowup(models.AbstractModel):
    """Follow-ups: plans for everybody; history, with its author and its time, for
    those who may import it.
    """

    _name = "crm.import.handler.followup"
    _description = "Import of Follow-ups"
    _inherit = ["crm.import.handler"]

    @api.model
    def _crm_choices(self, field):
        if field.name == "partner_id":
            return [("is_crm_customer", "=", True)]
        return super()._crm_choices(field)

    @api.model
    def _crm_history_fields(self):
        return super()._crm_history_fields() | {"done_at"}

    @api.model
    def _crm_check(self, batch, lines, targets):
        default_method = self.env["crm.dictionary"]._crm_default_id("followup_method")
        for line in lines:
            line.vals.setdefault("method_id", default_method)
            line.vals.setdefault("company_id", batch.company_id.id)
            if not line.vals.get("done_at") and not line.vals.get("planned_at"):
                message = self.env._(
                    "A follow-up needs a time: when it was done, or when it is planned."
                )
                line.refuse(None, "required", message)
            elif (
                line.vals.get("done_at") or fields.Datetime.now()
            ) > fields.Datetime.now():
                line.refuse(
                    None, "date", self.env._("It cannot be done in the future.")
                )
            elif not line.vals.get("name") and not line.vals.get("content"):
                line.refuse(None, "required", self.env._("There is nothing in it."))
        return super()._crm_check(batch, lines, targets)

    @api.model
    def _crm_match(self, batch, lines):
        """One customer, one time, one text: the same follow-up."""
        partners = {line.vals.get("partner_id") for line in lines}
        times = [
            line.vals.get("done_at") or line.vals.get("planned_at") for line in lines
        ]
        known = {}
        for followup in self.env["crm.followup"].search_fetch(
            [
                ("partner_id", "in", list(partners)),
                ("date", "in", times),
            ],
            ["partner_id", "date", "content", "name"],
        ):
            text = followup.content or followup.name
            known[followup.partner_id.id, followup.date, text] = 0
        for line, moment in zip(lines, times, strict=True):
            text = line.vals.get("content") or line.vals.get("name")
            mark = line.vals.get("partner_id"), moment, text
            if mark in known:
                row = known[mark]
                match = {"res_id": 0, "exact": True}
                match["reason"] = (
                    self.env._("Same as row %(n)s", n=row)
                    if row
                    else self.env._("This follow-up is there already")
                )
                line.matches.append({**match, "row": row} if row else match)
            known.setdefault(mark, line.number)

    @api.model
    def _crm_store(self, batch, lines):
        Followup = self.env["crm.followup"].with_context(**self._crm_context(batch))
        new = []
        for line in lines:
            if self._crm_choice(batch, line) == "skip":
                line.finish(SKIPPED, self._crm_match_text(line))
            else:
                new.append(line)
        if not new:
            return
        followups = Followup._crm_create_history(
            [self._crm_followup_values(line) for line in new]
        )
        # what hangs on a customer out of sight is refused, as in the form
        followups.partner_id.check_access("read")
        for line, followup in zip(new, followups, strict=True):
            line.created.append(["crm.followup", followup.id])
            line.finish(CREATED, res_id=followup.id)
        self._crm_write_history(new)

    @api.model
    def _crm_followup_values(self, line):
        """Return the values (dict) of a follow-up, workflow fields included."""
        vals = {name: value for name, value in line.vals.items() if name not in HISTORY}
        vals.setdefault("user_id", self.env.uid)
        if not vals.get("name"):
            vals["name"] = self.env["crm.followup"]._crm_default_subject(vals)
        done_at = vals.get("done_at")
        vals["state"] = DONE if done_at else OPEN
        if done_at:
            content = "".join((vals.get("content") or "").split())
            company = self.env["res.company"].browse(vals["company_id"])
            vals["is_effective"] = len(content) >= company.crm_effective_min_length
        return vals

    @api.model
    def _crm_choice(self, batch, line):
        # a follow-up is a fact: it is there or it is not
        choice = super()._crm_choice(batch, line)
        return "skip" if choice == "update" else choice
