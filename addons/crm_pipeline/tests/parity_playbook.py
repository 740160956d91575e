"""Playbooks for the parity test: read by all who sell; runs follow their record."""

from odoo.addons.crm_base.tests.expected import Expected


def _playbook(case, lead_type="lead"):
    """A playbook of the manager in the north."""
    return (
        case.env["crm.playbook"]
        .with_user(case.manager)
        .create(
            {
                "name": "跟进",
                "res_model": "crm.lead",
                "lead_type": lead_type,
                "manual_by": "all",
                "step_ids": [(0, 0, {"name": "提醒", "kind": "notice"})],
            }
        )
    )


def _in_charge_of_playbook(case, oracle):
    def changes(user):
        return (
            oracle.is_seller(user)
            and (oracle.is_boss(user) or oracle.has(user, "manager"))
            and oracle.in_charge(user, case.manager, "write")
        )

    return changes


def playbooks(case, oracle, customer):
    """Playbooks are read by all who sell, changed by the responsible and above."""
    if customer:
        return []
    changes = _in_charge_of_playbook(case, oracle)
    return [
        Expected(
            _playbook(case).with_env(case.env),
            read=oracle.is_seller,
            write=changes,
            unlink=changes,
            values={"name": "再跟进", "res_model": "crm.lead"},
            # everybody makes playbooks of their own
            create=lambda user: (
                oracle.is_seller(user)
                and (oracle.is_boss(user) or oracle.has(user, "manager"))
            ),
        )
    ]


def playbook_steps(case, oracle, customer):
    """Steps are read and changed with their playbook."""
    if customer:
        return []
    playbook = _playbook(case)
    changes = _in_charge_of_playbook(case, oracle)
    return [
        Expected(
            playbook.step_ids.with_env(case.env),
            read=oracle.is_seller,
            write=changes,
            unlink=changes,
            values={"name": "再提醒", "kind": "notice", "playbook_id": playbook.id},
            create=changes,
        )
    ]


def _runs(case, oracle, customer):
    """What runs for leads and opportunities of the customer's owner, and who sees."""
    owner = customer.user_id
    if not owner:
        return

    def sees(user):
        return oracle.is_seller(user) and oracle.in_charge(user, owner)

    known = case.env["crm.lead"]._crm_playbook_lead_types()
    for lead_type in {"lead", "opportunity"}.intersection(known):
        lead = case.env["crm.lead"].create(
            {"name": "设备两台", "type": lead_type, "user_id": owner.id}
        )
        playbook = _playbook(case, lead_type)
        playbook.action_start()
        lead.with_user(owner).action_start_playbook(playbook.id)
        yield lead.playbook_run_ids, sees


def playbook_runs(case, oracle, customer):
    """Runs are seen with the lead, and changed by nobody."""
    return [Expected(run, read=sees) for run, sees in _runs(case, oracle, customer)]


def playbook_logs(case, oracle, customer):
    """So is what became of their steps."""
    found = []
    for run, sees in _runs(case, oracle, customer):
        run.sudo()._crm_stop("hand")
        found.append(Expected(run.log_ids, read=sees))
    return found


FACTORIES = {
    "crm.playbook": playbooks,
    "crm.playbook.step": playbook_steps,
    "crm.playbook.run": playbook_runs,
    "crm.playbook.log": playbook_logs,
}
