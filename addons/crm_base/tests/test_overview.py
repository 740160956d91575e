from datetime import datetime, timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged, warmup

from .common import CrmCase


@tagged("post_install", "-at_install")
class TestOverview(CrmCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer = cls._customer(cls.sam)

    def _history(self, count, seconds=0):
        start = datetime(2026, 1, 1, 8)
        return self.env["crm.followup"]._crm_create_history(
            [
                {
                    "name": f"第 {number} 次",
                    "partner_id": self.customer.id,
                    "user_id": self.sam.id,
                    "method_id": (self.visit if number % 3 else self.phone).id,
                    "state": "done",
                    "done_at": start + timedelta(seconds=seconds * number),
                }
                for number in range(count)
            ]
        )

    def _pages(self, user, limit, **kwargs):
        entries, mark = [], False
        while True:
            page = self.customer.with_user(user).get_crm_timeline(
                mark, limit=limit, **kwargs
            )
            entries += page["entries"]
            self.assertLessEqual(len(page["entries"]), limit)
            mark = page["before"]
            if not mark:
                return entries

    def test_totals_and_tabs(self):
        """Totals and tabs count what the reader may see, and open exactly that.

        Covers: B14.
        """
        self._history(7, 60)
        self._followup(self.sam, self.customer)
        view = self.customer.with_user(self.sam).get_crm_overview()
        totals = {total["code"]: total for total in view["totals"]}
        self.assertEqual(totals["followups"]["amount"], 7)
        self.assertEqual(totals["visits"]["amount"], 4)
        for total in totals.values():
            if total["action"] and isinstance(total["amount"], int):
                action = total["action"]
                found = (
                    self.env[action["res_model"]]
                    .with_user(self.sam)
                    .search_count(action["domain"])
                )
                self.assertEqual(found, total["amount"], total["code"])
        for tab in view["tabs"]:
            found = (
                self.env[tab["model"]].with_user(self.sam).search_count(tab["domain"])
            )
            self.assertEqual(found, tab["count"], tab["code"])
        self.assertEqual(view["header"]["owner"]["name"], "Sam")
        self.assertTrue(view["header"]["can_write"])

    def test_rights(self):
        """Out of reach is out of reach; a borrower sees that he cannot write.

        Covers: B03, B14.
        """
        for user in self.xia | self.employee | self.maintainer:
            with self.assertRaises(AccessError):
                self.customer.with_user(user).get_crm_overview()
            with self.assertRaises(AccessError):
                self.customer.with_user(user).get_crm_timeline()
        self._share(self.customer, self.xia)
        view = self.customer.with_user(self.xia).get_crm_overview()
        self.assertFalse(view["header"]["can_write"])

    def test_contacts(self):
        """Contacts are listed with what they decide.

        Covers: B06, B14.
        """
        role = self.env.ref("crm_base.dictionary_decision_role_decision_maker")
        self._contact(self.customer, "王总", decision_role_id=role.id, mobile="138")
        (contact,) = self.customer.with_user(self.sam).get_crm_overview()["contacts"]
        self.assertEqual((contact["name"], contact["role"]), ("王总", role.name))

    def test_contact_opens_its_customer(self):
        """The 360° view of a contact is the one of its customer.

        Covers: B14.
        """
        contact = self._contact(self.customer)
        action = contact.with_user(self.sam).action_open_overview()
        self.assertEqual(action["params"]["partner_id"], self.customer.id)

    def test_timeline_tells_everything(self):
        """Follow-ups, moves and notes stand in one line, newest first.

        Covers: B14.
        """
        with freeze_time("2026-02-01 00:00:00"):
            self._followup(self.sam, self.customer, done=True, content="谈价格")
        with freeze_time("2026-02-02 00:00:00"):
            self.customer.with_user(self.sam).message_post(
                body="记一笔", subtype_xmlid="mail.mt_comment", message_type="comment"
            )
            plan = self._followup(self.sam, self.customer)
        with freeze_time("2026-02-03 00:00:00"):
            self.customer.with_user(self.sam).action_transfer(self.sue.id, "出差")
        with freeze_time("2026-02-04 00:00:00"):
            plan.with_user(self.sue).action_cancel("客户改期")
        self.env.flush_all()
        kinds = [entry["kind"] for entry in self._pages(self.manager, 10)]
        # the ledger's creation row was made when the test began
        kinds.remove("owner")
        self.assertEqual(kinds, ["followup", "owner", "note", "followup"])
        only = self._pages(self.manager, 10, kinds=["note"])
        self.assertEqual([entry["kind"] for entry in only], ["note"])
        self.assertIn("记一笔", only[0]["text"])

    def test_pages_lose_and_double_nothing(self):
        """Every entry is on exactly one page, whatever the page's length.

        Covers: B14.
        """
        followups = self._history(23)  # all of the same second
        more = self._history(20, 37)
        # the move's and the notes' second is the follow-ups'
        with freeze_time("2026-01-01 08:00:00"):
            self.customer.with_user(self.sam).action_transfer(self.sue.id, "x")
            for number in range(9):
                self.customer.with_user(self.sue).message_post(
                    body=f"{number}",
                    subtype_xmlid="mail.mt_comment",
                    message_type="comment",
                )
        self.env.flush_all()
        expected = None
        for limit in (1, 2, 5, 7, 30, 100):
            entries = self._pages(self.manager, limit)
            keys = [(entry["model"], entry["id"]) for entry in entries]
            self.assertEqual(len(keys), len(set(keys)), f"doubled at {limit}")
            found = {record_id for model, record_id in keys if model == "crm.followup"}
            self.assertEqual(found, set((followups | more).ids), f"lost at {limit}")
            dates = [entry["date"] for entry in entries]
            self.assertEqual(dates, sorted(dates, reverse=True))
            expected = expected or keys
            self.assertEqual(keys, expected, "the order does not depend on the page")
        self.assertEqual(len(expected), 23 + 20 + 2 + 9)

    def test_bad_marks(self):
        """A mark that is none is refused in words.

        Covers: B14, B25.
        """
        theirs = self.customer.with_user(self.sam)
        for mark in ("yesterday", "2026-01-01|x|y", 5, "a|b|c"):
            with self.assertRaises(UserError):
                theirs.get_crm_timeline(mark)

    def test_reader_sees_own_part(self):
        """The timeline holds nothing that its reader may not read.

        Covers: B02, B14.
        """
        self._share(self.customer, self.xia)
        mine = self._followup(self.xia, self.customer, done=True)
        self.customer.with_user(self.sam).action_unshare(self.xia.ids)
        self.assertSees(self.xia, mine)
        self._history(2)
        with self.assertRaises(AccessError):
            self.customer.with_user(self.xia).get_crm_timeline()

    @warmup
    def test_queries_do_not_grow(self):
        """Five years of history cost as many queries as a week of it.

        Covers: B14.
        """

        def queries(count):
            self._history(count, 60)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            theirs = self.customer.with_user(self.sam)
            theirs.get_crm_overview()
            theirs.get_crm_timeline()
            return self.env.cr.sql_log_count - before

        few = queries(10)
        many = queries(290)
        self.assertLessEqual(many, few)
        self.env.invalidate_all()
        with self.assertQueryCount(60):
            theirs = self.customer.with_user(self.sam)
            theirs.get_crm_overview()
            theirs.get_crm_timeline()
