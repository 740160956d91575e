from odoo.tests import new_test_user, tagged

from .processes import ProcessCase

CODE = "91110000600037341L"
# Odoo replays a call four times: of this many that meet, all get an answer
ROUNDS, COUNT = 5, 4


@tagged("post_install", "-at_install")
class TestDuplicateConcurrency(ProcessCase):
    """One credit code, entered by many at the same moment."""

    def setUp(self):
        super().setUp()
        with self.committed() as env:
            users = [
                new_test_user(
                    env, login=f"coder_{index}", groups="crm_base.group_salesperson"
                ).id
                for index in range(COUNT)
            ]
        self.users = users
        self.addCleanup(self._clean)

    def _clean(self):
        with self.committed() as env:
            made = env["res.partner"].search([("credit_code", "=", CODE)]).ids
            env.cr.execute("DELETE FROM crm_duplicate_quota")
        self.remove(made, (), self.users)

    def test_one_code(self):
        """Twenty creates of one code leave one customer and 19 clear errors.

        Covers: B13, B05.
        """
        workers = self.workers(COUNT)
        answers = []
        for round_number in range(ROUNDS):
            answers += workers.race(
                [
                    (
                        (
                            user,
                            "res.partner",
                            "create",
                            [
                                {
                                    "name": f"同码{round_number}{index}",
                                    "is_company": True,
                                    "is_crm_customer": True,
                                    "vat": CODE,
                                }
                            ],
                        ),
                        {},
                    )
                    for index, user in enumerate(self.users)
                ]
            )
        made = [answer for answer in answers if "result" in answer]
        refused = [answer for answer in answers if "error" in answer]
        self.assertEqual((len(made), len(refused)), (1, ROUNDS * COUNT - 1))
        for answer in refused:
            self.assertEqual(answer["error"], "ValidationError")
            self.assertRegex(answer["message"], "already")
        with self.committed() as env:
            self.assertEqual(
                env["res.partner"].search_count([("credit_code", "=", CODE)]), 1
            )
