"""What is stored of records before and after a batch, compared row by row."""

import hashlib

from odoo.tools import SQL

from .common import PoolCase

# columns that tell how a row came to be, not what it is; and what Odoo reckons anew
# from its statistics whenever it likes
TECHNICAL = (
    "id",
    "create_uid",
    "create_date",
    "write_uid",
    "write_date",
    "automated_probability",
    "probability",
)
# what hangs on the contacts of a record too
OF_FAMILY = ("crm_followup", "mail_activity", "mail_followers")
# the tables of what a batch may change, and the column that leads to the record
TABLES = {
    "res.partner": {
        "res_partner": "crm_customer_id",
        "crm_followup": "partner_id",
        "mail_activity": "res_id",
        "mail_followers": "res_id",
        "crm_share": "partner_id",
    },
    "crm.lead": {
        "crm_lead": "id",
        "crm_followup": "lead_id",
        "mail_activity": "res_id",
        "mail_followers": "res_id",
    },
}


class BatchCase(PoolCase):
    def _rows(self, records):
        """Return all that is stored of records and what hangs on them."""
        # as at the end of a request: the log of changes waits for it
        self.env["crm.change.log"].flush_model()
        self.env.flush_all()
        family = records._crm_family().ids
        told = []
        for table, column in TABLES[records._name].items():
            self.env.cr.execute(
                "SELECT column_name FROM information_schema.columns"
                " WHERE table_name = %s AND column_name NOT IN %s ORDER BY 1",
                (table, TECHNICAL),
            )
            columns = [name for (name,) in self.env.cr.fetchall()]
            ids = family if table in OF_FAMILY else records.ids
            found = self.env.execute_query(
                SQL(
                    "SELECT %s FROM %s WHERE %s IN %s AND %s",
                    SQL(", ").join(SQL.identifier(name) for name in columns),
                    SQL.identifier(table),
                    SQL.identifier(column),
                    tuple(ids) or (0,),
                    SQL("res_model = %s", records._name)
                    if column == "res_id"
                    else SQL("TRUE"),
                )
            )
            told += sorted(
                str({"": table, **dict(zip(columns, row, strict=True))})
                for row in found
            )
        return told

    def _hash(self, records):
        return hashlib.sha256("\n".join(self._rows(records)).encode()).hexdigest()

    def assertAsBefore(self, before, records):
        """Everything stored of records is what it was."""
        after = self._rows(records)
        self.assertEqual(
            [row for row in after if row not in before],
            [row for row in before if row not in after],
        )
        self.assertEqual(before, after)

    def _rich(self, name, owner=None):
        """Return a customer with a contact, plans, an activity, a share, followers."""
        owner = owner or self.sam
        customer = self._customer(owner, name, mobile="13812340000")
        contact = self._contact(customer, f"{name}联系人")
        self._followup(owner, customer)
        self._followup(owner, customer, done=True, content="谈了价格和交期，下周再约")
        for partner in (customer, contact):
            self.env["mail.activity"].create(
                {
                    "res_model_id": self.env["ir.model"]._get_id("res.partner"),
                    "res_id": partner.id,
                    "user_id": owner.id,
                    "summary": "打电话",
                }
            )
        self._share(customer, self.tom, "write")
        customer.message_subscribe(self.tom.partner_id.ids)
        self.env.flush_all()
        self.env.invalidate_all()
        return customer

    @classmethod
    def _customer(cls, *args, **values):
        customer = super()._customer(*args, **values)
        cls.env["crm.change.log"].flush_model()
        return customer

    def _undo(self, result, user=None):
        return (
            self.env["crm.pool"]
            .with_user(user or self.boss)
            .action_undo(result["batch_id"])
        )

    def _batch(self, result):
        return self.env["crm.pool.batch"].search(
            [("batch_id", "=", result["batch_id"])]
        )
