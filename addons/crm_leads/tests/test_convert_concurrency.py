from odoo.tests import new_test_user, tagged

from odoo.addons.crm_base.tests.processes import ProcessCase

COUNT = 4
NAME = "并发精工机械有限公司"


@tagged("post_install", "-at_install")
class TestConvertConcurrency(ProcessCase):
    """One lead, converted by many at the same moment."""

    def setUp(self):
        super().setUp()
        with self.committed() as env:
            # one and the same person clicking everywhere
            self.user = new_test_user(
                env, login="converter", groups="crm_base.group_salesperson"
            ).id
            self.lead = (
                env["crm.lead"]
                .with_user(self.user)
                .create(
                    {
                        "name": "并发线索",
                        "type": "lead",
                        "partner_name": NAME,
                        "contact_name": "王五",
                        "phone": "13700137000",
                    }
                )
                .id
            )
        self.addCleanup(self._clean)

    def _clean(self):
        with self.committed() as env:
            partners = env["res.partner"].search([("name", "in", [NAME, "王五"])])
            env.cr.execute("DELETE FROM crm_owner_move WHERE lead_id = %s", [self.lead])
            env["crm.lead"].browse(self.lead).unlink()
            ids = partners.sorted("parent_id", reverse=True).ids
        self.remove(ids, (), [self.user])

    def test_one_customer(self):
        """Processes that convert one lead at once make one customer.

        Covers: L06.
        """
        workers = self.workers(COUNT)
        call = (self.user, "crm.lead", "action_convert_to_customer")
        answers = workers.race([(call, {"ids": [self.lead]})] * COUNT)
        results = [answer.get("result") for answer in answers]
        self.assertEqual(results, [results[0]] * COUNT, answers)
        self.assertTrue(results[0][0]["is_new_customer"])
        with self.committed() as env:
            customers = env["res.partner"].search([("name", "=", NAME)])
            self.assertEqual(len(customers), 1)
            self.assertEqual(len(customers.child_ids), 1)
            moves = env["crm.owner.move"].search([("partner_id", "=", customers.id)])
            self.assertEqual(moves.mapped("kind"), ["convert"])
