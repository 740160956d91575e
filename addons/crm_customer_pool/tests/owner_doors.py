"""Every way in which somebody may get one more customer; see docs/testing.md.

A door is a function of who gets the customer and of the values of the customer. It
makes what it needs and returns the function that goes through the door, which raises
UserError when it is closed. Addons with doors of their own bring a module of this name.
"""

import importlib
import importlib.util

from odoo.exceptions import UserError
from odoo.fields import Command

AUTHOR = "CRM Suite contributors"


def doors(case):
    """Return the doors of all installed addons of the suite, a dict by name."""
    found = {}
    addons = case.env["ir.module.module"].search(
        [("author", "=", AUTHOR), ("state", "=", "installed")]
    )
    for addon in addons.sorted("name").mapped("name"):
        package = f"odoo.addons.{addon}.tests"
        module = f"{package}.owner_doors"
        if importlib.util.find_spec(package) and importlib.util.find_spec(module):
            found.update(importlib.import_module(module).DOORS(case))
    return found


def DOORS(case):  # noqa: N802 the name that other addons look for
    """Return the doors of crm_base and of the pools, a dict of name to function."""
    return {**_making(case), **_giving(case), **_pooled(case), **_coming_back(case)}


def _making(case):
    Partner = case.env["res.partner"]

    def create(user, values):
        return lambda: case._customer(user, **values)

    def create_by_boss(user, values):
        return lambda: case._customer(case.boss, user_id=user.id, **values)

    def load(user, values):
        def go():
            row = {"name": "导入公司", "is_crm_customer": "1"}
            if values.get("customer_level_id"):
                row["customer_level_id/.id"] = str(values["customer_level_id"])
            result = (
                Partner.with_user(user)
                .with_context(import_file=True)
                .load(list(row), [list(row.values())])
            )
            if not result["ids"]:
                raise UserError(result["messages"][0]["message"])

        return go

    def mark(user, values):
        contact = Partner.create({"name": "普通联系人", "user_id": user.id, **values})
        return lambda: contact.with_user(case.boss).write({"is_crm_customer": True})

    return {
        "create": create,
        "create by the boss": create_by_boss,
        "import": load,
        "mark": mark,
    }


def _giving(case):
    def theirs(values, owner=None):
        return case._customer(owner or case.tom, "别人的", **values)

    def write(user, values):
        customer = theirs(values).with_user(case.tom)
        return lambda: customer.write({"user_id": user.id})

    def write_by_boss(user, values):
        customer = theirs(values).with_user(case.boss)
        return lambda: customer.write({"user_id": user.id})

    def transfer(user, values):
        customer = theirs(values).with_user(case.tom)
        return lambda: customer.action_transfer(user.id)

    def transfer_wizard(user, values):
        customer = theirs(values)
        wizard = (
            case.env["crm.customer.transfer"]
            .with_user(case.tom)
            .create(
                {
                    "partner_ids": [Command.set(customer.ids)],
                    "user_id": user.id,
                    "reason": "换人",
                }
            )
        )
        return lambda: wizard.action_transfer()

    def handover(user, values):
        leaver = case.xia
        theirs(values, leaver)
        handover = (
            case.env["crm.handover"]
            .with_user(case.boss)
            .create({"user_id": leaver.id, "successor_id": user.id, "reason": "离职"})
        )

        def go():
            # the account of the leaver is needed again at the next door
            handover.action_start()
            refused = handover.row_ids.filtered(
                lambda row: row.model == "res.partner" and row.message
            )
            leaver.sudo().active = True
            if refused:
                raise UserError(refused[0].message)

        return go

    return {
        "write": write,
        "write by the boss": write_by_boss,
        "transfer": transfer,
        "transfer wizard": transfer_wizard,
        "hand-over": handover,
    }


def _pooled(case):
    def claim(user, values):
        customer = case._pooled(**values)
        return lambda: case._claim(user, customer)

    def assign(user, values):
        row = case._seen(case._pooled(**values), case.other_manager)
        return lambda: row.action_assign(user.id)

    def assign_wizard(user, values):
        wizard = (
            case.env["crm.pool.assign"]
            .with_user(case.other_manager)
            .create(
                {
                    "customer_ids": [Command.set(case._pooled(**values).ids)],
                    "user_id": user.id,
                }
            )
        )
        return lambda: wizard.action_assign()

    def assign_by_write(user, values):
        customer = case._pooled(**values).with_user(case.boss)
        return lambda: customer.write({"user_id": user.id})

    return {
        "claim": claim,
        "assign": assign,
        "assign wizard": assign_wizard,
        "assign by write": assign_by_write,
    }


def _coming_back(case):
    def restore(user, values):
        customer = case._customer(case.boss, **values)
        customer.active = False
        customer.with_user(case.boss).action_transfer(user.id)
        return lambda: customer.with_user(user).action_unarchive()

    def recycle_bin(user, values):
        customer = case._customer(case.boss, **values)
        customer.active = False
        customer.with_user(case.boss).action_transfer(user.id)
        customer.with_user(case.boss).write({"name": "删掉的"})
        customer.flush_recordset()
        # deleted as an active one, so that coming back takes room
        case.env.cr.execute(
            "UPDATE res_partner SET active = true WHERE id = %s", (customer.id,)
        )
        case.env.invalidate_all()
        res_id = customer.id
        customer.with_user(case.boss).unlink()
        case.env.invalidate_all()
        entry = (
            case.env["crm.recycle.entry"]
            .with_user(case.boss)
            .search([("model", "=", "res.partner"), ("res_id", "=", res_id)], limit=1)
        )
        return lambda: entry.action_restore()

    def undo(user, values):
        customer = case._customer(case.boss, **values)
        customer.active = False
        customer.with_user(case.boss).action_transfer(user.id)
        case.env.flush_all()
        case.env["crm.change.log"].flush_model()
        result = customer.with_user(case.boss).action_transfer(case.boss.id)
        # given away while archived, it comes back as one that takes room
        case.env.cr.execute(
            "UPDATE res_partner SET active = true WHERE id = %s", (customer.id,)
        )
        case.env.invalidate_all()

        def go():
            told = (
                case.env["crm.pool"]
                .with_user(case.boss)
                .action_undo(result["batch_id"])
            )
            if told["refused"]:
                raise UserError(told["refused"][0]["reason"])

        return go

    def merge(user, values):
        # merging itself gives nobody one more; what remains is given on
        kept = case._customer(case.boss, "合并留下", **values)
        gone = case._customer(case.boss, "合并消失", **values)
        wizard = (
            case.env["base.partner.merge.automatic.wizard"]
            .with_user(case.boss)
            .create(
                {
                    "partner_ids": [Command.set((kept | gone).ids)],
                    "dst_partner_id": kept.id,
                }
            )
        )

        def go():
            with case.acting(case.boss):
                wizard.action_merge()
            kept.with_user(case.boss).action_transfer(user.id)

        return go

    return {
        "restore": restore,
        "recycle bin": recycle_bin,
        "undo": undo,
        "merge": merge,
    }
