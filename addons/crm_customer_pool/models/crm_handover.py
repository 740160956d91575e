from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from odoo.addons.crm_base.models.crm_handover_plan import CUSTOMERS, ON_CUSTOMERS

# what may hang on a customer and goes into a pool of its own leaves it first
BEFORE_CUSTOMERS = CUSTOMERS - 5
# what is open on something, and is called off when that goes into a pool
HANGING = (("crm.followup", "user_id"), ("mail.activity", "user_id"))


class CrmHandover(models.Model):
    """A leaver's customers go into a pool, for everybody to claim.

    So does what other pools hold, each kind into a pool of its own. What is open on
    them is called off, as at every release; undoing the hand-over takes what nobody has
    claimed out of the pool, with its plans.
    """

    _inherit = "crm.handover"

    mode = fields.Selection(
        selection_add=[("pool", "Into a customer pool")],
        ondelete={"pool": lambda handovers: handovers._crm_forget_pool_mode()},
    )
    pool_id = fields.Many2one(
        "crm.pool", domain=[("holds", "=", "customer")], ondelete="restrict"
    )
    pool_reason_id = fields.Many2one(
        "crm.dictionary",
        "Release Reason",
        domain=[("kind", "=", "release_reason")],
        ondelete="restrict",
    )

    def _crm_forget_pool_mode(self):
        """Keep hand-overs readable when the pool is uninstalled."""
        # sudo: uninstallation
        self.sudo()._crm_workflow().mode = "one"

    # ------------------------------------------------------------
    # PLAN
    # ------------------------------------------------------------

    def _crm_pools(self):
        """Hook: return where things go, a dict of kind to crm.pool record.

        What is of no kind in it goes to people.
        """
        return {"customer": self.pool_id} if self.mode == "pool" else {}

    def _crm_check_targets(self):
        result = super()._crm_check_targets()
        for holds, pool in self._crm_pools().items():
            if not pool:
                raise UserError(self.env._("Choose the pool that takes them in."))
            pool._crm_check_may_release(pool._crm_held_of(holds))
        return result

    @api.model
    def _crm_targets_pool(self, customers):
        return dict.fromkeys(customers.ids, self.env["res.users"])

    def _crm_plan_customers(self, customers, owners):
        values = super()._crm_plan_customers(customers, owners)
        if self.mode == "pool":
            for vals in values:
                vals["op"] = "pool"
        return values

    def _crm_plan_work(self, item, records, owners):
        """Plan what goes into a pool of its own kind; what hangs on it ends there."""
        values = []
        for pooled in self._crm_to_pool(item):
            if item.model == pooled._name:
                going = records & pooled
                values += [
                    {
                        "stage": BEFORE_CUSTOMERS,
                        "op": "pool",
                        "res_id": record.id,
                        "res_name": record.display_name,
                    }
                    for record in going
                ]
                records -= going
            for ended in pooled._crm_open_plans():
                if item.model == ended._name:
                    records -= ended
        return values + super()._crm_plan_work(item, records, owners)

    def _crm_to_pool(self, item):
        """Return what goes into pools beside customers, a list of records (sudo).

        :param item: the DeskItem that it may concern
        """
        found = []
        for holds, pool in self._crm_pools().items():
            held = pool._crm_held_of(holds)
            concerned = {(held._name, "user_id"), *HANGING}
            if holds == "customer" or (item.model, item.field) not in concerned:
                continue
            counted = Domain(held._crm_counted())
            mine = Domain("user_id", "=", self.user_id.id)
            # sudo: what is open is handed over, whoever may see it
            found.append(held.sudo().search(mine & counted))
        return found

    # ------------------------------------------------------------
    # DOING AND UNDOING
    # ------------------------------------------------------------

    def _crm_do_pool(self, rows, records, user):
        owned = records.filtered(lambda one: one.user_id == self.user_id)
        changed = owned - owned.filtered_domain(records._crm_counted())
        self._crm_do_rather_transfer(
            rows.filtered(lambda row: row.res_id in changed._ids), changed
        )
        owned -= changed
        if not owned:
            return
        pool = self._crm_pools()[records._crm_pool_kind]
        pool._crm_check_may_release(owned)
        self._crm_detach(rows, owned)
        self._crm_call_off(owned)
        # sudo: who may release; and not quietly by flags of ours, since the engine
        # tells by the number of records
        self.env[records._name].browse(owned.ids).sudo()._crm_enter_pool(
            pool,
            self.reason,
            reason_id=self.pool_reason_id.id,
            batch_id=self.batch_id,
        )

    def _crm_do_rather_transfer(self, rows, records):
        """Give the successor what has become nothing for a pool, if still open."""
        if not rows:
            return
        rows._crm_workflow().write(
            {"op": "transfer", "to_user_id": self.successor_id.id}
        )
        item = self._crm_item_of(rows[0])
        self._crm_do_transfer(
            rows, records.filtered_domain(item.open_domain), self.successor_id
        )

    def _crm_detach(self, rows, records):
        """Part records from customers that go into a pool of their own.

        Whoever claims the one has not claimed the other, and a customer goes into no
        pool while something open hangs on it.
        """
        field = {
            entry.model: entry.partner_field
            for entry in self.env["res.users"]._crm_handover_models()
            if entry.bars_pool
        }.get(records._name)
        if not field:
            return
        # sudo: rows are kept by the system
        going = self.row_ids.sudo().filtered(
            lambda row: row.model == "res.partner" and row.op == "pool"
        )
        customers = set(going.mapped("res_id"))
        for row in rows:
            record = records.filtered(lambda one, id_=row.res_id: one.id == id_)
            if record[field].crm_customer_id.id in customers:
                self._crm_remember(row, **{field: record[field].id})
                record[field] = False

    def _crm_undo_pool(self, row, record):
        """Give back what nobody has claimed; customers are put back by the base."""
        pool = self._crm_pools().get(record._crm_pool_kind)
        if not record.exists() or not pool or record.pool_id != pool:
            return False
        record._crm_pool_move(
            self.user_id.sudo(False), "undo", self.reason, batch_id=self.batch_id
        )
        if row.before:
            record.write(row.before)
        return True

    def _crm_call_off(self, records):
        """Remember what is open on records, whoever's it is, to put it back.

        The pool calls plans off and puts activities aside; a hand-over is taken back by
        its own rows, one for each of them.
        """
        # sudo: nothing may stay open, whoever's it is
        opened = records.sudo()._crm_family()._crm_open_plans()
        # sudo: rows are kept by the system
        self.env["crm.handover.row"].sudo()._crm_workflow().create(
            [
                {
                    "handover_id": self.id,
                    "stage": ON_CUSTOMERS,
                    "model": record._name,
                    "field": "user_id",
                    "res_id": record.id,
                    "res_name": record.display_name,
                    "op": "called_off",
                    "state": "done",
                }
                for found in opened
                for record in found
            ]
        )

    def _crm_do_pool_admin(self, rows, records, user):
        """Hand the administration of pools over, by whoever administrates them.

        :raise AccessError: names the first pool that is none of the actor's
        """
        actor = self.env.user
        administrated = set(actor._crm_pool_ids("admin"))
        for pool in records:
            if not actor._crm_is_boss() and pool.id not in administrated:
                raise AccessError(
                    self.env._(
                        "You do not administrate the pool %(pool)s. Ask the boss to"
                        " hand it over.",
                        pool=pool.name,
                    )
                )
        self._crm_do_replace(rows, records, user)

    def _crm_undo_pool_admin(self, row, record):
        return self._crm_undo_replace(row, record)

    def _crm_is_as_given(self, customer, user):
        if not user:
            return customer.pool_id == self.pool_id and not customer.user_id
        return super()._crm_is_as_given(customer, user)

    def _crm_undo_called_off(self, row, record):
        if not record.exists() or not self._crm_is_back(record):
            return False
        if record._name == "mail.activity":
            if record.active:
                return False
            record.active = True
            return True
        if record.state != "cancelled":
            return False
        record.write({"state": "planned", "cancel_reason": False})
        record._crm_update_partner()
        return True

    def _crm_is_back(self, record):
        """Return whether what a plan or activity is about is the leaver's again."""
        if record._name == "mail.activity":
            # sudo: whose it is, whoever may see it
            about = self.env[record.res_model].sudo().browse(record.res_id).exists()
            return about.user_id == self.user_id
        return any(
            record[held._crm_pool_link].user_id == self.user_id
            for held in self.env["crm.pool"]._crm_all_held()
        )
