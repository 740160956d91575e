from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.crm_base.models.crm_handover_plan import ON_CUSTOMERS


class CrmHandover(models.Model):
    """A leaver's customers go into a pool, for everybody to claim.

    What is open on them is called off, as at every release; undoing the hand-over takes
    the customers that nobody has claimed out of the pool, with their plans.
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

    def _crm_check_targets(self):
        result = super()._crm_check_targets()
        if self.mode == "pool":
            if not self.pool_id:
                raise UserError(self.env._("Choose the pool that takes them in."))
            self.pool_id._crm_check_may_release(self.env["res.partner"])
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

    # ------------------------------------------------------------
    # DOING AND UNDOING
    # ------------------------------------------------------------

    def _crm_do_pool(self, rows, records, user):
        customers = records.filtered(lambda one: one.user_id == self.user_id)
        if not customers:
            return
        self.pool_id._crm_check_may_release(customers)
        self._crm_call_off(customers)
        # sudo: who may release; and not quietly by flags of ours, since the engine
        # tells by the number of customers
        self.env["res.partner"].browse(customers.ids).sudo()._crm_enter_pool(
            self.pool_id,
            self.reason,
            reason_id=self.pool_reason_id.id,
            batch_id=self.batch_id,
        )

    def _crm_call_off(self, customers):
        """Remember what is open on customers, whoever's it is, to put it back.

        The pool calls plans off and puts activities aside; a hand-over is taken back by
        its own rows, one for each of them.
        """
        # sudo: nothing may stay open, whoever's it is
        family = customers.sudo()._crm_family()
        plans = self.env["crm.followup"].sudo()
        plans = plans.search(
            [("partner_id", "in", family.ids), ("state", "=", "planned")]
        )
        activities = self.env["mail.activity"].sudo()
        activities = activities.search(
            [("res_model", "=", "res.partner"), ("res_id", "in", family.ids)]
        )
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
                for records in (plans, activities)
                for record in records
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
        if not record.exists():
            return False
        if record._name == "mail.activity":
            if record.active:
                return False
            record.active = True
            return True
        if record.state != "cancelled" or record.partner_id.pool_id:
            return False
        record.write({"state": "planned", "cancel_reason": False})
        record._crm_update_partner()
        return True
