import { registry } from "@web/core/registry";

// A manager releases two customers of a salesperson at once, and takes it back.
registry.category("web_tour.tours").add("crm_customer_pool_batch", {
    steps: () => [
        {
            trigger: ".o_data_row:contains('甲公司') .o_list_record_selector input",
            run: "click",
        },
        {
            trigger: ".o_data_row:contains('乙公司') .o_list_record_selector input",
            run: "click",
        },
        {
            trigger: ".o_control_panel button[name=action_open_release]",
            run: "click",
        },
        {
            content: "The only pool is proposed",
            trigger: ".modal .o_field_widget[name=pool_id] input:value(华北公海)",
        },
        {
            trigger: ".modal .o_field_widget[name=reason_id] input:first",
            run: "click",
        },
        {
            trigger: ".modal footer button[name=action_release]",
            run: "click",
        },
        {
            trigger: "body:has(.o_notification:contains('华北公海')):not(:has(.modal))",
        },
        {
            trigger: "[data-menu-xmlid='crm_customer_pool.menu_pool']",
            run: "click",
        },
        {
            trigger: "[data-menu-xmlid='crm_customer_pool.crm_pool_batch_menu']",
            run: "click",
        },
        {
            content: "Both stand in one batch, which can be undone",
            trigger:
                ".o_data_row:has(td[name=done_count]:contains(/^2$/)) button[name=action_undo]",
            run: "click",
        },
        {
            trigger: ".modal footer button.btn-primary",
            run: "click",
        },
        {
            trigger: "body:has(.o_notification .bg-success):not(:has(.modal))",
        },
    ],
});
