import { registry } from "@web/core/registry";

// Texts are not looked for: the tour runs in any language. A salesperson takes one customer from its row, then claims two of which one is refused.
registry.category("web_tour.tours").add("crm_customer_pool_claim", {
    steps: () => [
        {
            content: "The pool shows a masked number",
            trigger: ".o_data_row:contains('甲公司') td[name=phone]:contains('138****8000')",
        },
        {
            content: "Claim from the row",
            trigger: ".o_data_row:contains('甲公司') button[name=action_claim_and_show]",
            run: "click",
        },
        {
            trigger: ".o_notification .bg-success",
        },
        {
            content: "The claimed customer has left the list",
            trigger: ".o_list_view:not(:has(.o_data_row:contains('甲公司')))",
        },
        {
            trigger: ".o_data_row:contains('乙公司') .o_list_record_selector input",
            run: "click",
        },
        {
            trigger: ".o_data_row:contains('丙公司') .o_list_record_selector input",
            run: "click",
        },
        {
            content: "Claim the selection",
            trigger: ".o_control_panel button[name=action_claim_and_show]",
            run: "click",
        },
        {
            content: "The dialog says why one was refused",
            trigger: ".modal .alert-warning [name=refusals]:contains('丙公司')",
        },
        {
            trigger: ".modal footer button.btn-primary",
            run: "click",
        },
        {
            content: "The refused one is still there, the other is gone",
            trigger:
                ".o_list_view:has(.o_data_row:contains('丙公司')):not(:has(.o_data_row:contains('乙公司')))",
        },
    ],
});
