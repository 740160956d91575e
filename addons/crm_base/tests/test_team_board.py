from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .board_case import BoardCase


@tagged("post_install", "-at_install")
class TestTeamBoard(BoardCase):
    """Who sees whose work, and what of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls._customer(cls.sam)
        now = fields.Datetime.now()
        day = timedelta(days=1)
        cls.done = cls._followup(cls.sam, cls.customer, done=True)
        cls._followup(cls.sam, cls.customer, planned_at=now - 2 * day)
        cls._followup(cls.sam, cls.customer, planned_at=now - 3 * day)
        cls._followup(cls.sam, cls.customer, planned_at=now + 2 * day)
        old = cls._followup(cls.sam, cls.customer, done=True)
        old._crm_workflow().done_at = now - 2 * day
        cls.env["crm.task"].with_user(cls.manager).create(
            {
                "name": "标书",
                "user_id": cls.sam.id,
                "helper_ids": [(6, 0, cls.sue.ids)],
                "deadline": now - day,
            }
        )

    def test_people(self):
        """Each sees the own scope, a salesperson only himself. Covers: S23."""
        sellers = self.sam | self.sue | self.tom
        for user, people in (
            (self.sam, self.sam),
            (self.manager, self.manager | sellers),
            (self.assistant, self.assistant | self.manager | sellers),
            (self.other_manager, self.other_manager | self.xia),
            (
                self.boss,
                self.everybody - self.employee - self.maintainer - self.portal,
            ),
        ):
            self.assertEqual(self._cast(self._board(user)), people, user.name)
            self.assertEqual(self._cast(self._board(user, mine=True)), user)
        for user in (self.employee, self.maintainer, self.portal):
            with self.assertRaises(AccessError):
                self._board(user)
            with self.assertRaises(AccessError):
                self._listed(user, "customers")

    def test_departments(self):
        """The tree of teams, and one branch of it. Covers: S23."""
        board = self._board(self.director)
        teams = [
            (team["name"], team["level"])
            for team in board["teams"]
            if team["name"] in ("Headquarters", "North", "Beijing", "South")
        ]
        self.assertEqual(teams[0], ("Headquarters", 0))
        self.assertEqual(teams.index(("Beijing", 2)), teams.index(("North", 1)) + 1)
        self.assertIn(("South", 1), teams)
        for user, home in (
            (self.director, self.headquarters),
            (self.manager, self.north),
            (self.tom, self.north),
            (self.sam, self.beijing),
        ):
            self.assertEqual(self._person(board, user)["team_id"], home.id)
        north = self._board(self.director, team_id=self.north.id)
        self.assertEqual(
            self._cast(north), self.manager | self.sam | self.sue | self.tom
        )
        with self.assertRaises(UserError):
            self._board(self.director, team_id=2**30)

    def test_figures(self):
        """Today's work, what is late, and the lists behind it. Covers: S23."""
        board = self._check_lists(self.manager)
        self.assertEqual(
            self._counts(board, self.sam),
            {
                "followups_done": 1,
                "followups_overdue": 2,
                "tasks_overdue": 1,
                "customers": 1,
            },
        )
        # a task of two people is on both desks
        self.assertEqual(self._counts(board, self.sue), {"tasks_overdue": 1})
        deed = self._person(board, self.sam)["last_deed"]
        self.assertEqual(
            (deed["code"], deed["model"], deed["res_id"], deed["about"]),
            ("followup", "crm.followup", self.done.id, self.customer.name),
        )
        self.assertEqual(deed["at"], fields.Datetime.to_string(self.done.done_at))
        self.assertFalse(self._person(board, self.tom)["last_deed"])
        self.assertIn("sam", self._person(board, self.sam)["search"])

    def test_lists(self):
        """Lists of a person, a team or everybody; of nobody else. Covers: S23."""
        found = self._listed(self.manager, "customers", user_id=self.sam.id)
        self.assertEqual(found.ids, self.customer.ids)
        of_team = self._listed(self.boss, "customers", team_id=self.beijing.id)
        self.assertIn(self.customer.id, of_team.ids)
        other = self._listed(self.boss, "customers", team_id=self.south.id)
        self.assertNotIn(self.customer.id, other.ids)
        self.assertIn(self.customer.id, self._listed(self.boss, "customers").ids)
        for user, person in ((self.sam, self.sue), (self.other_manager, self.sam)):
            with self.assertRaises(AccessError):
                self._listed(user, "customers", user_id=person.id)
        board = self.env["crm.team.board"].with_user(self.manager)
        action = board.action_open("customers", user_id=self.sam.id)
        self.assertEqual(action["display_name"], "Sam · Customers")
        for code in ("nonsense", ["customers"], None, 3):
            with self.assertRaises(UserError):
                self._listed(self.manager, code)

    def test_absence(self):
        """Who is away, until when, and who stands in. Covers: S23."""
        today = fields.Date.context_today(self.env.user.with_context(tz=self.sam.tz))
        until = fields.Date.add(today, days=2)
        self.env["crm.absence"].with_user(self.manager).create(
            {
                "user_id": self.sam.id,
                "date_from": today,
                "date_to": until,
                "substitute_id": self.sue.id,
            }
        )._crm_workflow().state = "confirmed"
        board = self._board(self.manager)
        self.assertEqual(
            self._person(board, self.sam)["absence"],
            {"until": fields.Date.to_string(until), "deputy": "Sue"},
        )
        self.assertFalse(self._person(board, self.sue)["absence"])

    def test_last_seen(self):
        """Who is there, and since when the others are not. Covers: S23."""
        at = fields.Datetime.now().replace(microsecond=0)
        presences = self.env["mail.presence"]
        presences.create({"user_id": self.sam.id, "status": "online"})
        presences.create(
            {
                "user_id": self.sue.id,
                "status": "offline",
                "last_presence": at - timedelta(hours=2),
            }
        )
        board = self._board(self.manager)
        self.assertEqual(self._person(board, self.sam)["status"], "online")
        sue, tom = (self._person(board, user) for user in (self.sue, self.tom))
        self.assertEqual(sue["status"], "offline")
        self.assertEqual(
            sue["last_seen_at"], fields.Datetime.to_string(at - timedelta(hours=2))
        )
        self.assertEqual((tom["status"], tom["last_seen_at"]), ("offline", False))

    def test_queries_do_not_grow(self):
        """More people cost no more queries. Covers: S23."""
        board = self.env["crm.team.board"].with_user(self.director)

        def queries():
            self.env.flush_all()
            self.env.invalidate_all()
            board.compute_board()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            board.compute_board()
            return self.env.cr.sql_log_count - before

        few = queries()
        for number in range(3):
            user = self._crm_user(f"new{number}", "salesperson")
            self.beijing.member_ids |= user
            customer = self._customer(user, f"客户{number}")
            self._followup(user, customer, done=True)
        self.assertEqual(queries(), few)
        self.assertLess(few, 45)
