from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tests import tagged

from .common import LeadPoolCase


@tagged("post_install", "-at_install")
class TestLeadPool(LeadPoolCase):
    """Leads in pools: the ways in, out, and past them."""

    # ------------------------------------------------------------
    # IN
    # ------------------------------------------------------------

    def test_release(self):
        """A lead that its owner gives up waits in the pool. Covers: L08, P14."""
        lead = self._lead(self.sam, phone="13812345678", partner_name="华强电子")
        plan = self._lead_followup(self.sam, lead)
        lead.with_user(self.sam).activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.sam.id
        )
        result = lead.with_user(self.sam).action_release_to_pool(
            self.lead_pool.id, "no_need", "明年再说"
        )
        self.assertEqual((result["released"], result["cancelled"]), (1, 2))
        self.assertEqual(lead.pool_id, self.lead_pool)
        self.assertFalse(lead.user_id)
        self.assertEqual(lead.pool_former_owner_id, self.sam)
        self.assertEqual(lead.pool_reason_id, self.reason)
        self.assertEqual(plan.state, "cancelled")
        self.assertFalse(lead.activity_ids)
        self.assertNotIn(self.sam.partner_id, lead.message_partner_ids)
        move = self._lead_moves(lead)[-1]
        self.assertRecordValues(
            move,
            [
                {
                    "kind": "release",
                    "lead_id": lead.id,
                    "partner_id": False,
                    "pool_id": self.lead_pool.id,
                    "from_user_id": self.sam.id,
                    "to_user_id": False,
                    "batch_id": result["batch_id"],
                }
            ],
        )
        batch = self.env["crm.pool.batch"].search(
            [("batch_id", "=", result["batch_id"])]
        )
        self.assertEqual((batch.kind, batch.done_count), ("release", 1))

    def test_pool_of_another_kind(self):
        """A pool of customers takes no leads, and the other way round. Covers: L08."""
        lead = self._lead(self.sam)
        with self.assertRefused("holds: Customers"):
            lead.with_user(self.sam).action_release_to_pool(self.pool.id, "no_need")
        customer = self._customer(self.sam)
        with self.assertRefused("holds: Leads"):
            customer.with_user(self.sam).action_release_to_pool(
                self.lead_pool.id, "no_need"
            )
        pooled = self._pooled()
        with self.assertRefused("holds: Leads"):
            self._seen(pooled, self.other_manager).action_move(self.lead_pool.id)
        with self.assertRefused("holds: Leads"):
            self.lead_pool.with_user(self.other_manager).create_customers(
                [{"name": "甲"}]
            )
        self._give_up(lead)
        with self.assertRefused("The ledger names"):
            self.lead_pool.holds = "customer"

    def test_what_is_never_pooled(self):
        """Opportunities, closed and strangers' leads stay out. Covers: L08."""
        deal = self._lead(self.sam, type="opportunity")
        closed = self._lead(self.sam)
        closed.with_user(self.sam).action_close("wrong_number")
        for lead in (deal, closed):
            with self.assertRefused("Choose what is still open"):
                lead.with_user(self.sam).action_release_to_pool(
                    self.lead_pool.id, "no_need"
                )
        lead = self._lead(self.sam)
        for user in (self.sue, self.xia, self.employee):
            with self.assertRaises(AccessError):
                lead.with_user(user).action_release_to_pool(
                    self.lead_pool.id, "no_need"
                )
        with self.assertRaises(AccessError):
            self._lead(self.xia).with_user(self.xia).action_release_to_pool(
                self.lead_pool.id, "no_need"
            )
        self._give_up(lead)
        with self.assertRefused("already in the pool"):
            lead.with_user(self.boss).action_release_to_pool(
                self.lead_pool.id, "no_need"
            )

    def test_fields_are_not_written(self):
        """Fields of pools change by the methods alone. Covers: L08."""
        lead = self._lead(self.sam)
        for name, value in (
            ("pool_id", self.lead_pool.id),
            ("pooled_at", fields.Datetime.now()),
            ("pool_name", "x"),
            ("pool_deadline", "2031-01-01"),
            ("pool_former_owner_id", self.sue.id),
        ):
            with self.subTest(name), self.assertRaises(AccessError):
                lead.with_user(self.sam).write({name: value})

    def test_unowned_leads_go_in(self):
        """Who deals leads out may put them into a pool instead. Covers: L08."""
        self.lead_pool.member_user_ids |= self.manager
        lead = self._unowned(self.beijing)
        lead.with_user(self.manager).action_release_to_pool(
            self.lead_pool.id, "no_need"
        )
        self.assertEqual(self._kinds(lead), ["enter"])
        self.assertFalse(lead.with_user(self.manager).has_access("read"))

    def test_straight_in(self):
        """Administrators enter leads without an owner in between. Covers: L08."""
        max_ = self.other_manager
        ids = self.lead_pool.with_user(max_).create_leads(
            [{"name": "展会名片", "phone": "13812345678"}], "展会"
        )
        lead = self.env["crm.lead"].browse(ids)
        self.assertRecordValues(
            lead, [{"user_id": False, "pool_id": self.lead_pool.id, "type": "lead"}]
        )
        self.assertEqual(self._kinds(lead), ["enter"])
        self.assertFalse(lead.message_partner_ids & max_.partner_id)
        self.assertTrue(self._row(self.sam, lead).name)
        with self.assertRaises(AccessError):
            self.lead_pool.with_user(self.sam).create_leads([{"name": "甲"}])
        for wrong in (None, "x", [1], {"name": "甲"}):
            with self.subTest(wrong), self.assertRaises(UserError):
                self.lead_pool.with_user(max_).create_leads(wrong)
        with self.assertRefused("holds: Customers"):
            self.pool.with_user(max_).create_leads([{"name": "甲"}])

    # ------------------------------------------------------------
    # OUT
    # ------------------------------------------------------------

    def test_claim(self):
        """A member claims, and works on the lead at once. Covers: L08."""
        lead = self._pooled_lead(phone="13812345678")
        self.assertFalse(lead.with_user(self.sam).has_access("read"))
        result = self._take(self.sam, lead)
        self.assertEqual(result["claimed"], lead.ids)
        self.assertRecordValues(
            lead,
            [
                {
                    "user_id": self.sam.id,
                    "pool_id": False,
                    "pooled_at": False,
                    "pool_former_owner_id": False,
                    "pool_name": False,
                    "pool_search_key": False,
                }
            ],
        )
        self.assertEqual(lead.with_user(self.sam).phone, "13812345678")
        self.assertIn(self.sam.partner_id, lead.message_partner_ids)
        self.assertEqual(self._kinds(lead), ["create", "release", "claim"])
        self.assertEqual(self._lead_moves(lead)[-1].pool_id, self.lead_pool)
        with self.assertRefused("has already claimed"):
            self._take(self.sue, lead)

    def test_claim_opens_the_lead(self):
        """From the form of the pool to the form of the lead. Covers: L08."""
        lead = self._pooled_lead()
        action = self._row(self.sam, lead).action_claim_and_open()
        self.assertEqual((action["res_model"], action["res_id"]), ("crm.lead", lead.id))

    def test_who_claims(self):
        """Members claim; their superiors and administrators do not. Covers: L08."""
        lead = self._pooled_lead()
        for user in (self.manager, self.other_manager, self.xia):
            with self.subTest(user.name), self.assertRefused("in no pool"):
                self._take(user, lead)
        with self.assertRaises(UserError):
            self._take(self.employee, lead)

    def test_assign(self):
        """Administrators and superiors give leads out. Covers: L08."""
        first, second, third = (self._pooled_lead() for _number in range(3))
        row = self._row(self.other_manager, first)
        self.assertEqual(row.action_assign(self.sam.id)["assigned"], first.ids)
        row = self._row(self.manager, second)
        self.assertEqual(row.action_assign(self.sue.id)["assigned"], second.ids)
        self.assertEqual(self._kinds(first)[-1], "assign")
        for user, to in (
            (self.sam, self.sue),
            (self.other_manager, self.other_manager),
            (self.manager, self.xia),
        ):
            with self.subTest(user.name), self.assertRaises(AccessError):
                self._row(user, third).action_assign(to.id)
        # as only the boss can: it is an assignment all the same
        third.with_user(self.boss).user_id = self.tom
        self.assertEqual(self._kinds(third)[-1], "assign")
        self.assertFalse(third.pool_id)

    def test_dialogs(self):
        """The dialogs do what the methods do. Covers: L08."""
        lead = self._lead(self.sam)
        action = lead.with_user(self.sam).action_open_release()
        wizard = (
            self.env[action["res_model"]]
            .with_user(self.sam)
            .with_context(**action["context"])
            .create({"pool_id": self.lead_pool.id, "reason_id": self.reason.id})
        )
        self.assertEqual(wizard.lead_ids.ids, lead.ids)
        pools = (
            self.env["crm.pool"].with_user(self.sam).search(wizard._domain_pool_id())
        )
        self.assertEqual(pools, self.lead_pool)
        wizard.action_release()
        self.assertTrue(lead.pool_id)
        action = self._row(self.other_manager, lead).action_open_assign()
        wizard = (
            self.env[action["res_model"]]
            .with_user(self.other_manager)
            .with_context(**action["context"])
            .create({"user_id": self.sue.id})
        )
        self.assertIn(self.sue, wizard.allowed_user_ids)
        wizard.action_assign()
        self.assertEqual(lead.user_id, self.sue)

    # ------------------------------------------------------------
    # PAST THE POOL
    # ------------------------------------------------------------

    def test_no_end_in_a_pool(self):
        """A pooled lead is assigned before it ends. Covers: L08."""
        lead = self._pooled_lead().with_user(self.boss)
        for end in (
            lambda: lead.action_close("wrong_number"),
            lambda: lead.write({"type": "opportunity"}),
            lambda: lead.sudo().write({"active": False}),
        ):
            with self.assertRefused("waits in the pool"), self.env.cr.savepoint():
                end()
        self.assertTrue(lead.pool_id)

    def test_deleted_and_restored(self):
        """A pooled lead comes back from the bin into its pool. Covers: L08."""
        lead = self._pooled_lead(name="要删的线索")
        lead.with_user(self.boss).unlink()
        self.assertFalse(self._row(self.sam, lead).exists())
        entry = self.env["crm.recycle.entry"].search([("name", "ilike", "要删的")])
        entry.with_user(self.boss).action_restore()
        self.assertEqual(lead.exists().pool_id, self.lead_pool)
        self.assertEqual(self._take(self.sam, lead)["claimed"], lead.ids)

    def test_merge_takes_out(self):
        """Merged by the boss with an owned lead, the result is owned. Covers: L08."""
        pooled = self._pooled_lead(name="甲")
        owned = self._lead(self.sam, name="乙")
        merged = (pooled | owned).with_user(self.boss).merge_opportunity()
        self.assertTrue(merged.user_id)
        self.assertFalse(merged.sudo().pool_id)

    def test_mail_to_a_pooled_lead(self):
        """An answer arrives, and nobody learns the address. Covers: L08."""
        lead = self._pooled_lead(email_from="buyer@secret-petro.cn")
        message = lead.message_post(
            body="还有货吗？",
            message_type="email",
            subtype_xmlid="mail.mt_comment",
            email_from="buyer@secret-petro.cn",
        )
        self.assertFalse(message.sudo().notified_partner_ids)
        for user in (self.sam, self.manager, self.other_manager):
            found = self.env["mail.message"].with_user(user)
            self.assertFalse(found.search([("id", "=", message.id)]))

    def test_duplicate_hint(self):
        """Who enters it anew learns no more than that it is there. Covers: L08."""
        self._pooled_lead(phone="13812345678", partner_name="华强电子")
        again = self._lead(self.xia, phone="13812345678", partner_name="华强电子")
        self.assertIn("A lead already", again.with_user(self.xia).duplicate_hint)

    def test_automatic_assignment(self):
        """Odoo's assignment leaves alone what waits in a pool. Covers: L08."""
        lead = self._pooled_lead()
        lead.sudo()._crm_workflow().team_id = self.beijing
        domain = Domain("id", "=", lead.id) & self.beijing._get_lead_to_assign_domain()
        self.assertFalse(self.env["crm.lead"].search(domain))
        self.assertFalse(lead._crm_waits())

    # ------------------------------------------------------------
    # LIMITS
    # ------------------------------------------------------------

    def test_claims_per_day(self):
        """Leads are counted by their own pool's limit. Covers: L08."""
        self.lead_pool.claim_per_day = 1
        self.pool.claim_per_day = 1
        first, second = self._pooled_lead(), self._pooled_lead()
        customer = self._pooled()
        self._take(self.sam, first)
        with self.assertRefused("the limit is 1"):
            self._take(self.sam, second)
        # customers are another count
        self._claim(self.sam, customer)
        # what was given back counts as well
        self._give_up(first)
        with self.assertRefused("the limit is 1"):
            self._take(self.sam, second)
        self.assertEqual(self._take(self.sue, second)["claimed"], second.ids)

    def test_holding(self):
        """The cap holds at every door, and not below it. Covers: L08."""
        self.lead_pool.holding_limit = 2
        self.pool.holding_limit = 1
        self._lead(self.sam)
        pooled = [self._pooled_lead() for _number in range(4)]
        given = self._lead(self.manager)
        closed = self._lead(self.sam)
        closed.with_user(self.sam).action_close("wrong_number")
        doors = {
            "create": lambda: self._lead(self.sam),
            "claim": lambda: self._take(self.sam, pooled[0]),
            "assign": lambda: self._row(self.other_manager, pooled[1]).action_assign(
                self.sam.id
            ),
            "transfer": lambda: given.with_user(self.manager).action_transfer(
                self.sam.id
            ),
            "write": lambda: given.with_user(self.boss).write({"user_id": self.sam.id}),
            "boss": lambda: (
                pooled[2].with_user(self.boss).write({"user_id": self.sam.id})
            ),
            "reopen": lambda: closed.with_user(self.sam).action_reopen(),
        }
        for name, door in doors.items():
            with self.subTest(name):
                # one below the cap, then at it
                with self.env.cr.savepoint() as savepoint:
                    door()
                    savepoint.rollback()
                self.env.invalidate_all()
                with self.env.cr.savepoint() as savepoint:
                    self._lead(self.sam)
                    with self.assertRefused("there is no room"):
                        door()
                    savepoint.rollback()
                self.env.invalidate_all()
        # opportunities and customers take no room
        self._lead(self.sam, type="opportunity")
        self._customer(self.sam)
        # what comes in by itself is never lost
        self._lead(self.sam)
        self.env["crm.lead"].create(
            {"name": "来信", "type": "lead", "user_id": self.sam.id}
        )

    def test_quota(self):
        """My quota tells leads and customers apart. Covers: L08."""
        self.lead_pool.write({"holding_limit": 5, "claim_per_day": 4})
        self.pool.holding_limit = 7
        self._customer(self.sam)
        self._lead(self.sam)
        self._take(self.sam, self._pooled_lead())
        rows = self.env["crm.pool.allowance"].with_user(self.sam)
        rows = rows.search([("user_id", "=", self.sam.id)])
        self.assertEqual(
            {(row.pool_id.id, row.kind): (row.used, row.limit) for row in rows},
            {
                (self.lead_pool.id, "day"): (1, 4),
                (self.lead_pool.id, "holding"): (2, 5),
                (self.pool.id, "holding"): (1, 7),
            },
        )

    def test_cooldown_and_former_owners(self):
        """Who gave a lead up waits; so do those before. Covers: L08."""
        self.lead_pool.cooldown_days = 3
        lead = self._lead(self.sam)
        self._give_up(lead)
        with self.assertRefused("You gave up"):
            self._take(self.sam, lead)
        self.assertTrue(self._row(self.sue, lead).exists())
        self.lead_pool.write({"cooldown_days": 0, "exclude_previous_owner_days": 5})
        with self.assertRefused("cannot get it back before"):
            self._take(self.sam, lead)
        self._take(self.sue, lead)
        # not as a present either
        with self.assertRefused("cannot get it back before"):
            lead.with_user(self.manager).action_transfer(self.sam.id)
        lead.with_user(self.boss).action_transfer(self.sam.id)
        self.assertEqual(lead.user_id, self.sam)

    def test_queries(self):
        """Claims of many leads cost few queries for each. Covers: L08."""
        leads = [self._pooled_lead() for _number in range(24)]
        self._take(self.sam, *leads[:2])

        def cost(claimed):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self._take(self.sam, *claimed)
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        few, many = cost(leads[2:4]), cost(leads[4:24])
        self.assertLessEqual(many, few + 2, f"{few} for 2, {many} for 20")
