from odoo import api, models
from odoo.fields import Domain

from odoo.addons.crm_base.tools import contact_keys

from ..tools.capture import CAPTURE_KEY, Capture

NAMES = ("name", "partner_name", "contact_name", "phone", "email_from")


class CrmImportHandlerLead(models.AbstractModel):
    """Leads: compared with everybody's customers and leads, and with the file."""

    _name = "crm.import.handler.lead"
    _description = "Import of Leads"
    _inherit = ["crm.import.handler.lead.mixin"]

    @api.model
    def _crm_context(self, batch):
        return {
            **super()._crm_context(batch),
            CAPTURE_KEY: Capture("import"),
            "default_type": "lead",
            **batch._crm_lead_defaults(),
        }

    @api.model
    def _crm_check(self, batch, lines, targets):
        for line in lines:
            line.vals["type"] = "lead"
            line.vals.setdefault("company_id", batch.company_id.id)
            known = [line.vals[name] for name in NAMES if line.vals.get(name)]
            if not known:
                message = self.env._("Nobody is named: no name, company or phone.")
                line.refuse(None, "required", message)
            elif not line.vals.get("name"):
                line.vals["name"] = known[0]
        return super()._crm_check(batch, lines, targets)

    @api.model
    def _crm_match(self, batch, lines):
        if not lines:
            return
        rows = []
        for line in lines:
            line.key = self._crm_file_key(line)
            rows.append(self._crm_row(batch, line))
        Partner, Lead = self.env["res.partner"], self.env["crm.lead"]
        customers = Partner._crm_find_duplicates(rows, limit=1)
        leads = Lead._crm_find_lead_duplicates(rows, limit=1)
        own = self._crm_own_leads(batch, leads)
        for line, of_customers, of_leads in zip(lines, customers, leads, strict=True):
            for match in of_leads:
                if match.partner_id not in own:
                    (hint,) = Lead._crm_lead_hints([match])
                    res_id = match.partner_id if match.visible else 0
                    line.matches.append(self._crm_known(match, hint, res_id))
            for match in of_customers:
                (hint,) = Lead._crm_customer_hints([match])
                line.matches.append(self._crm_known(match, hint))
            line.matches.sort(key=lambda match: not match["exact"])
        self._crm_match_file(batch, lines)

    @api.model
    def _crm_row(self, batch, line):
        """Return a line as a row (dict) for the duplicate check."""
        vals = line.vals
        return {
            "name": vals.get("partner_name") or vals.get("contact_name") or "",
            "is_company": bool(vals.get("partner_name")),
            "is_crm_customer": True,
            "phone": vals.get("phone") or "",
            "email": vals.get("email_from") or "",
            "company_id": batch.company_id.id,
        }

    @api.model
    def _crm_known(self, match, reason, res_id=0):
        return {"res_id": res_id, "exact": match.exact, "reason": reason}

    @api.model
    def _crm_file_key(self, line):
        """Return what makes two rows of a file one lead (str)."""
        phones = contact_keys.phone_keys(line.vals.get("phone") or "")
        emails = contact_keys.email_keys(line.vals.get("email_from") or "")
        names = [line.vals.get(name) or "" for name in NAMES[:3]]
        return next(iter([*phones, *emails]), "|".join(names))[:200]

    @api.model
    def _crm_own_leads(self, batch, found):
        """Return the ids (set of int) of the matches that this file has brought."""
        ids = [match.partner_id for matches in found for match in matches]
        rows = self.env["crm.import.row"].search(
            [
                ("batch_id", "=", batch.id),
                ("state", "=", "created"),
                ("res_id", "in", ids),
            ]
        )
        return set(rows.mapped("res_id"))

    @api.model
    def _crm_match_file(self, batch, lines):
        """Mark rows that name the lead of an earlier row."""
        first = {}
        for row in self.env["crm.import.row"].search(
            [
                ("batch_id", "=", batch.id),
                ("key", "in", [line.key for line in lines]),
                ("number", "<", lines[0].number),
                ("state", "in", ["ready", "duplicate", "created", "updated"]),
            ],
            order="number",
        ):
            first.setdefault(row.key, row.number)
        for line in lines:
            number = first.setdefault(line.key, line.number)
            if number != line.number:
                line.matches.insert(
                    0,
                    {
                        "res_id": 0,
                        "row": number,
                        "exact": True,
                        "reason": self.env._("Same as row %(n)s", n=number),
                    },
                )

    @api.model
    def _crm_choice(self, batch, line):
        if not line.matches:
            return "create"
        if line.matches[0].get("row"):
            return "skip"
        certain = line.matches[0]["exact"]
        policy = batch.duplicate_policy if certain else batch.likely_policy
        choice = line.decision or policy
        if choice == "contact" or (
            choice == "update" and not line.matches[0]["res_id"]
        ):
            return "skip"
        return choice

    @api.model
    def _crm_undo_first_moves(self, batch):
        # what a rule dealt out as it came in was in nobody's hands before
        return super()._crm_undo_first_moves(batch) | Domain("kind", "=", "rule")
