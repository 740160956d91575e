import { registry } from "@web/core/registry";

// Texts are not looked for: the tour runs in any language. An owner gives a customer up from its form.
registry.category("web_tour.tours").add("crm_customer_pool_release", {
    steps: () => [
        {
            trigger: ".o_form_view button[name=action_open_release]",
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
            content: "The list of one's own customers takes over",
            trigger: ".o_notification:contains('华北公海')",
        },
        {
            trigger: ".o_list_view, .o_kanban_view, .o_view_nocontent",
        },
    ],
});
