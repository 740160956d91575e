from odoo import api, models
from odoo.fields import Domain

from odoo.addons.crm_base.tools.sheets import CellError
from odoo.addons.crm_base.tools.sheets.values import cell_text, folded

# what hangs on an opportunity that the customer has heard of
DOCUMENTS = ("sale.order", "crm.contract")


class CrmImportHandlerOpportunity(models.AbstractModel):
    """Opportunities of customers that are there already, in stages of their process."""

    _name = "crm.import.handler.opportunity"
    _description = "Import of Opportunities"
    _inherit = ["crm.import.handler.lead.mixin"]

    @api.model
    def _crm_context(self, batch):
        return {**super()._crm_context(batch), "default_type": "opportunity"}

    @api.model
    def _crm_choices(self, field):
        if field.name == "partner_id":
            return [("is_crm_customer", "=", True)]
        return super()._crm_choices(field)

    @api.model
    def _crm_converter(self, model, field):
        if field.name == "stage_id":
            return self._crm_stage_converter()
        return super()._crm_converter(model, field)

    @api.model
    def _crm_stage_converter(self):
        """Return how cells become stages: every stage of that name, for the check.

        Teams have processes of their own, with stages of the same names.
        """
        stages = self.env["crm.stage"].search(Domain.TRUE)
        known = {}
        languages = [code for code, _name in self.env["res.lang"].get_installed()]
        for language in {"en_US", *languages}:
            for stage in stages.with_context(lang=language):
                known.setdefault(folded(stage.name), set()).add(stage.id)

        def convert(cell):
            text = cell_text(cell)
            if folded(text) not in known:
                names = dict.fromkeys(stages.mapped("name"))
                raise CellError("selection", value=text, options=", ".join(names))
            return known[folded(text)]

        def show(value):
            return stages.browse(value).name or ""

        return convert, None, show

    # ------------------------------------------------------------
    # CHECKING
    # ------------------------------------------------------------

    @api.model
    def _crm_check(self, batch, lines, targets):
        for line in lines:
            line.vals["type"] = "opportunity"
            line.vals.setdefault("company_id", batch.company_id.id)
            line.vals.setdefault("user_id", self.env.uid)
        result = super()._crm_check(batch, lines, targets)
        self._crm_check_stages(lines, targets)
        return result

    @api.model
    def _crm_check_stages(self, lines, targets):
        """Take the stage that the process of each line has by that name."""
        columns = [one.index for one in targets if one.name == "stage_id"]
        teams = {}
        for line in lines:
            stage_ids = line.vals.pop("stage_id", None)
            if not stage_ids:
                continue
            team = self._crm_line_team(line, teams)
            path = self.env["crm.stage"]._crm_path(team)
            stage = path.filtered(lambda one, ids=stage_ids: one.id in ids)[:1]
            if stage:
                line.vals["stage_id"] = stage.id
                continue
            message = self.env._(
                "The process of %(team)s has no such stage. Its stages are: %(stages)s",
                team=team.name or self.env._("All Teams"),
                stages=", ".join(path.mapped("name")),
            )
            line.refuse(columns[0], "selection", message)

    @api.model
    def _crm_line_team(self, line, teams):
        """Return the team (crm.team) whose process a line goes through.

        :param dict teams: those of owners that were asked before; kept here
        """
        known = next((m["res_id"] for m in line.matches if m["res_id"]), 0)
        if known:
            return self.env["crm.lead"].browse(known).team_id
        owner_id = line.vals["user_id"]
        if owner_id not in teams:
            teams[owner_id] = self.env["crm.team"]._get_default_team_id(
                user_id=owner_id, domain=[("use_opportunities", "=", True)]
            )
        return teams[owner_id]

    @api.model
    def _crm_match(self, batch, lines):
        """One customer, one name, still open: the same opportunity."""
        customers = {line.vals.get("partner_id") for line in lines} - {None, False}
        known = {}
        for lead in self.env["crm.lead"].search_fetch(
            [
                ("type", "=", "opportunity"),
                ("won_status", "=", "pending"),
                ("partner_id", "in", list(customers)),
            ],
            ["partner_id", "name"],
        ):
            known.setdefault((lead.partner_id.id, folded(lead.name)), (lead.id, 0))
        for line in lines:
            mark = line.vals.get("partner_id"), folded(line.vals.get("name") or "")
            res_id, row = known.setdefault(mark, (0, line.number))
            if res_id:
                reason = self.env._("The customer has this opportunity, still open")
                line.matches.append({"res_id": res_id, "reason": reason})
            elif row != line.number:
                reason = self.env._("Same as row %(n)s", n=row)
                line.matches.append({"res_id": 0, "row": row, "reason": reason})

    # ------------------------------------------------------------
    # STORING
    # ------------------------------------------------------------

    @api.model
    def _crm_plain_values(self, model, vals):
        vals = super()._crm_plain_values(model, vals)
        # lost is what an action makes of it
        return {name: vals[name] for name in vals if name != "lost_reason_id"}

    @api.model
    def _crm_create(self, batch, model, lines):
        leads = super()._crm_create(batch, model, lines)
        lost = {}
        for lead, line in zip(leads, lines, strict=True):
            if reason := line.vals.get("lost_reason_id"):
                lost[reason] = lost.get(reason, leads.browse()) | lead
        for reason, some in lost.items():
            some.action_set_lost(lost_reason_id=reason)
        return leads

    @api.model
    def _crm_update(self, model, line, res_id=0, vals=None):
        # whose file it is does not make somebody the owner of what is there
        vals = dict(line.vals if vals is None else vals)
        if vals.get("user_id") == self.env.uid:
            vals.pop("user_id")
        for name in ("type", "company_id"):
            vals.pop(name, None)
        return super()._crm_update(model, line, res_id, vals)

    # ------------------------------------------------------------
    # UNDO
    # ------------------------------------------------------------

    @api.model
    def _crm_undo_obstacles(self, batch, lines, made):
        result = super()._crm_undo_obstacles(batch, lines, made)
        leads = {record.id: line for line in lines for record in made[line.id].values()}
        found = self.env["crm.lead"].browse(leads)
        for model in DOCUMENTS:
            for lead_id in self._crm_undo_ids(model, "opportunity_id", found):
                leads[lead_id].note = self.env._(
                    "Has quotations or contracts: %(name)s",
                    # sudo: whoever imported it knows its name
                    name=found.browse(lead_id).sudo().name,
                )
        return result
