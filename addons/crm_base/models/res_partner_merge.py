from uuid import uuid4

from odoo import models
from odoo.exceptions import UserError

HEAT_FIELDS = ("heat_level_id", "heat_reason", "heat_until")


class ResPartner(models.Model):
    """What becomes of customers that are merged.

    The registry follows ``crm.lead._merge_get_fields``: addons name their fields and,
    where "the first one that has a value" is wrong, the function that decides.
    """

    _inherit = "res.partner"

    # ------------------------------------------------------------
    # HOOKS
    # ------------------------------------------------------------

    def _crm_merge_get_fields(self):
        """Hook: return the names (list of str) of the fields that our merge decides.

        Workflow fields above all. The customer that remains keeps its own value, and
        takes the first of the others when it has none. Ordinary fields need no entry:
        Odoo's merge takes care of them. Call ``super()`` first and append.
        """
        return ["owner_since", *self._crm_merge_get_fields_specific()]

    def _crm_merge_get_fields_specific(self):
        """Hook: return how fields are merged, a dict of name to function.

        Each function is called with the name and the customers (the one that remains
        first) and returns the value to write. Call ``super()`` first and add yours.
        """
        return {
            "last_followup_at": self._crm_merge_latest,
            "last_effective_followup_at": self._crm_merge_latest,
            "next_followup_at": self._crm_merge_earliest,
            "last_opportunity_at": self._crm_merge_latest,
            "last_deal_at": self._crm_merge_latest,
            "crm_contract_end_at": self._crm_merge_latest,
            "crm_has_open_opportunity": self._crm_merge_first,
            **dict.fromkeys(HEAT_FIELDS, self._crm_merge_heat),
        }

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _crm_merge_values(self):
        """Return the values (dict) of the merged customer, the first of ``self``."""
        specific = self._crm_merge_get_fields_specific()
        values = {
            name: specific.get(name, self._crm_merge_first)(name, self)
            for name in self._crm_merge_get_fields()
        }
        return self[:1]._convert_to_write(values)

    def _crm_merge_first(self, name, customers):
        return next((customer[name] for customer in customers if customer[name]), False)

    def _crm_merge_latest(self, name, customers):
        return max(filter(None, customers.mapped(name)), default=False)

    def _crm_merge_earliest(self, name, customers):
        return min(filter(None, customers.mapped(name)), default=False)

    def _crm_merge_heat(self, name, customers):
        """Degree, reason and expiry stay together: those of the hottest customer."""
        hot = customers.filtered("heat_level_id")
        return hot.sorted(lambda c: -c.heat_level_id.sequence)[:1][name]

    def _crm_check_merge(self):
        """Refuse merges that would move customers or contacts past their owners.

        :raise AccessError: when one of the records is not the user's to give away
        :raise UserError: when a contact would become one with another customer
        """
        self.check_access("write")
        customers = self.filtered("is_crm_customer")
        contacts = self.filtered("crm_customer_id") - customers
        if customers:
            customers._crm_owned_customers()
        if contacts and (customers or len(self.crm_customer_id) > 1):
            if customers:
                raise UserError(
                    self.env._("A contact cannot be merged with another customer.")
                )
            contacts.crm_customer_id._crm_owned_customers()

    def _crm_prepare_merge(self, sources):
        """Carry over to this customer what Odoo's merge would trip over or lose.

        :param sources: the customers that are about to vanish
        """
        self.ensure_one()
        (self | sources)._crm_lock()
        self._crm_check_owner_change(self.user_id, "merge")
        # sudo: a code is unique, and those that vanish still have theirs for a moment
        sources.sudo()._crm_workflow().write({"credit_code": False})
        sources.flush_recordset(["credit_code"])
        # sudo: who may merge the customers moves what hangs on them
        Share = self.env["crm.share"].sudo()
        shares = Share.search([("partner_id", "in", (self | sources).ids)])
        best = {}
        for share in shares.sorted(lambda s: s.partner_id != self):
            if share.user_id == self.user_id:
                continue
            known = best.setdefault(
                share.user_id, {"mode": "read", "until": share.until}
            )
            if share.mode == "write":
                known["mode"] = "write"
            known["until"] = (
                known["until"] and share.until and max(known["until"], share.until)
            )
            known.setdefault("note", share.note)
        shares.unlink()
        Share.create(
            [
                {**values, "partner_id": self.id, "user_id": user.id}
                for user, values in best.items()
            ]
        )
        for owner, given in sources.grouped("user_id").items():
            if owner and self.user_id and owner != self.user_id:
                # sudo: contacts and open work of the merged ones go along, all of them
                family = (
                    given.sudo()
                    .with_context(active_test=False)
                    .search([("crm_customer_id", "in", given.ids)])
                )
                owner._crm_handover(self.user_id, family)

    def _crm_finish_merge(self, merged):
        """Bring owner, facts and ledger of the customer that remains up to date.

        :param list merged: name, owner and number of each customer that vanished
        """
        self.ensure_one()
        customer = self.crm_customer_id
        if not customer:
            return
        # sudo: contacts follow, facts and ledger are kept by the system
        customer.sudo()._crm_workflow()._crm_sync_contacts()
        self.env["crm.followup"]._crm_update_facts(customer)
        batch_id = uuid4().hex
        for name, owner, number in merged:
            self.env["crm.owner.move"]._crm_log(
                customer,
                "merge",
                customer.user_id,
                {customer.id: owner.id},
                self.env._(
                    "%(name)s (%(number)s) was merged", name=name, number=number
                ),
                batch_id=batch_id,
            )
