"""By how many ways an opportunity gets into another stage."""

from odoo.service.model import call_kw
from odoo.tests import Form


def _row(case, lead):
    """Return the external id of an opportunity, as a file names it."""
    [exported] = lead.with_user(case.boss).export_data(["id"])["datas"]
    return exported[0]


def DOORS(case):
    """Return a dict of name to ``door(user, lead, stage)``."""

    def form(user, lead, stage):
        with Form(lead.with_user(user), "crm.crm_lead_view_form") as view:
            view.stage_id = stage

    def drag(user, lead, stage):
        # what the kanban calls when a card is dropped
        call_kw(
            case.env["crm.lead"].with_user(user),
            "web_save",
            [lead.ids, {"stage_id": stage.id}],
            {"specification": {"stage_id": {}}},
        )

    def mass_edit(user, lead, stage):
        other = case._opportunity(lead.user_id, name="另一个")
        call_kw(
            case.env["crm.lead"].with_user(user),
            "web_save_multi",
            [(lead | other).ids, [{"stage_id": stage.id}] * 2],
            {"specification": {"stage_id": {}}},
        )

    def file(user, lead, stage):
        result = (
            case.env["crm.lead"]
            .with_user(user)
            .load(["id", "stage_id/.id"], [[_row(case, lead), str(stage.id)]])
        )
        errors = [message["message"] for message in result["messages"]]
        if errors:
            raise case.failure("\n".join(errors))

    def api(user, lead, stage):
        call_kw(
            case.env["crm.lead"].with_user(user),
            "write",
            [lead.ids, {"stage_id": stage.id}],
            {},
        )

    def automation(user, lead, stage):
        action = case.env["ir.actions.server"].create(
            {
                "name": "推进",
                "model_id": case.env["ir.model"]._get_id("crm.lead"),
                "state": "object_write",
                "update_path": "stage_id",
                "resource_ref": f"crm.stage,{stage.id}",
                "evaluation_type": "value",
            }
        )
        # automations run with all rights
        action.with_user(user).sudo().with_context(
            active_model="crm.lead", active_id=lead.id, active_ids=lead.ids
        ).run()

    def method(user, lead, stage):
        lead.with_user(user).action_move_stage(stage.id)

    def system(user, lead, stage):
        lead.write({"stage_id": stage.id})

    return {
        "form": form,
        "drag": drag,
        "mass_edit": mass_edit,
        "file": file,
        "api": api,
        "automation": automation,
        "method": method,
        "system": system,
    }
