"""Full files in quarantine are read, and nothing else."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import PoolCase


@tagged("post_install", "-at_install")
class TestQuarantineDoors(PoolCase):
    """Reading the full file opens nothing else."""

    def test_nothing_is_written(self):
        """Members read a file in quarantine, and leave nothing on it.

        Covers: P08.
        """
        self.pool.is_quarantine = True
        customer = self._pooled().with_user(self.sam)
        self.assertTrue(customer.name)
        Followup = self.env["crm.followup"].with_user(self.sam)
        Attachment = self.env["ir.attachment"].with_user(self.sam)
        link = {"res_model": "res.partner", "res_id": customer.id}
        for name, write in {
            "write": lambda: customer.write({"comment": "x"}),
            "note": lambda: customer.message_post(body="x"),
            # who follows a customer is told of it when it is somebody's again
            "follow": lambda: customer.message_subscribe(self.sam.partner_id.ids),
            "activity": lambda: customer.activity_schedule(
                "mail.mail_activity_data_todo"
            ),
            "plan": lambda: Followup.create(
                {"name": "x", "partner_id": customer.id}
            ).flush_recordset(),
            "file": lambda: Attachment.create({"name": "x", **link}),
            "share": lambda: customer.action_share(self.sue.ids),
            "transfer": lambda: customer.action_transfer(self.sam.id),
            "contact": lambda: (
                self.env["res.partner"]
                .with_user(self.sam)
                .create({"name": "x", "parent_id": customer.id})
            ),
        }.items():
            with self.assertRaises(UserError, msg=name):
                write()

    def test_history(self):
        """The system tells what was before: an import, the demonstration.

        Covers: P08.
        """
        customer = self._pooled()
        values = {
            "name": "x",
            "partner_id": customer.id,
            "user_id": self.sam.id,
            "state": "done",
            "done_at": "2026-01-05 02:00:00",
        }
        history = self.env["crm.followup"]
        self.assertTrue(history._crm_create_history([values]))
        with self.assertRaises(UserError):
            history.create({"name": "x", "partner_id": customer.id})
        with self.assertRaises(UserError):
            history.with_user(self.sam)._crm_create_history([values])
