from psycopg2 import IntegrityError

from odoo import fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from .crm_handover_plan import CUSTOMERS

REFUSED = (UserError, AccessError, ValidationError, IntegrityError)


class CrmHandover(models.Model):
    """What a hand-over does, operation by operation, and how each is put back.

    ``_crm_do_<op>(rows, records, user)`` carries out rows of one model, field and
    successor; ``_crm_undo_<op>(row, record)`` puts one back and returns False when
    somebody has changed the record since. An addon adds an operation by adding its name
    to ``crm.handover.row.op`` and these two methods.
    """

    _inherit = "crm.handover"

    def _crm_apply(self, rows):
        """Carry out rows; those that are refused keep the reason."""
        for row_group in rows.grouped(
            lambda row: (row.op, row.model, row.field, row.to_user_id.id)
        ).values():
            self._crm_apply_group(row_group)

    def _crm_apply_group(self, rows):
        """Carry out rows of one kind; halve them until the refused ones are found."""
        first = rows[0]
        try:
            with self.env.cr.savepoint():
                # sudo: who may hand over the desk hands over what is on it
                records = (
                    self.env[first.model]
                    .sudo()
                    .with_context(active_test=False)
                    .browse(rows.mapped("res_id"))
                    .exists()
                )
                present = rows.filtered(lambda row: row.res_id in records._ids)
                self._crm_mark(rows - present, "done", self.env._("Deleted meanwhile"))
                if records:
                    do = getattr(self, f"_crm_do_{first.op}")
                    do(present, self._crm_quietly(records), first.to_user_id)
                self._crm_mark(
                    present.filtered(lambda row: row.state == "todo"), "done"
                )
        except REFUSED as error:
            self.env.invalidate_all()
            if len(rows) > 1:
                middle = len(rows) // 2
                self._crm_apply_group(rows[:middle])
                self._crm_apply_group(rows[middle:])
            else:
                self._crm_mark(rows, "failed", str(error))

    def _crm_mark(self, rows, state, message=False):
        if rows:
            rows._crm_workflow().write({"state": state, "message": message})

    def _crm_quietly(self, records):
        """Return records that tell nobody one by one what happens to them."""
        records = records.with_context(
            tracking_disable=True,
            mail_auto_subscribe_no_notify=True,
            mail_activity_quick_update=True,
            no_mail_to_attendees=True,
            dont_notify=True,
        )
        if isinstance(records, self.env.registry["crm.workflow.mixin"]):
            records = records._crm_workflow()
        return records

    def _crm_remember(self, row, **before):
        row._crm_workflow().before = before

    # ------------------------------------------------------------
    # DOING
    # ------------------------------------------------------------

    def _crm_do_customer(self, rows, records, user):
        given = records.filtered(lambda one: one.user_id == self.user_id)
        # sudo: who may hand over the desk; and not quietly by flags of ours, since the
        # engine tells by the number of customers
        self.env["res.partner"].browse(given.ids).sudo()._crm_change_owner(
            user.sudo(False),
            "handover",
            self.reason,
            with_open=False,
            batch_id=self.batch_id,
        )

    def _crm_do_transfer(self, rows, records, user):
        field = rows[0].field
        mine = records.filtered(lambda one: one[field] == self.user_id)
        mine.write({field: user.id})

    def _crm_do_replace(self, rows, records, user):
        field = rows[0].field
        for row in rows:
            record = records.browse(row.res_id)
            self._crm_remember(row, added=user not in record[field])
        records.write(
            {
                field: [
                    fields.Command.unlink(self.user_id.id),
                    fields.Command.link(user.id),
                ]
            }
        )

    def _crm_do_drop(self, rows, records, user):
        records.write({rows[0].field: [fields.Command.unlink(self.user_id.id)]})

    def _crm_do_team(self, rows, records, user):
        self._crm_check_teams(records)
        self._crm_do_transfer(rows, records, user)

    def _crm_do_assist(self, rows, records, user):
        self._crm_check_teams(records)
        self._crm_do_replace(rows, records, user)

    def _crm_check_teams(self, teams):
        """Refuse to name leaders and assistants of teams that are not the actor's.

        :raise AccessError: names the first one
        """
        actor = self.env.user
        if actor._crm_is_boss():
            return
        own = teams.search([("user_id", "=", actor.id)])
        reached = teams.search([("id", "child_of", own.ids)])
        for team in teams - reached:
            raise AccessError(
                self.env._(
                    "The team %(team)s is out of your reach. Ask the boss to hand it"
                    " over.",
                    team=team.name,
                )
            )

    def _crm_do_share(self, rows, records, user):
        """Lend to the successor what was lent to the leaver, if the actor may lend it.

        Otherwise the share ends: its owner lent it to the leaver, to nobody else.
        """
        scope = self.env.user._crm_scope_ids("write")
        shares = {}
        for share in records:
            customer = share.partner_id
            may_lend = scope is None or customer.user_id.id in scope
            taken = customer.share_ids.filtered(lambda one: one.user_id == user)
            shares[share.id] = {
                "partner_id": customer.id,
                "mode": share.mode,
                "until": fields.Date.to_string(share.until) or False,
                "note": share.note,
                "renew": bool(may_lend and not taken and customer.user_id != user),
            }
        for row in rows:
            self._crm_remember(row, **shares[row.res_id])
        records.unlink()
        renewed = [vals for vals in shares.values() if vals["renew"]]
        records.create(
            [
                {
                    "user_id": user.id,
                    **{name: vals[name] for name in SHARE_FIELDS},
                }
                for vals in renewed
            ]
        )
        self._crm_mark(
            rows.filtered(lambda row: not shares[row.res_id]["renew"]),
            "done",
            self.env._("Ended: the customer's owner decides whom to lend it to."),
        )

    def _crm_do_membership(self, rows, records, user):
        # superiors keep reaching what was done, once the account is closed
        records.write({"active": False, "is_leaver": True})

    def _crm_do_meeting(self, rows, records, user):
        # sudo: the addresses of colleagues
        leaver, successor = self.user_id.sudo().partner_id, user.sudo().partner_id
        for row in rows:
            event = records.browse(row.res_id)
            self._crm_remember(
                row,
                attended=leaver in event.partner_ids,
                added=successor not in event.partner_ids,
            )
            event.write(
                {
                    "user_id": user.id,
                    "partner_ids": [
                        fields.Command.unlink(leaver.id),
                        fields.Command.link(successor.id),
                    ],
                }
            )

    # ------------------------------------------------------------
    # UNDOING
    # ------------------------------------------------------------

    def _crm_undo_step(self, limit):
        """Put back the next rows; return how many were looked at (int), 0 at the end.

        Customers come first, as when they were handed over: the rest follows them.
        """
        # sudo: rows are kept by the system
        rows = (
            self.env["crm.handover.row"]
            .sudo()
            .search(
                [("handover_id", "=", self.id), ("state", "=", "done")],
                order="stage, id desc",
                limit=limit,
            )
        )
        customers = rows.filtered(lambda row: row.stage == CUSTOMERS)
        undone = self._crm_undo_customers(customers)
        for row in rows - customers:
            if self._crm_undo_row(row):
                undone |= row
        self._crm_mark(undone, "undone")
        self._crm_mark(
            rows.filtered(lambda row: row.state == "done"),
            "changed",
            self.env._("Somebody has changed this since."),
        )
        return len(rows)

    def _crm_undo_row(self, row):
        """Put one row back; return whether nobody had changed its record (bool)."""
        # sudo: who may hand over the desk puts it back
        record = (
            self.env[row.model]
            .sudo()
            .with_context(active_test=False)
            .browse(row.res_id)
        )
        try:
            with self.env.cr.savepoint():
                undo = getattr(self, f"_crm_undo_{row.op}")
                return undo(row, self._crm_quietly(record))
        except REFUSED as error:
            self.env.invalidate_all()
            self._crm_mark(row, "changed", str(error))
            return False

    def _crm_undo_customers(self, rows):
        """Put customers back; return the rows of those that were."""
        put_back = rows.browse()
        # sudo: the customers may be out of the actor's sight
        Partner = self.env["res.partner"].sudo().with_context(active_test=False)
        for user, group in rows.grouped("to_user_id").items():
            customers = Partner.browse(group.mapped("res_id")).exists()
            theirs = customers.filtered(
                lambda customer, user=user: self._crm_is_as_given(customer, user)
            )
            put_back |= self._crm_give_back(
                group.filtered(lambda row, ok=theirs: row.res_id in ok._ids), theirs
            )
        return put_back

    def _crm_is_as_given(self, customer, user):
        """Hook: return whether a customer is where the hand-over put it (bool).

        :param customer: res.partner record (sudo)
        :param user: res.users record, empty when it went to nobody
        """
        return bool(user) and customer.user_id == user

    def _crm_give_back(self, rows, customers):
        """Make the leaver the owner again; return the rows that were not refused."""
        if not customers:
            return rows.browse()
        try:
            with self.env.cr.savepoint():
                customers._crm_change_owner(
                    self.user_id.sudo(False),
                    "undo",
                    self.reason,
                    with_open=False,
                    batch_id=self.batch_id,
                )
            return rows
        except REFUSED as error:
            self.env.invalidate_all()
            if len(rows) == 1:
                self._crm_mark(rows, "changed", str(error))
                return rows.browse()
            middle = len(rows) // 2
            return rows.browse().union(
                *(
                    self._crm_give_back(
                        half,
                        customers.filtered(
                            lambda one, half=half: one.id in half.mapped("res_id")
                        ),
                    )
                    for half in (rows[:middle], rows[middle:])
                )
            )

    def _crm_undo_transfer(self, row, record):
        if record.exists() and record[row.field] == self.user_id:
            # it went back with its customer
            return True
        if not record.exists() or record[row.field] != row.to_user_id:
            return False
        item = self._crm_item_of(row)
        # what was finished since is the work of whoever finished it
        if not record.filtered_domain(
            fields.Domain(item.open_domain) if item else fields.Domain.TRUE
        ):
            return False
        record.write({row.field: self.user_id.id})
        return True

    def _crm_item_of(self, row):
        """Return the DeskItem that a row was planned by, None if it is gone."""
        for item in self.env["res.users"]._crm_desk():
            if (item.model, item.field, item.action) == (row.model, row.field, row.op):
                return item
        return None

    def _crm_undo_team(self, row, record):
        return self._crm_undo_transfer(row, record)

    def _crm_undo_replace(self, row, record):
        if not record.exists() or row.to_user_id not in record[row.field]:
            return False
        commands = [fields.Command.link(self.user_id.id)]
        if row.before["added"]:
            commands.append(fields.Command.unlink(row.to_user_id.id))
        record.write({row.field: commands})
        return True

    def _crm_undo_assist(self, row, record):
        return self._crm_undo_replace(row, record)

    def _crm_undo_drop(self, row, record):
        if not record.exists():
            return False
        record.write({row.field: [fields.Command.link(self.user_id.id)]})
        return True

    def _crm_undo_share(self, row, record):
        before = row.before
        # sudo: the customer of somebody else, who lent it
        customer = self.env["res.partner"].browse(before["partner_id"]).sudo().exists()
        if not customer or customer.user_id == self.user_id:
            return False
        if before["renew"]:
            renewed = customer.share_ids.filtered(
                lambda share: share.user_id == row.to_user_id
            )
            if not renewed:
                return False
            renewed.unlink()
        record.create(
            {
                "user_id": self.user_id.id,
                **{name: before[name] for name in SHARE_FIELDS},
            }
        )
        return True

    def _crm_undo_membership(self, row, record):
        if not record.exists():
            return False
        ours = self.row_ids.filtered(lambda one: one.op == "membership")
        if record.search_count(
            [
                ("user_id", "=", self.user_id.id),
                ("active", "=", True),
                ("id", "not in", ours.mapped("res_id")),
            ],
            limit=1,
        ):
            # somebody has put the person into a team since
            return False
        record.write({"active": True, "is_leaver": False})
        return True

    def _crm_undo_meeting(self, row, record):
        if not record.exists() or record.user_id != row.to_user_id:
            return False
        # sudo: the addresses of colleagues
        leaver = self.user_id.sudo().partner_id
        successor = row.to_user_id.sudo().partner_id
        commands = []
        if row.before["attended"]:
            commands.append(fields.Command.link(leaver.id))
        if row.before["added"]:
            commands.append(fields.Command.unlink(successor.id))
        record.write(
            {
                "user_id": self.user_id.id,
                **({"partner_ids": commands} if commands else {}),
            }
        )
        return True


# What a share is made of, beside the person it is for
SHARE_FIELDS = ("partner_id", "mode", "until", "note")
