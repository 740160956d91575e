"""Stages for the parity test."""

from odoo.addons.crm_base.tests.expected import Expected
from odoo.addons.crm_pipeline.tests.parity import leads


def moves(case, oracle, customer):
    """The history is seen with the opportunity, and written by nobody."""
    return [
        Expected(expected.record.last_stage_move_id, read=expected.read)
        for expected in leads(case, oracle, customer)
        if expected.record.type == "opportunity"
    ]


def _set_up(case, oracle, model, values):
    record = case.env[model].create(values)

    def sets_up(user):
        return oracle.is_boss(user) or oracle.has(user, "director")

    return [
        Expected(
            record,
            read=oracle.is_seller,
            write=sets_up,
            unlink=sets_up,
            values=values,
            create=sets_up,
        )
    ]


def gates(case, oracle, customer):
    """Conditions are known to everybody and set up by directors."""
    if customer:
        return []
    stage = case.env["crm.stage"].create({"name": "条件"})
    values = {"stage_id": stage.id, "kind": "attachment"}
    return _set_up(case, oracle, "crm.stage.gate", values)


def tasks(case, oracle, customer):
    """So are the tasks of a stage."""
    if customer:
        return []
    stage = case.env["crm.stage"].create({"name": "任务"})
    return _set_up(
        case, oracle, "crm.stage.task", {"stage_id": stage.id, "name": "上门"}
    )


FACTORIES = {
    "crm.stage.gate": gates,
    "crm.stage.move": moves,
    "crm.stage.task": tasks,
}
