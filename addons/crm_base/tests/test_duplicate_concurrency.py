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
            made = env["res.partner"].search([("user_id", "in", self.users)]).ids
            env.cr.execute("DELETE FROM crm_duplicate_quota")
            env.cr.execute("DELETE FROM crm_duplicate_key")
        self.remove(made, (), self.users)

    def _enter(self, workers, *rows):
        """Let each person enter a customer at the same moment; return the answers."""
        common = {"is_company": True, "is_crm_customer": True}
        return workers.race(
            [
                ((user, "res.partner", "create", [{**common, **row}]), {})
                for user, row in zip(self.users, rows, strict=True)
            ]
        )

    def assertOneMade(self, answers):
        """One customer was made, and the others were told that it is there."""
        made = [answer for answer in answers if "result" in answer]
        self.assertEqual(len(made), 1, answers)
        for answer in answers:
            if "error" in answer:
                self.assertEqual(answer["error"], "ValidationError", answer)
                self.assertRegex(answer["message"], "already")

    def test_one_name(self):
        """Four people who enter one company at the same moment make one customer.

        Without a code, so that no index of the database tells. Covers: B05.
        """
        workers = self.workers(COUNT)
        for number in range(ROUNDS):
            row = {"name": f"苏州同时{number}精工机械有限公司"}
            self.assertOneMade(self._enter(workers, *[row] * COUNT))

    def test_one_number(self):
        """Names that differ, and one mobile number: the second is told. Covers: B05."""
        company = self.env.ref("base.main_company")
        with self.committed() as env:
            env["res.company"].browse(company.id).crm_duplicate_likely = "block"
        self.addCleanup(self._likely, company.crm_duplicate_likely)
        workers = self.workers(COUNT)
        rows = [
            {"name": name, "mobile": "138 0013 8000"}
            for name in ("东方红茶叶", "西山煤炭", "南海渔业", "北国风光旅行社")
        ]
        self.assertOneMade(self._enter(workers, *rows))

    def _likely(self, policy):
        with self.committed() as env:
            env.ref("base.main_company").crm_duplicate_likely = policy

    def test_others_do_not_wait(self):
        """Different customers at the same moment are all made at once. Covers: B05."""
        names = ("东方红茶叶", "西山煤炭", "南海渔业", "北国风光旅行社")
        answers = self._enter(self.workers(COUNT), *[{"name": name} for name in names])
        self.assertEqual([a for a in answers if "error" in a], [])

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
