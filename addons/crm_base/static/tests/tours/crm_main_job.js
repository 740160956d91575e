import { registry } from "@web/core/registry";

/**
 * The main job of a salesperson: enter a customer with a contact, log a follow-up on the
 * 360° page, find the customer by pinyin initials, plan a visit.
 */
registry.category("web_tour.tours").add("crm_base_main_job", {
    steps: () => [
        {
            content: "the app opens on the salesperson's customers",
            trigger: ".o_list_view .o_control_panel .o_list_button_add",
            run: "click",
        },
        {
            trigger: ".o_form_view .o_field_widget[name=name] input",
            run: "edit 中国石油天然气集团",
        },
        {
            trigger: ".o_field_widget[name=phone] input",
            run: "edit 010-59984114",
        },
        {
            trigger: ".o_field_widget[name=child_ids] .o-kanban-button-new",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=name] input",
            run: "edit 单雄信",
        },
        {
            trigger: ".modal .o_field_widget[name=mobile] input",
            run: "edit 13800138000",
        },
        {
            trigger: ".modal .o_form_button_save",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=child_ids] .o_kanban_record:contains(单雄信)",
        },
        {
            trigger: ".o_form_view .o_form_button_save",
            run: "click",
        },
        {
            content: "saved, it has a number and an owner; open the 360° page",
            trigger: ".o_form_saved button[name=action_open_overview]:enabled",
            run: "click",
        },
        {
            trigger: ".o_crm_overview_header h1:contains(中国石油天然气集团)",
        },
        {
            trigger: ".o_crm_log_content",
            run: "edit 电话沟通，客户下周三到厂看样",
        },
        {
            trigger: ".o_crm_log_save:enabled",
            run: "click",
        },
        {
            content: "it is in the timeline and in the totals",
            trigger: ".o_crm_entry_followup:contains(电话沟通，客户下周三到厂看样)",
        },
        {
            trigger: ".o_crm_tile[data-code=followups] .o_crm_tile_amount:contains(/^1$/)",
        },
        {
            content: "only what happened to the ownership",
            trigger: ".o_crm_kinds [data-kind=owner]",
            run: "click",
        },
        {
            trigger: ".o_crm_timeline:has(.o_crm_entry_owner):not(:has(.o_crm_entry_followup))",
        },
        {
            content: "the contact is one click away",
            trigger: ".o_crm_overview_main [data-tab=contacts]",
            run: "click",
        },
        {
            trigger: ".o_crm_contacts a[href='tel:13800138000']",
        },
        {
            content: "plan a visit",
            trigger: ".o_crm_new_followup",
            run: "click",
        },
        {
            trigger: ".modal .o_crm_methods .o_selection_badge:eq(1)",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=name] input",
            run: "edit 上门送样",
        },
        {
            trigger: ".modal .o_field_widget[name=planned_at] input, .modal .o_field_widget[name=planned_at] button",
            run: "click",
        },
        {
            content: "the picker proposes a time",
            trigger: ".o_datetime_picker .o_today",
            run: "click",
        },
        {
            trigger: ".modal footer .o_form_button_save, .modal footer button[special=save]",
            run: "click",
        },
        {
            trigger: "body:not(:has(.modal)) .o_crm_overview_main [data-tab=timeline]",
            run: "click",
        },
        {
            trigger: ".o_crm_plans:contains(上门送样)",
        },
        {
            content: "back by the breadcrumb",
            trigger: ".breadcrumb-item:first a, .o_back_button a",
            run: "click",
        },
        {
            content: "find the customer by the pinyin initials of its name",
            trigger: ".o_list_view .o_searchview_input",
            run: "edit zgsy",
        },
        {
            trigger: ".o_searchview_autocomplete .o-dropdown-item:first",
            run: "click",
        },
        {
            trigger: ".o_searchview_facet:contains(zgsy)",
        },
        {
            trigger: ".o_data_row:only-child .o_data_cell[name=name]:contains(中国石油天然气集团)",
        },
    ],
});
