from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import SaleCase


@tagged("post_install", "-at_install")
class TestStageTask(SaleCase):
    """What is done in a stage before it is left."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.template = cls.env["crm.stage.task"].create(
            {
                "stage_id": cls.visited.id,
                "name": "带工程师上门",
                "checklist": "量场地\n\n拍照片",
                "days": 2,
            }
        )

    def _task(self, lead):
        return self.env["crm.task"].search([("lead_id", "=", lead.id)])

    def test_made_on_entering(self):
        """Entering a stage makes its tasks, once, for the owner. Covers: S03, B12."""
        lead = self._opportunity()
        self.assertFalse(self._task(lead))
        lead.with_user(self.sam).stage_id = self.visited
        task = self._task(lead)
        self.assertEqual((task.name, task.user_id), ("带工程师上门", self.sam))
        self.assertEqual(task.item_ids.mapped("name"), ["量场地", "拍照片"])
        self.assertTrue(task.deadline)
        lead.with_user(self.sam).stage_id = self.found
        lead.with_user(self.sam).stage_id = self.visited
        self.assertEqual(self._task(lead), task)

    def test_required(self):
        """A stage is not left before its tasks are done, nor jumped over.

        Covers: S03.
        """
        lead = self._opportunity()
        sams = lead.with_user(self.sam)
        for stage in (self.offered, self.won):
            with self.assertRaises(ValidationError), self.env.cr.savepoint():
                sams.stage_id = stage
            lead.invalidate_recordset()
        sams.stage_id = self.visited
        with self.assertRaises(ValidationError) as caught, self.env.cr.savepoint():
            sams.stage_id = self.offered
        self.assertIn("带工程师上门", str(caught.exception))
        lead.invalidate_recordset()
        self._task(lead).with_user(self.sam).action_done()
        sams.stage_id = self.offered

    def test_not_forged(self):
        """A task of one's own does not count, and what is required stays.

        Covers: S03.
        """
        lead = self._opportunity()
        lead.with_user(self.sam).stage_id = self.visited
        task = self._task(lead).with_user(self.sam)
        tasks = self.env["crm.task"].with_user(self.sam)
        with self.assertRaises(AccessError):
            tasks.create(
                {"name": "x", "lead_id": lead.id, "stage_task_id": self.template.id}
            )
        with self.assertRaises(UserError):
            task.action_cancel("不想去")
        with self.assertRaises(UserError):
            task.unlink()
        with self.assertRaises(AccessError):
            tasks.create({"name": "x", "lead_id": self._opportunity(self.xia).id})

    def test_for_the_leader(self):
        """A task for the leader is the leader's; without one, the owner's.

        Covers: S03.
        """
        self.template.assignee = "leader"
        lead = self._opportunity()
        lead.with_user(self.sam).stage_id = self.visited
        self.assertEqual(self._task(lead).user_id, self.sam)
        self.beijing.user_id = self.manager
        other = self._opportunity()
        other.with_user(self.sam).stage_id = self.visited
        self.assertEqual(self._task(other).user_id, self.manager)

    def test_goes_along(self):
        """Open tasks go to the new owner of the opportunity. Covers: S03, B03."""
        lead = self._opportunity()
        lead.with_user(self.sam).stage_id = self.visited
        lead.with_user(self.sam).user_id = self.sue
        self.assertEqual(self._task(lead).user_id, self.sue)
