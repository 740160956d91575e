from odoo.tests import tagged

from .common import FormCase, document


@tagged("post_install", "-at_install")
class TestHandover(FormCase):
    """A form goes on when the person who handles its answers leaves."""

    def test_forms_of_a_leaver(self):
        """The successor handles the forms, and is asked for no answer. Covers: B04."""
        form = self._form(
            self.manager, document(), handler_kind="user", handler_id=self.sam.id
        )
        handover = (
            self.env["crm.handover"]
            .with_user(self.boss)
            .create(
                {
                    "user_id": self.sam.id,
                    "successor_id": self.sue.id,
                    "reason": "离职",
                }
            )
        )
        handover.action_start()
        self.assertEqual(form.handler_id, self.sue)
        self.assertEqual(handover.open_count, 0)
        handover.action_undo()
        self.assertEqual(form.handler_id, self.sam)
