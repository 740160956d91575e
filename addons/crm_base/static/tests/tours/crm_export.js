import { registry } from "@web/core/registry";

const MENU =
    ".o_control_panel .o_cp_action_menus .dropdown-toggle:has(.fa-cog), .o_cp_action_menus .dropdown-toggle";

/** Somebody who was granted exports takes a list away, and prints a page of it. */
registry.category("web_tour.tours").add("crm_base_export", {
    steps: () => [
        { trigger: ".o_list_view .o_data_row" },
        { trigger: MENU, run: "click" },
        { trigger: ".o_crm_export_menu", run: "click" },
        { trigger: ".o_crm_export_dialog .o_crm_export_confirm:enabled", run: "click" },
        { trigger: "body:not(:has(.o_crm_export_dialog))" },
        { trigger: ".o_data_row:first .o_list_record_selector input", run: "click" },
        { trigger: ".o_control_panel .o_cp_action_menus .dropdown-toggle", run: "click" },
        { trigger: ".o-dropdown--menu .o_menu_item:has(.fa-upload)", run: "click" },
        {
            content: "what was selected is proposed",
            trigger: ".o_crm_export_dialog input[value=selection]:checked",
        },
        { trigger: ".o_crm_export_dialog [data-kind=pdf]", run: "click" },
        { trigger: ".o_crm_export_dialog [data-kind=pdf].btn-primary" },
        { trigger: ".o_crm_export_confirm:enabled", run: "click" },
        { trigger: "body:not(:has(.o_crm_export_dialog))" },
    ],
});

/** Whoever was not granted them is not offered any, on the list or on a selection. */
registry.category("web_tour.tours").add("crm_base_no_export", {
    steps: () => [
        { trigger: ".o_list_view .o_data_row" },
        {
            content: "the menu of the list would hold nothing else",
            trigger: ".o_control_panel:not(:has(.o_cp_action_menus .dropdown-toggle))",
        },
        { trigger: ".o_data_row:first .o_list_record_selector input", run: "click" },
        { trigger: ".o_control_panel .o_cp_action_menus .dropdown-toggle", run: "click" },
        { trigger: ".o-dropdown--menu:not(:has(.fa-upload))" },
    ],
});
