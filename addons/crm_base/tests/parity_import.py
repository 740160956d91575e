"""Records of the import for the parity test; see docs/testing.md."""

import base64

from odoo import Command

from .expected import Expected, nobody


def _batch(case):
    """An import of a salesperson who was given the right, checked."""
    batch = case.env["crm.import.batch"].search([("filename", "=", "parity.csv")])
    if batch:
        return batch
    group = case.env.ref("crm_base.group_import")
    case.sam.group_ids = [Command.link(group.id)]
    batch = (
        case.env["crm.import.batch"]
        .with_user(case.sam)
        .create(
            {
                "profile_id": case.env.ref("crm_base.crm_import_profile_customer").id,
                "filename": "parity.csv",
                "file": base64.b64encode("客户名称\n平价科技有限公司\n".encode()),
            }
        )
    )
    batch.action_preview()
    return batch.with_env(case.env)


def _sees(case, oracle):
    return lambda user: user == case.sam or oracle.is_boss(user)


def _importers(oracle):
    return lambda user: user.has_group("crm_base.group_import")


def batches(case, oracle, customer):
    """Imports are their author's and the boss's."""
    if customer:
        return []
    sees = _sees(case, oracle)
    return [Expected(_batch(case), read=sees, write=sees, unlink=sees)]


def columns(case, oracle, customer):
    """So are their columns."""
    if customer:
        return []
    sees = _sees(case, oracle)
    return [Expected(_batch(case).column_ids, read=sees, write=sees, unlink=sees)]


def rows(case, oracle, customer):
    """And their rows, which nobody makes or deletes."""
    if customer:
        return []
    sees = _sees(case, oracle)
    return [Expected(_batch(case).row_ids, read=sees, write=sees)]


def memories(case, oracle, customer):
    """What somebody meant by a heading is read by the import alone."""
    if customer:
        return []
    _batch(case)
    memory = case.env["crm.import.memory"].search(
        [("user_id", "=", case.sam.id)], limit=1
    )
    return [Expected(memory, read=nobody)]


def profiles(case, oracle, customer):
    """Profiles are for everybody who imports, set up by directors."""
    if customer:
        return []
    # one that no import stands on, so that it can be deleted
    profile = case.env["crm.import.profile"].create(
        {
            "name": "parity",
            "code": "parity",
            "model_id": case.env["ir.model"]._get_id("utm.source"),
        }
    )

    def sets_up(user):
        return oracle.has(user, "director")

    return [Expected(profile, read=_importers(oracle), write=sets_up, unlink=sets_up)]


def profile_columns(case, oracle, customer):
    """Likewise their columns."""
    if customer:
        return []
    column = case.env.ref("crm_base.crm_import_column_customer_name")

    def sets_up(user):
        return oracle.has(user, "director")

    return [Expected(column, read=_importers(oracle), write=sets_up, unlink=sets_up)]


FACTORIES = {
    "crm.import.batch": batches,
    "crm.import.column": columns,
    "crm.import.memory": memories,
    "crm.import.profile": profiles,
    "crm.import.profile.column": profile_columns,
    "crm.import.row": rows,
}
