"""Absences: entered, confirmed, cancelled; by whom, and never twice at a time."""

from datetime import date, timedelta

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common import CrmCase


class AbsenceCase(CrmCase):
    def _absence(self, user, first=0, last=0, person=None, **values):
        today = fields.Date.context_today(self.env.user.with_context(tz=user.tz))
        return (
            self.env["crm.absence"]
            .with_user(user)
            .create(
                {
                    "user_id": (person or user).id,
                    "date_from": today + timedelta(days=first),
                    "date_to": today + timedelta(days=last),
                    "reason": "年假",
                    **values,
                }
            )
        )


@tagged("post_install", "-at_install")
class TestAbsence(AbsenceCase):
    """Covers: P04."""

    def test_confirmed_by_the_superior(self):
        """What Sam enters holds when Mia has confirmed it, and nobody else can."""
        absence = self._absence(self.sam, 1, 5)
        self.assertEqual(absence.state, "draft")
        told = self.env["mail.message"].search(
            [("model", "=", "crm.absence"), ("res_id", "=", absence.id)]
        )
        self.assertIn(self.manager.partner_id, told.notified_partner_ids)
        for user in (self.sam, self.sue, self.other_manager, self.employee):
            with self.assertRaises(AccessError):
                absence.with_user(user).action_confirm()
        absence.with_user(self.manager).action_confirm()
        self.assertEqual(absence.state, "confirmed")
        self.assertEqual(absence.arbiter_id, self.manager)
        with self.assertRaises(UserError):
            absence.with_user(self.director).action_confirm()

    def test_superiors_and_companies_confirm_at_once(self):
        """No second click where a superior enters it, or nobody is asked."""
        entered = self._absence(self.manager, 1, 2, person=self.sam)
        self.assertEqual(entered.state, "confirmed")
        self.assertEqual(self._absence(self.boss).state, "confirmed")
        self.assertEqual(self._absence(self.manager).state, "draft")
        self.company.crm_absence_auto_confirm = True
        self.assertEqual(self._absence(self.sue).state, "confirmed")

    def test_for_others(self):
        """Nobody enters absences for people that are not theirs."""
        for user, person in (
            (self.sam, self.sue),
            (self.other_manager, self.sam),
            (self.assistant, self.sam),
        ):
            with self.assertRaises(AccessError):
                self._absence(user, person=person)
        with self.assertRaises(AccessError):
            self._absence(self.employee)

    def test_state_is_not_written(self):
        """No door but the methods changes the state. Covers: P04."""
        absence = self._absence(self.sam)
        with self.assertRaises(AccessError):
            absence.state = "confirmed"
        with self.assertRaises(AccessError):
            self._absence(self.sue, state="confirmed")
        sneaked = (
            self.env["crm.absence"]
            .with_user(self.sue)
            .with_context(default_state="confirmed")
            .create({"date_from": "2030-01-01", "date_to": "2030-01-01"})
        )
        self.assertEqual(sneaked.state, "draft")

    def test_fixed_once_decided(self):
        """Dates of what was confirmed stay; it is cancelled, not deleted."""
        absence = self._absence(self.sam, 1, 5)
        absence.reason = "事假"
        absence.with_user(self.manager).action_confirm()
        with self.assertRaises(UserError):
            absence.date_to += timedelta(days=30)
        with self.assertRaises(UserError):
            absence.unlink()
        absence.substitute_id = self.sue
        absence.action_cancel()
        self.assertEqual(absence.state, "cancelled")
        draft = self._absence(self.sam, 1, 5)
        draft.unlink()

    def test_cancelling_the_past(self):
        """One's own past is no more one's own to change; the superior's it is."""
        absence = self._absence(self.manager, -9, -5, person=self.sam)
        with self.assertRaises(UserError):
            absence.with_user(self.sam).action_cancel()
        with self.assertRaises(AccessError):
            absence.with_user(self.sue).action_cancel()
        absence.with_user(self.manager).action_cancel()
        self.assertEqual(absence.state, "cancelled")

    def test_back_early(self):
        """Back at work today: away until yesterday, or not at all."""
        absence = self._absence(self.manager, -3, 3, person=self.sam)
        absence.with_user(self.sam).action_return()
        today = absence._crm_today()
        self.assertEqual(absence.date_to, today - timedelta(days=1))
        self.assertFalse(self.sam._crm_absent_on(today))
        with self.assertRaises(UserError):
            absence.with_user(self.sam).action_return()
        first_day = self._absence(self.manager, 0, 3, person=self.sue)
        first_day.with_user(self.sue).action_return()
        self.assertEqual(first_day.state, "cancelled")

    def test_no_overlap(self):
        """The database refuses two absences of one person at one time."""
        self._absence(self.sam, 1, 5)
        for first, last in ((0, 1), (5, 9), (2, 3), (0, 9)):
            with (
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                self._absence(self.sam, first, last)
        self._absence(self.sam, 6, 9)
        self._absence(self.sue, 1, 5)
        other = self._absence(self.sam, -5, -1)
        other.action_cancel()
        self._absence(self.sam, -3, -2)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            self._absence(self.tom, 3, 1)

    def test_who_is_away(self):
        """Only confirmed absences count, for their days alone."""
        people = self.sam | self.sue | self.tom
        self._absence(self.manager, -1, 1, person=self.sam)
        self._absence(self.sue, -1, 1)
        today = fields.Date.today()
        self.assertEqual(people._crm_absent_on(today), self.sam)
        self.assertFalse(people._crm_absent_on(today + timedelta(days=9)))

    def test_who_reads(self):
        """The person, the superiors, assistants and the substitute."""
        absence = self._absence(self.sam, 1, 2, substitute_id=self.xia.id)
        self.assertViewers(
            absence.with_env(self.env),
            self.sam
            | self.manager
            | self.assistant
            | self.director
            | self.boss
            | self.xia,
        )
        with self.assertRaises(AccessError):
            absence.with_user(self.xia).reason = "x"

    def test_working_days(self):
        """The form says how many working days it costs."""
        absence = self._absence(
            self.sam, date_from=date(2026, 9, 28), date_to=date(2026, 10, 10)
        )
        self.assertEqual(absence.days, 6)

    def test_queries_do_not_grow(self):
        """A list of absences costs as much with many as with few."""
        for number in range(20):
            self._absence(self.sam, 3 * number, 3 * number + 1)
        absences = self.env["crm.absence"].search([("user_id", "=", self.sam.id)])
        counts = []
        for some in (absences[:2], absences):
            self.env.flush_all()
            self.env.invalidate_all()
            self.env.registry.clear_all_caches()
            before = self.env.cr.sql_log_count
            some.with_user(self.manager).web_read(
                {"days": {}, "can_decide": {}, "is_running": {}, "display_name": {}}
            )
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0])

    def test_copy(self):
        """A copy is a new request: nobody has decided on it yet."""
        absence = self._absence(self.sam, 1, 2)
        absence.with_user(self.manager).action_confirm()
        absence.action_cancel()
        again = absence.with_user(self.sam).copy()
        self.assertEqual(again.state, "draft")
        self.assertFalse(again.arbiter_id)

    def test_who_reckons_with_it_is_told(self):
        """The hook is called for what holds: confirm, cancel, return, nothing else."""
        told = []

        def after_change(absences, users):
            told.extend(users.mapped("login"))

        self.patch(self.env.registry["crm.absence"], "_crm_after_change", after_change)
        draft = self._absence(self.sam, 0, 5)
        draft.action_cancel()
        self.assertEqual(told, [])
        held = self._absence(self.sam, 0, 5)
        held.with_user(self.manager).action_confirm()
        self.assertEqual(told, ["sam"])
        held.action_return()
        self._absence(self.manager, 1, 2, person=self.sue).action_cancel()
        self.assertEqual(told, ["sam", "sam", "sue", "sue"])

    def test_leaver(self):
        """Who leaves is taken out as a substitute."""
        absence = self._absence(self.sam, 1, 2, substitute_id=self.sue.id)
        items = [
            item
            for item in self.env["res.users"]._crm_desk()
            if item.model == "crm.absence"
        ]
        self.assertEqual(
            {item.field for item in items}, {"user_id", "arbiter_id", "substitute_id"}
        )
        drop = next(item for item in items if item.field == "substitute_id")
        self.assertEqual(drop.action, "drop")
        self.assertIn(absence.id, self.env["crm.absence"].search(drop.open_domain).ids)


@tagged("post_install", "-at_install")
class TestAbsenceDoors(AbsenceCase, HttpCase):
    """Covers: P04."""

    def _post(self, user, method, **body):
        key = (
            self.env["res.users.apikeys"]
            .with_user(user)
            .sudo()
            ._generate(None, "test", date(2030, 1, 1))
        )
        return self.url_open(
            f"/json/2/crm.absence/{method}",
            json=body,
            headers={"Authorization": f"bearer {key}"},
        )

    def test_json2(self):
        """Entered and confirmed over the API; refused in words, never by a crash."""
        values = {"date_from": "2030-04-01", "date_to": "2030-04-05"}
        entered = self._post(self.sam, "create", vals_list=[values])
        self.assertEqual(entered.status_code, 200, entered.text[:300])
        (absence_id,) = entered.json()
        with mute_logger("odoo.sql_db", "odoo.http"):
            again = self._post(self.sam, "create", vals_list=[values])
        self.assertEqual(again.status_code, 422)
        self.assertIn("absent during part", again.json()["message"])
        for user, status in ((self.sam, 403), (self.sue, 403), (self.manager, 200)):
            confirmed = self._post(user, "action_confirm", ids=[absence_id])
            self.assertEqual(confirmed.status_code, status, user.login)
        self.assertEqual(
            self._post(
                self.sam, "write", ids=[absence_id], vals={"state": "draft"}
            ).status_code,
            403,
        )
