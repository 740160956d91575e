from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL


class CrmImportHandlerCustomer(models.AbstractModel):
    """How imported customers are taken back: not those that were worked on since."""

    _inherit = "crm.import.handler.customer"

    @api.model
    def _crm_undo_obstacles(self, batch, lines, made):
        """A customer that has been worked on stays, with its contacts."""
        super()._crm_undo_obstacles(batch, lines, made)
        # what stays for a reason of its own keeps its customer here
        staying = {
            record.id
            for line in lines
            if line.note
            for record in made[line.id].values()
        }
        customers = {
            record.id: (line, record)
            for line in lines
            for record in made[line.id].values()
            # sudo: what it is, also when it has changed hands
            if record.sudo().is_crm_customer
        }
        if not customers:
            return
        # sudo: what hangs on them counts, whoever may see it
        found = self.env["res.partner"].browse(customers).sudo()
        others = self._crm_undo_later_contacts(batch, found, staying)
        worked_on = self._crm_undo_worked_on(batch, "partner_id", found)
        for line, record in customers.values():
            # says more than that it was changed
            line.note = worked_on.get(record.id) or line.note
            if record.id in others and not line.note:
                # sudo: who imported it knows its name
                name = record.sudo().name
                line.note = self.env._("Has contacts that came later: %(n)s", n=name)

    @api.model
    def _crm_undo_later_contacts(self, batch, customers, staying):
        """Return the customers (set of int) with contacts that will be left.

        :param set staying: contacts of the import that have to stay
        """
        below = defaultdict(set)
        contacts = customers.with_context(active_test=False).search_fetch(
            [("crm_customer_id", "in", customers.ids), ("id", "not in", customers.ids)],
            ["crm_customer_id"],
        )
        for contact in contacts:
            below[contact.crm_customer_id.id].add(contact.id)
        rows = self.env.execute_query(
            SQL(
                "SELECT res_id, links -> 'created' FROM crm_import_row"
                " WHERE batch_id = %s AND state IN ('created', 'linked', 'updated')"
                "   AND res_id = ANY(%s)",
                batch.id,
                list(below),
            )
        )
        for customer_id, made in rows:
            below[customer_id] -= {
                res_id
                for model, res_id in made or ()
                if model == "res.partner" and res_id not in staying
            }
        return {customer_id for customer_id, left in below.items() if left}

    @api.model
    def _crm_undo_create(self, batch, records):
        if records._name == "res.partner":
            # sudo: what they are, also out of sight in a pool
            customers = records.filtered(lambda one: one.sudo().is_crm_customer)
            super()._crm_undo_create(batch, records - customers)
            # sudo: the names of the owners who lose them
            owners = {record.id: record.sudo().user_id.id for record in customers}
            self.env["crm.owner.move"]._crm_log(
                customers,
                "undo",
                self.env["res.users"],
                owners,
                self.env._("Import undone: %(name)s", name=batch.name),
                batch_id=f"import-{batch.id}",
            )
            records = customers
        return super()._crm_undo_create(batch, records)

    @api.model
    def _crm_undo_updates(self, batch, changes):
        """Owners go back through the ledger."""
        by_owner = defaultdict(list)
        for change in changes:
            before, after = change.before, change.after
            if "user_id" in before and change.record.user_id.id == after["user_id"]:
                by_owner[before.pop("user_id")].append(change.record.id)
                del after["user_id"]
        for former_id, ids in by_owner.items():
            customers = self.env["res.partner"].browse(ids)
            customers._crm_owned_customers()
            former = self.env["res.users"].browse(former_id or ())
            customers._crm_change_owner(former, "undo", self.env._("Import undone"))
        return super()._crm_undo_updates(batch, changes)
