"""One record of each model of this addon for the parity test; see docs/testing.md."""

from odoo.addons.crm_base.tests.expected import Expected, nobody

from .common import document


def _form(case):
    form = case.env["crm.web.form"].create(
        {"name": "Parity", "user_id": case.manager.id, "handler_id": case.sam.id}
    )
    form.save_design(document(), form.revision)
    form.action_publish()
    return form


def _sees(oracle, form):
    def sees(user):
        return oracle.is_seller(user) and (
            oracle.in_charge(user, form.user_id)
            or oracle.in_charge(user, form.handler_id)
        )

    return sees


def forms(case, oracle, customer):
    """A form of a manager, handled by a salesperson."""
    if customer:
        return []
    form = _form(case)

    def changes(user):
        is_manager = oracle.has(user, "manager")
        return is_manager and oracle.in_charge(user, form.user_id, "write")

    return [
        Expected(
            form,
            read=_sees(oracle, form),
            write=changes,
            unlink=changes,
            values={
                "name": "Another",
                "user_id": form.user_id.id,
                "handler_id": form.handler_id.id,
            },
            create=changes,
        )
    ]


def versions(case, oracle, customer):
    """What was published is seen with its form."""
    if customer:
        return []
    form = _form(case)
    return [Expected(form.version_id, read=_sees(oracle, form))]


def answers(case, oracle, customer):
    """An answer that waits belongs to the handler and to whoever is responsible."""
    if customer:
        return []
    form = _form(case)
    answer = (
        case.env["crm.web.form.answer"]
        ._crm_workflow()
        .create(
            {
                "form_id": form.id,
                "version_id": form.version_id.id,
                "submission_key": "parity",
                "content": {"person": "x"},
            }
        )
    )
    return [Expected(answer, read=_sees(oracle, form))]


def counts(case, oracle, customer):
    """Counters are nobody's to read; figures are shown with the form."""
    if customer:
        return []
    values = {"form_id": _form(case).id, "day": "2031-01-01", "kind": "view"}
    return [Expected(case.env["crm.web.form.count"].create(values), read=nobody)]


def limits(case, oracle, customer):
    """So are the counters of addresses."""
    if customer:
        return []
    values = {"key": "parity", "ends_at": "2031-01-01"}
    return [Expected(case.env["crm.web.form.limit"].create(values), read=nobody)]


def used(case, oracle, customer):
    """And the hashes of answers that may be given once."""
    if customer:
        return []
    answer = answers(case, oracle, customer)[0].record
    values = {
        "form_id": answer.form_id.id,
        "answer_id": answer.id,
        "element": "person",
        "digest": "parity",
    }
    return [Expected(case.env["crm.web.form.used"].create(values), read=nobody)]


FACTORIES = {
    "crm.web.form": forms,
    "crm.web.form.answer": answers,
    "crm.web.form.count": counts,
    "crm.web.form.limit": limits,
    "crm.web.form.used": used,
    "crm.web.form.version": versions,
}
