from odoo.tests import tagged

from .recycle_case import RecycleCase, left_out


@tagged("post_install", "-at_install")
class TestRecycleEverything(RecycleCase):
    def test_every_deletable_model_joins(self):
        """Whatever model of the suite somebody may delete from lands in the bin.

        Covers: B16.
        """
        self.assertFalse(left_out(self.env), "add _crm_recycle = True")

    def test_settings_come_back(self):
        """Teams, territories, templates, metrics and choices come back. Covers: B16."""
        team = self._crm_team("第二组", self.manager, self.north, self.tom)
        members = team.crm_team_member_ids
        territory = self.env["crm.territory"].create({"name": "华西"})
        below = self.env["crm.territory"].create(
            {"name": "成都", "parent_id": territory.id}
        )
        metric = self.env["crm.metric"].create(
            {
                "code": "x",
                "name": "x",
                "model_id": self.env["ir.model"]._get_id("crm.followup"),
            }
        )
        for record in (team, below, metric):
            before = self._rows(record._table, record.ids)
            self._delete(record)
            self.assertFalse(record.exists())
            self._restore(self._entry(self.boss, record.id, record._name))
            self.assertEqual(self._rows(record._table, record.ids), before)
        self.assertEqual(members.exists(), members)
        self.assertIn(self.tom, team.member_ids)

    def test_queries_do_not_grow(self):
        """Deleting many customers takes as many statements as deleting few.

        Covers: B16, X03.
        """

        def customers(count):
            made = (
                self.env["res.partner"]
                .with_user(self.boss)
                .create(
                    [
                        {
                            "name": f"客户{number}",
                            "is_company": True,
                            "is_crm_customer": True,
                        }
                        for number in range(count)
                    ]
                )
            )
            self.env["res.partner"].create(
                [{"name": "联系人", "parent_id": one.id} for one in made]
            )
            for one in made:
                self._followup(self.boss, one)
            self.env.flush_all()
            self.env.invalidate_all()
            return made

        counts = []
        for number in (3, 3, 30):
            records = customers(number)
            start = self.env.cr.sql_log_count
            records.unlink()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - start)
        self.assertLessEqual(counts[2], counts[1] + 5, counts)
        entries = self._bin(self.boss).search([])
        self.assertEqual(len(entries), 36)
        entries.action_restore()
        self.assertEqual(
            self.env["crm.followup"].search_count([("user_id", "=", self.boss.id)]), 36
        )
