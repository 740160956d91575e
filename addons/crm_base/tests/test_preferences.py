"""What people arrange for themselves, and nothing else."""

import json

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from .common import CrmCase


@tagged("post_install", "-at_install")
class TestPreferences(CrmCase, HttpCase):
    def _mine(self, user=None):
        user = user or self.sam
        return user.with_user(user)

    def test_own(self):
        """Everybody arranges the own account. Covers: B24."""
        self._mine().write(
            {
                "phone": "138 0013 8000",
                "signature": "<p>山姆</p>",
                "crm_home": "followups_today",
                "crm_page_size": "40",
                "crm_menu_mode": "simple",
            }
        )
        action = self.env.ref("crm_base.crm_followup_action_today")
        self.assertEqual(self.sam.action_id.id, action.id)
        self.assertEqual(self.sam.phone, "138 0013 8000")
        self._mine().crm_home = False
        self.assertFalse(self.sam.action_id)
        # another home action than ours is none of ours
        self.sam.action_id = self.env.ref("base.action_partner_form").id
        self.assertFalse(self._mine().crm_home)

    def test_others(self):
        """Nobody arranges the account of somebody else, or gets rights. Covers: B24."""
        for values in (
            {"crm_home": "customers"},
            {"crm_page_size": "20"},
            {"phone": "1"},
        ):
            with self.assertRaises(AccessError):
                self.sue.with_user(self.sam).write(values)
        boss = self.env.ref("crm_base.group_boss")
        for values in (
            {"group_ids": [(4, boss.id)]},
            {"active": False},
            {"login": "boss"},
            {"crm_page_size": "20", "share": True},
        ):
            # Odoo says for itself why nobody archives the own account
            with self.assertRaises(UserError):
                self._mine().write(values)
        self.assertEqual(self.sam.crm_page_size, "80")
        with self.assertRaises(UserError):
            self._mine().crm_home = "nonsense"

    def test_menu(self):
        """The simple menu leaves out what is advanced, at once. Covers: B24."""
        analysis = self.env.ref("crm_base.menu_analysis")
        customers = self.env.ref("crm_base.menu_customers")
        menus = self.env["ir.ui.menu"].with_user(self.manager)
        self.assertIn(analysis.id, menus.load_menus(False))
        self._mine(self.manager).crm_menu_mode = "simple"
        found = menus.load_menus(False)
        self.assertNotIn(analysis.id, found)
        self.assertIn(customers.id, found)
        # the choice of one is not that of others, and is no lock
        others = self.env["ir.ui.menu"].with_user(self.other_manager)
        self.assertIn(analysis.id, others.load_menus(False))
        self.env["crm.owner.move"].with_user(self.manager).search([], limit=1)
        self._mine(self.manager).crm_menu_mode = "advanced"
        self.assertIn(analysis.id, menus.load_menus(False))

    def test_over_http(self):
        """The web client is told the length of a page. Covers: B24."""
        self.sam.password = "sam-password"
        self.authenticate("sam", "sam-password")
        response = self.url_open(
            "/web/dataset/call_kw/res.users/write",
            data=json.dumps(
                {
                    "params": {
                        "model": "res.users",
                        "method": "write",
                        "args": [self.sam.ids, {"crm_page_size": "20"}],
                        "kwargs": {},
                    }
                }
            ),
            headers={"Content-Type": "application/json"},
        )
        self.assertTrue(response.json()["result"])
        info = self.url_open(
            "/web/session/get_session_info",
            data="{}",
            headers={"Content-Type": "application/json"},
        ).json()["result"]
        self.assertEqual(info["crm_page_size"], 20)

    def test_home_pages(self):
        """Every home page is an action that a salesperson may open."""
        for _name, xml_id in self.env["res.users"]._crm_home_pages().values():
            action = self.env["ir.actions.actions"].with_user(self.sam)
            found = action._for_xml_id(xml_id)
            self.assertTrue(found.get("res_model") or found["tag"])
