import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

// Texts of the screens are not looked for: the tours run in any language.
tours.add("crm_customer_pool_ask_lock", {
    steps: () => [
        {
            content: "A salesperson sees what will be lost soon",
            trigger:
                ".o_list_view:has(.o_data_row:contains('乙公司')) .o_data_row:contains('甲公司') td[name=name]",
            run: "click",
        },
        {
            content: "The customer says when it goes, and why",
            trigger: ".o_form_view div[name=pool_deadline].alert",
        },
        {
            trigger: ".o_form_view button[name=action_open_lock]",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=days] input",
            run: "edit 40",
        },
        {
            trigger: ".modal .o_field_widget[name=reason] input",
            run: "edit 投标到月底",
        },
        {
            trigger: ".modal footer button[name=action_request]",
            run: "click",
        },
        {
            trigger: "body:has(.o_notification .bg-success):not(:has(.modal))",
        },
    ],
});

tours.add("crm_customer_pool_grant_lock", {
    steps: () => [
        {
            trigger: ".o_data_row:contains('甲公司') button[name=action_approve]",
            run: "click",
        },
        {
            content: "Granted, there is nothing to decide any more",
            trigger:
                ".o_data_row:contains('甲公司'):has(.text-bg-success):not(:has(button[name=action_approve]))",
        },
    ],
});

tours.add("crm_customer_pool_after_lock", {
    steps: () => [
        {
            content: "What is locked will not be lost",
            trigger:
                ".o_list_view:has(.o_data_row:contains('乙公司')):not(:has(.o_data_row:contains('甲公司')))",
        },
        {
            content: "There is room for one more from the pool",
            trigger: "[data-menu-xmlid='crm_customer_pool.menu_pool']",
            run: "click",
        },
        {
            trigger: "[data-menu-xmlid='crm_customer_pool.crm_pool_customer_menu']",
            run: "click",
        },
        {
            trigger: ".o_data_row:contains('丙公司') button[name=action_claim_and_show]",
            run: "click",
        },
        {
            trigger: "body:has(.o_notification .bg-success):not(:has(.o_data_row))",
        },
    ],
});
