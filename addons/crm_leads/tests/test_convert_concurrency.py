from odoo.tests import new_test_user, tagged

from odoo.addons.crm_base.tests.processes import ProcessCase

COUNT = 4
NAME = "并发精工机械有限公司"
PERSON = "王五"


@tagged("post_install", "-at_install")
class TestConvertConcurrency(ProcessCase):
    """Leads of one company, converted by many at the same moment."""

    def setUp(self):
        super().setUp()
        with self.committed() as env:
            self.users = [
                new_test_user(
                    env, login=f"converter{number}", groups="crm_base.group_salesperson"
                ).id
                for number in range(2)
            ]
            self.leads = [
                env["crm.lead"]
                .with_user(user)
                .create(
                    {
                        "name": "并发线索",
                        "type": "lead",
                        "partner_name": NAME,
                        "contact_name": PERSON,
                        "phone": "13700137000",
                    }
                )
                .id
                for user in self.users
            ]
        self.addCleanup(self._clean)

    def _clean(self):
        with self.committed() as env:
            partners = env["res.partner"].search([("name", "in", [NAME, PERSON])])
            env.cr.execute(
                "DELETE FROM crm_owner_move WHERE lead_id IN %s", [tuple(self.leads)]
            )
            env["crm.lead"].browse(self.leads).unlink()
            ids = partners.sorted("parent_id", reverse=True).ids
        self.remove(ids, (), self.users)

    def _check_one_customer(self):
        with self.committed() as env:
            customers = env["res.partner"].search([("name", "=", NAME)])
            self.assertEqual(len(customers), 1)
            self.assertEqual(len(customers.child_ids), 1)
            moves = env["crm.owner.move"].search([("partner_id", "=", customers.id)])
            self.assertEqual(moves.mapped("kind"), ["convert"])

    def test_one_lead(self):
        """Processes that convert one lead at once make one customer: somebody who
        clicks everywhere.

        Covers: L06.
        """
        workers = self.workers(COUNT)
        call = (self.users[0], "crm.lead", "action_convert_to_customer")
        answers = workers.race([(call, {"ids": self.leads[:1]})] * COUNT)
        results = [answer.get("result") for answer in answers]
        self.assertEqual(results, [results[0]] * COUNT, answers)
        self.assertTrue(results[0][0]["is_new_customer"])
        self._check_one_customer()

    def test_two_leads(self):
        """Two people who convert a lead each of one company make one customer: the
        second is told that it is there.

        Covers: L06.
        """
        workers = self.workers(2)
        answers = workers.race(
            [
                ((user, "crm.lead", "action_convert_to_customer"), {"ids": [lead]})
                for user, lead in zip(self.users, self.leads, strict=True)
            ]
        )
        refused = [answer for answer in answers if "error" in answer]
        self.assertEqual(len(refused), 1, answers)
        self.assertEqual(refused[0]["error"], "ValidationError")
        self._check_one_customer()
