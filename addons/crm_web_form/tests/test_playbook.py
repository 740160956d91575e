from odoo.tests import tagged

from .common import FormCase

CONTACT = {"person": "王先生", "mobile": "13800138000", "mail": "wang@example.net"}


@tagged("post_install", "-at_install")
class TestPlaybook(FormCase):
    """Playbooks hear of answers to forms."""

    def test_answer_is_reply(self):
        """Who answers a form has replied, whichever lead runs. Covers: L05, L10."""
        playbook = (
            self.env["crm.playbook"]
            .with_user(self.manager)
            .create(
                {
                    "name": "跟进",
                    "res_model": "crm.lead",
                    "step_ids": [(0, 0, {"name": "x", "kind": "notice", "delay": 9})],
                }
            )
        )
        playbook.action_start()
        leads = (
            self.env["crm.lead"]
            .with_user(self.sam)
            .create(
                [
                    {"name": name, "type": "lead", "email_from": email}
                    for name, email in (("a", "wang@example.net"), ("b", "b@c.net"))
                ]
            )
        )
        leads.action_start_playbook(playbook.id)
        self._submit(self.form, CONTACT)
        self._work()
        answered, other = (lead.playbook_run_ids.sudo() for lead in leads)
        self.assertEqual((answered.state, answered.reason), ("stopped", "reply"))
        self.assertEqual(other.state, "running")
