from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.crm_base.models import crm_import_batch_work
from odoo.addons.crm_base.tests.import_files import ImportCase, text

from .common import LeadPoolCase

HEAD = ("公司名称", "联系人", "手机")
ROWS = [
    ["苏州精工机械", "曾小贤", "13800138001"],
    ["无锡长江泵业", "李四", "13800138002"],
    ["常州红旗电机", "张三", "13800138003"],
]


class LeadImportCase(ImportCase, LeadPoolCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.profile = cls.env.ref("crm_leads.crm_import_profile_lead")
        # max administrates the pools, and is a member of none
        cls.max = cls.other_manager

    def _list(self, rows, head=HEAD, user=None, **values):
        """Upload a list of leads; return the import."""
        values.setdefault("profile_id", self.profile.id)
        content = rows if isinstance(rows, bytes) else [head, *rows]
        return self._batch(user or self.max, content, "线索.csv", **values)

    def _stored(self, rows, head=HEAD, user=None, pool=None, **values):
        """Upload a list for a pool, check and import it; return import and leads."""
        pool_id = (self.lead_pool if pool is None else pool).id
        batch = self._list(rows, head, user, pool_id=pool_id, **values)
        batch.action_preview()
        self._run(batch)
        return batch, self._made(batch)

    def _made(self, batch):
        rows = batch.sudo().row_ids.sorted("number").filtered("res_id")
        return self.env["crm.lead"].browse(rows.mapped("res_id")).exists()

    def _issues(self, batch):
        """Return what is wrong with rows, {number: [(column, kind)]}."""
        return {
            row.number: [(issue["column"], issue["kind"]) for issue in row.issues]
            for row in batch.sudo().row_ids
            if row.issues
        }


@tagged("post_install", "-at_install")
class TestLeadImport(LeadImportCase):
    """Lists of leads that go straight into a pool."""

    def test_a_list_goes_into_the_pool(self):
        """Leads of a GBK file wait in the pool: nobody's, masked, in the ledger.

        Nobody's limit counts them, their importer's neither.

        Covers: P12, L08, L01.
        """
        self.lead_pool.holding_limit = 1
        self.lead_pool.claim_per_day = 1
        batch, leads = self._stored(text([HEAD, *ROWS], "gb18030"))
        self.assertEqual(self._states(batch), dict.fromkeys((2, 3, 4), "created"))
        self.assertEqual(leads.pool_id, self.lead_pool)
        self.assertEqual(len(leads), 3)
        self.assertFalse(leads.user_id)
        self.assertFalse(leads.message_partner_ids)
        self.assertEqual(set(leads.mapped("capture_channel")), {"import"})
        self.assertTrue(all(leads.mapped("source_id")))
        for lead in leads:
            move = self._lead_moves(lead)
            self.assertEqual(move.kind, "enter")
            self.assertEqual(move.pool_id, self.lead_pool)
            self.assertEqual(move.actor_id, self.max)
            self.assertEqual(move.batch_id, f"import-{batch.id}")
        with self.assertRaises(AccessError):
            leads.with_user(self.max).read(["phone"])
        row = self._row(self.sam, leads[0])
        self.assertEqual(row.pool_id, self.lead_pool)
        self.assertNotIn("13800138001", str(row.read()))
        self._take(self.sam, leads[0])
        self.assertEqual(leads[0].user_id, self.sam)

    def test_the_check_tells(self):
        """The check says where new rows go, also after the pool was chosen late.

        What was decided about a row meanwhile stays.

        Covers: P12, B18.
        """
        known = self._lead(self.xia, contact_name="李四", phone="13800138002")
        batch = self._list(ROWS)
        self.assertEqual(batch.pool_kind, "lead")
        self.assertTrue(batch.may_fill_pool)
        self.assertFalse(self._list(ROWS, user=self.sam).may_fill_pool)
        self.assertNotIn("claim", batch.action_preview()["message"])
        found = batch.row_ids.filtered(lambda row: row.state == "duplicate")
        found.decision = "create"
        batch.pool_id = self.lead_pool
        self.assertEqual(batch.state, "ready")
        self.assertIn("线索公海", batch.message)
        self.assertIn("claim", batch.message)
        self._run(batch)
        leads = self._made(batch)
        self.assertEqual(len(leads), 3)
        self.assertEqual(leads.pool_id, self.lead_pool)
        self.assertFalse(known.pool_id)

    def test_rows_name_their_pools(self):
        """A column names the pool of each row; rows without one stay the importer's.

        Rows that name somebody's pool, a pool of customers, or an owner besides, are
        refused alone, in their cell.

        Covers: P12, L08.
        """
        twin = self._pool("华北公海", holds="lead", member_user_ids=self.tom)
        self._pool("别人的公海", holds="lead", admin_ids=self.boss)
        batch = self._list(
            [
                ["甲", "赵一", "13800138001", "线索公海", ""],
                ["乙", "钱二", "13800138002", "华北公海", ""],
                ["丙", "孙三", "13800138003", "", ""],
                ["丁", "李四", "13800138004", "华南公海", ""],
                ["戊", "周五", "13800138005", "别人的公海", ""],
                ["己", "吴六", "13800138006", "线索公海", "Max"],
            ],
            [*HEAD, "线索公海", "负责人"],
        )
        told = batch.action_preview()
        self.assertEqual((told["ready"], told["errors"]), (3, 3))
        self.assertIn("name a pool", told["message"])
        shown = {row["number"]: row["cells"] for row in told["preview"]["rows"]}
        self.assertIn("线索公海", shown[2])
        self._run(batch)
        self.assertEqual(
            self._made(batch).mapped("pool_id.id"), [self.lead_pool.id, twin.id]
        )
        own = self._made(batch)[2]
        self.assertEqual((own.user_id, own.pool_id.id), (self.max, False))
        issues = self._issues(batch)
        self.assertEqual(issues[5], [(3, "not_found")])
        self.assertEqual(issues[6], [(3, "not_found")])
        self.assertEqual(issues[7], [(None, "pool_owner")])
        moves = self.env["crm.owner.move"].search(
            [("batch_id", "=", f"import-{batch.id}")]
        )
        self.assertEqual(moves.pool_id, self.lead_pool | twin)

    def test_not_an_administrator(self):
        """Whoever does not administrate a pool puts nothing into it, by no door.

        Covers: P12, L08.
        """
        for user in (self.sam, self.manager):
            by_file = self._refused(user, self.lead_pool)
            self.assertIn("no administrator", self._notes(by_file)[2])
            head = [*HEAD, "公海"]
            by_row = self._list([[*ROWS[0], "线索公海"], [*ROWS[1], ""]], head, user)
            by_row.action_preview()
            self._run(by_row)
            self.assertEqual(self._issues(by_row), {2: [(3, "pool")]})
            lead = self._made(by_row)
            self.assertEqual((lead.user_id, lead.pool_id.id), (user, False))
            self._undo(by_row)

    def _refused(self, user, pool):
        """Assert that a file puts nothing into a pool; return the import."""
        batch = self._list(ROWS, user=user, pool_id=pool.id)
        self.assertEqual(batch.action_preview()["errors"], len(ROWS))
        self.assertEqual(set(self._states(batch).values()), {"error"})
        self.assertEqual(self._issues(batch)[2], [(None, "pool")])
        with self.assertRefused("nothing to import"):
            batch.action_run()
        return batch

    def test_the_right_ends_meanwhile(self):
        """Whoever lost the pool between check and import stores nothing in it.

        Covers: P12.
        """
        batch = self._list(ROWS, pool_id=self.lead_pool.id)
        self.assertEqual(batch.action_preview()["ready"], 3)
        self.lead_pool.admin_ids = self.boss
        self._run(batch)
        self.assertEqual(set(self._states(batch).values()), {"error"})
        self.assertFalse(self._made(batch))

    def test_pools_that_take_nothing_in(self):
        """Pools of customers, of another company and archived ones are refused.

        Covers: P12.
        """
        other = self.env["res.company"].create({"name": "别的公司"})
        foreign = self._pool("外司公海", holds="lead", company_id=other.id)
        gone = self._pool("旧公海", holds="lead", active=False)
        for pool in (self.pool, foreign, gone):
            self._refused(self.boss, pool)

    def test_known_leads_stay_where_they_are(self):
        """A row that updates a lead in sight does not carry it into the pool.

        Covers: P12, B18.
        """
        mine = self._lead(self.max, contact_name="李四", phone="13800138002")
        batch, leads = self._stored(
            [[*row, "线索公海"] for row in ROWS],
            [*HEAD, "公海"],
            duplicate_policy="update",
            likely_policy="update",
        )
        self.assertEqual(
            self._states(batch), {2: "created", 3: "updated", 4: "created"}
        )
        self.assertEqual(mine.partner_name, "无锡长江泵业")
        self.assertEqual((mine.user_id, mine.pool_id.id), (self.max, False))
        self.assertEqual((leads - mine).pool_id, self.lead_pool)

    def test_history(self):
        """The time of creation of the file is kept in the pool as well. Covers: P12."""
        self.max.group_ids += self.env.ref("crm_base.group_import_history")
        _batch, leads = self._stored([[*ROWS[0], "2020-05-06"]], [*HEAD, "创建时间"])
        self.assertEqual(leads.create_date.year, 2020)

    def test_opened_in_their_pool(self):
        """The result and its rows open where the leads are. Covers: P12."""
        batch, leads = self._stored(ROWS)
        action = batch.action_open_records()
        self.assertEqual(action["res_model"], "crm.pool.lead")
        rows = self.env["crm.pool.lead"].with_user(self.max).search(action["domain"])
        self.assertEqual(sorted(rows.ids), sorted(leads.ids))
        action = batch.row_ids[0].action_open_record()
        self.assertEqual(action["domain"], [("id", "=", batch.row_ids[0].res_id)])

    def test_rules_leave_them_alone(self):
        """What goes into a pool is not dealt out by rules. Covers: P12, L07."""
        self.env["crm.lead.assign.rule"].with_user(self.max).create(
            {"name": "轮流", "line_ids": [(0, 0, {"user_id": self.xia.id})]}
        )
        _batch, leads = self._stored(ROWS, lead_owner="rules")
        self.assertEqual(leads.pool_id, self.lead_pool)
        self.assertFalse(leads.user_id)

    def test_queries_do_not_grow(self):
        """Rows of a pool take no more statements than rows of one's own. Covers: P12.

        Odoo looks up the stage of each lead.
        """

        def stored(count, start, pool):
            rows = [
                [f"公司{start + i}", f"人{start + i}", f"1390000{start + i:04}"]
                for i in range(count)
            ]
            batch = self._list(rows, pool_id=pool.id)
            batch.action_preview()
            before = self.cr.sql_log_count
            self._run(batch)
            self.assertEqual(batch.created_count, count)
            return self.cr.sql_log_count - before

        own, pool = self.env["crm.pool"], self.lead_pool
        stored(5, 0, own)
        stored(5, 50, pool)
        more = stored(60, 100, own) - stored(5, 200, own)
        self.assertLessEqual(stored(60, 300, pool) - stored(5, 400, pool), more)


@tagged("post_install", "-at_install")
class TestLeadImportUndo(LeadImportCase):
    """Lists that went into a pool, taken back."""

    def setUp(self):
        super().setUp()
        self.batch, self.leads = self._stored(ROWS)

    def _counts(self):
        self.env.invalidate_all()
        return self.batch.undone_count, self.batch.kept_count

    def test_all(self):
        """Leads are gone, and the ledger says why. Covers: P12, B18."""
        self._undo(self.batch)
        self.assertEqual(self._counts(), (3, 0))
        self.assertFalse(self.leads.exists())
        moves = self.env["crm.owner.move"].search(
            [("batch_id", "=", f"import-{self.batch.id}")]
        )
        self.assertEqual(sorted(moves.mapped("kind")), ["enter"] * 3 + ["undo"] * 3)
        again, leads = self._stored(ROWS)
        self.assertEqual((again.created_count, len(leads)), (3, 3))

    def test_used_since(self):
        """What somebody claimed or followed up since stays, with the reason.

        Covers: P12, B18.
        """
        self.max.lang = "en_US"
        claimed, followed, waiting = self.leads
        self._take(self.sam, claimed)
        self._take(self.sue, followed)
        self._lead_followup(self.sue, followed)
        self._undo(self.batch)
        self.assertEqual(self._counts(), (1, 2))
        self.assertFalse(waiting.exists())
        self.assertEqual((claimed.user_id, followed.user_id), (self.sam, self.sue))
        notes = self._notes(self.batch)
        self.assertIn("changed hands", notes[2])
        self.assertIn("follow-ups", notes[3])

    def test_claimed_and_given_back(self):
        """A lead that somebody had stays, also when it is in the pool again.

        Covers: P12, B18.
        """
        self._take(self.sam, self.leads[0])
        self._give_up(self.leads[0])
        self._undo(self.batch)
        self.assertEqual(self._counts(), (2, 1))
        self.assertEqual(self.leads[0].pool_id, self.lead_pool)

    def test_no_longer_administrator(self):
        """Whoever lost the pool takes nothing out of it; the boss does.

        Covers: P12, B18.
        """
        self.lead_pool.admin_ids = self.boss
        self._undo(self.batch)
        self.assertEqual(self._counts(), (0, 3))
        self.assertEqual(self.leads.pool_id, self.lead_pool)

    def test_in_chunks(self):
        """Chunks follow one another, in and out. Covers: P12."""
        self.patch(crm_import_batch_work, "RUN_ROWS", 2)
        rows = [[f"分批{i}", f"人{i}", f"1370000000{i}"] for i in range(5)]
        batch, leads = self._stored(rows)
        self.assertEqual((batch.created_count, leads.pool_id), (5, self.lead_pool))
        self._undo(batch)
        self.assertFalse(leads.exists())
