from odoo.tests import HttpCase, tagged

from .import_files import ImportCase

OPEN_GEAR = """
(async () => {
    const wait = async (find) => {
        for (let turn = 0; turn < 200; turn++) {
            const found = find();
            if (found) {
                return found;
            }
            await new Promise((resolve) => setTimeout(resolve, 50));
        }
        throw new Error("not there: " + find);
    };
    const one = (selector) => () => document.querySelector(selector);
    (await wait(one(".o_cp_action_menus .fa-cog, .o_control_panel .fa-cog"))).click();
    (await wait(one(".o_crm_import_menu"))).click();
    await wait(one(".o_form_view [name='profile_id']"));
    if (document.querySelector(".o_import_action")) {
        throw new Error("the import of Odoo has opened");
    }
    console.log("test successful");
})();
"""


@tagged("post_install", "-at_install")
class TestImportMenu(ImportCase, HttpCase):
    """Import in the gear menu of our lists is the guided one."""

    def test_follow_ups(self):
        """From the list of follow-ups to the guided import of follow-ups.

        Covers: B18.
        """
        self.browser_js(
            "/odoo/followups",
            OPEN_GEAR,
            "Boolean(document.querySelector('.o_control_panel'))",
            login="sam",
        )

    def test_every_list_of_follow_ups(self):
        """Each action that lists follow-ups names the profile of their import.

        Covers: B18.
        """
        actions = self.env["ir.actions.act_window"].search(
            [("res_model", "=", "crm.followup"), ("target", "=", "current")]
        )
        lists = actions.filtered(
            lambda action: {"list", "kanban"} & set(action.view_mode.split(","))
        )
        self.assertGreater(len(lists), 3)
        for action in lists:
            self.assertIn("'crm_import': 'followup'", action.context, action.xml_id)
