"""Opportunities in playbooks; the clock is moved by hand."""

from odoo.addons.crm_pipeline.tests.playbook_common import PlaybookCase

from .common import SaleCase

START = "2026-11-03 02:00:00"


class OpportunityCase(PlaybookCase, SaleCase):
    """A manager's playbook for opportunities: call, task, note."""

    @classmethod
    def _playbook(cls, user, steps=None, running=True, **values):
        if steps is None:
            steps = [
                {"name": "问报价是否收到", "kind": "followup"},
                {"name": "准备样品", "kind": "task", "delay": 2, "note": "两套"},
                {"name": "久未答复", "kind": "note", "delay": 2, "note": "请关注"},
            ]
        values = {
            "lead_type": "opportunity",
            "workdays_only": False,
            "hour_from": 0,
            "hour_to": 24,
            **values,
        }
        return super()._playbook(user, steps, running, **values)

    @classmethod
    def _deal(cls, owner=None, number=1, **values):
        """Create an opportunity with somebody to write to."""
        return cls._opportunity(
            owner,
            name=f"数控机床 {number}",
            contact_name="王先生",
            email_from=f"wang{number}@kehu.example.net",
            **values,
        )

    def _runs(self, playbook):
        return self.env["crm.playbook.run"].search([("playbook_id", "=", playbook.id)])

    def _assert_stopped(self, run, reason):
        self.assertEqual((run.state, run.reason), ("stopped", reason))
