from collections import defaultdict

from odoo import api, models


class CrmImportHandlerContact(models.AbstractModel):
    """Contacts of customers that are there already, named by number or name."""

    _name = "crm.import.handler.contact"
    _description = "Import of Contacts"
    _inherit = ["crm.import.handler"]

    @api.model
    def _crm_choices(self, field):
        if field.name == "parent_id":
            return [("is_crm_customer", "=", True)]
        return super()._crm_choices(field)

    @api.model
    def _crm_check(self, batch, lines, targets):
        for line in lines:
            line.vals["is_company"] = False
        return super()._crm_check(batch, lines, targets)

    @api.model
    def _crm_match(self, batch, lines):
        """A contact of one name, or one mobile, below one customer is the same."""
        parents = {line.vals.get("parent_id") for line in lines} - {None, False}
        known = defaultdict(dict)
        rows = self.env["res.partner"].search_fetch(
            [("parent_id", "in", list(parents))], ["parent_id", "name", "mobile"]
        )
        for contact in rows:
            for mark in (contact.name, contact.mobile):
                known[contact.parent_id.id].setdefault(mark, (contact.id, 0))
        for line in lines:
            theirs = known[line.vals.get("parent_id")]
            marks = [line.vals.get("name"), line.vals.get("mobile")]
            for mark in filter(None, marks):
                if mark not in theirs:
                    theirs[mark] = (0, line.number)
                    continue
                res_id, row = theirs[mark]
                if row == line.number:
                    continue
                reason = (
                    self.env._("Same as row %(n)s", n=row)
                    if row
                    else self.env._(
                        "The customer has this contact: %(name)s", name=mark
                    )
                )
                line.matches.append({"res_id": res_id, "reason": reason, "exact": True})
                if row:
                    line.matches[-1]["row"] = row
