"""Hand-overs for the parity test; see docs/testing.md."""

from .expected import Expected


def _handover(case):
    return case.env["crm.handover"].create(
        {"user_id": case.sam.id, "successor_id": case.sue.id, "reason": "离职"}
    )


def _superior(case, oracle):
    def check(user):
        return oracle.has(user, "manager") and oracle.in_charge(user, case.sam, "write")

    return check


def handovers(case, oracle, customer):
    """A hand-over that has not begun: the leaver's superiors work on it."""
    if customer:
        return []
    superior = _superior(case, oracle)
    return [
        Expected(
            _handover(case),
            read=superior,
            write=superior,
            unlink=superior,
            values={
                "user_id": case.sam.id,
                "successor_id": case.sue.id,
                "reason": "离职",
            },
            create=superior,
        )
    ]


def handover_rows(case, oracle, customer):
    """What became of each record: seen by superiors, written by the system."""
    if customer:
        return []
    row = (
        case.env["crm.handover.row"]
        ._crm_workflow()
        .create(
            {
                "handover_id": _handover(case).id,
                "model": "res.partner",
                "field": "user_id",
                "res_id": case.sam.partner_id.id,
                "res_name": "parity",
                "op": "transfer",
            }
        )
    )
    return [Expected(row.with_env(case.env), read=_superior(case, oracle))]


def handover_findings(case, oracle, customer):
    """What a search found: seen by superiors, written by the system."""
    if customer:
        return []
    finding = (
        case.env["crm.handover.finding"]
        ._crm_workflow()
        .create(
            {
                "handover_id": _handover(case).id,
                "model": "crm.followup",
                "field": "user_id",
                "status": "open",
                "record_count": 1,
            }
        )
    )
    return [Expected(finding.with_env(case.env), read=_superior(case, oracle))]


def handover_targets(case, oracle, customer):
    """Who takes over a territory: part of the hand-over."""
    if customer:
        return []
    superior = _superior(case, oracle)
    land, sea = case.env["crm.territory"].create([{"name": "陆"}, {"name": "海"}])
    handover = _handover(case)
    target = case.env["crm.handover.target"].create(
        {"handover_id": handover.id, "territory_id": land.id, "user_id": case.sue.id}
    )
    return [
        Expected(
            target,
            read=superior,
            write=superior,
            unlink=superior,
            values={
                "handover_id": handover.id,
                "territory_id": sea.id,
                "user_id": case.sue.id,
            },
            create=superior,
        )
    ]


FACTORIES = {
    "crm.handover": handovers,
    "crm.handover.row": handover_rows,
    "crm.handover.finding": handover_findings,
    "crm.handover.target": handover_targets,
}
