from odoo.tests import tagged

from odoo.addons.crm_base.tests.import_files import ImportCase

from .common import LeadCase

HEAD = ["公司名称", "联系人", "手机", "邮箱", "意向", "来源", "备注"]


@tagged("post_install", "-at_install")
class TestImportLeads(ImportCase, LeadCase):
    """Lists of leads, imported honestly."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.profile = cls.env.ref("crm_leads.crm_import_profile_lead")
        cls.env["utm.source"].create({"name": "广交会名片"})

    def _leads(self, rows, user=None, **values):
        values["profile_id"] = self.profile.id
        return self._import(user or self.sam, [HEAD, *rows], **values)

    def _found(self, **values):
        return self.env["crm.lead"].search(
            [(name, "=", value) for name, value in values.items()]
        )

    def test_rows_become_leads(self):
        """Rows become leads of the importer, with source and channel. Covers: L01."""
        batch = self._leads(
            [
                [
                    "苏州精工机械",
                    "曾小贤",
                    "13800138000",
                    "",
                    "",
                    "广交会名片",
                    "要样机",
                ],
                ["", "李四", "13900139000", "li@example.net", "", "", ""],
                ["", "", "", "", "", "", "谁也不是"],
            ]
        )
        self.assertEqual(self._states(batch), {2: "created", 3: "created", 4: "error"})
        lead = self._found(contact_name="曾小贤")
        self.assertEqual(lead.type, "lead")
        self.assertEqual(lead.user_id, self.sam)
        self.assertEqual(lead.capture_channel, "import")
        self.assertEqual(lead.source_id.name, "广交会名片")
        self.assertEqual(lead.name, "苏州精工机械")
        other = self._found(contact_name="李四")
        self.assertTrue(other.source_id)
        self.assertNotEqual(other.source_id, lead.source_id)
        self.assertEqual([move.kind for move in self._lead_moves(lead)], ["create"])

    def test_duplicates(self):
        """Customers and leads of others are told as far as the team; one file's rows
        are compared as well; what is one's own is updated.

        Covers: L01, B05, B18.
        """
        self._customer(self.xia, "苏州精工机械有限公司", phone="0512-66668888")
        self._lead(self.xia, contact_name="赵六", phone="13600136000")
        mine = self._lead(self.sam, contact_name="李四", phone="13900139000")
        batch = self._leads(
            [
                ["苏州精工机械有限公司", "", "0512-66668888", "", "", "", ""],
                ["", "赵六", "13600136000", "", "", "", ""],
                ["", "李四", "13900139000", "li@example.net", "", "", ""],
                ["", "新人", "13500135000", "", "", "", ""],
                ["", "新人", "13500135000", "", "", "", ""],
            ],
            duplicate_policy="update",
            likely_policy="update",
        )
        self.assertEqual(
            self._states(batch),
            {2: "skipped", 3: "skipped", 4: "updated", 5: "created", 6: "skipped"},
        )
        self.assertEqual(mine.email_from, "li@example.net")
        notes = self._notes(batch)
        self.assertIn("South", notes[2])
        self.assertIn("South", notes[3])
        for note in notes.values():
            for secret in ("Xia", "询价", "66668888"):
                self.assertNotIn(secret, note or "")

    def test_undo(self):
        """An import of leads is taken back. Covers: L01, B18."""
        batch = self._leads([["", "李四", "13900139000", "", "", "", ""]])
        self.assertTrue(self._found(contact_name="李四"))
        self._undo(batch)
        self.assertFalse(self._found(contact_name="李四"))
