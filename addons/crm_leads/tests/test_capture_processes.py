from odoo.tests import new_test_user, tagged

from odoo.addons.crm_base.tests.processes import ProcessCase

XML_ID = "crm_leads.source_manual"


@tagged("post_install", "-at_install")
class TestCaptureProcesses(ProcessCase):
    """The first leads that come in through a channel, at the same moment."""

    def setUp(self):
        super().setUp()
        with self.committed() as env:
            self.users = [
                new_test_user(
                    env, login=f"capturer{number}", groups="crm_base.group_salesperson"
                ).id
                for number in range(2)
            ]
            # as in a database where nobody has entered a lead by hand
            known = env.ref(XML_ID, raise_if_not_found=False)
            self.kept = (known.id, known.name) if known else ()
            if known:
                known.name = "源，在测试期间改名"
                env["ir.model.data"].search(
                    [("module", "=", "crm_leads"), ("name", "=", "source_manual")]
                ).unlink()
        self.leads = []
        self.addCleanup(self._clean)

    def _clean(self):
        with self.committed() as env:
            if self.leads:
                env.cr.execute(
                    "DELETE FROM crm_owner_move WHERE lead_id IN %s",
                    [tuple(self.leads)],
                )
            env["crm.lead"].browse(self.leads).unlink()
            made = env.ref(XML_ID, raise_if_not_found=False)
            if made:
                made.unlink()
            if self.kept:
                source = env["utm.source"].browse(self.kept[0])
                source.name = self.kept[1]
                env["ir.model.data"]._update_xmlids(
                    [{"xml_id": XML_ID, "record": source, "noupdate": True}]
                )
        self.remove(user_ids=self.users)

    def _race(self):
        """Let each person enter a lead at the same moment; return the answers."""
        answers = self.workers(2).race(
            [
                (
                    (
                        user,
                        "crm.lead",
                        "create",
                        [{"name": "首条线索", "type": "lead"}],
                    ),
                    {},
                )
                for user in self.users
            ]
        )
        for answer in answers:
            self.leads += answer.get("result", [])
        return answers

    def test_first_use_of_a_channel(self):
        """Both leads are stored, with one source. Covers: L01."""
        answers = self._race()
        self.assertEqual([answer.get("error") for answer in answers], [None, None])
        with self.committed() as env:
            leads = env["crm.lead"].browse(self.leads)
            self.assertEqual(len(leads), 2, answers)
            self.assertEqual(leads.mapped("source_id"), env.ref(XML_ID))
            self.assertEqual(leads[0].source_id, leads[1].source_id)
