import { registry } from "@web/core/registry";

// An administrator of a pool makes a rule and looks at who would go before saving it.
registry.category("web_tour.tours").add("crm_customer_pool_rule", {
    steps: () => [
        {
            trigger: ".o_list_view .o_list_button_add",
            run: "click",
        },
        {
            trigger: ".o_form_view .o_field_widget[name=name] input",
            run: "edit 半月未跟进",
        },
        {
            trigger: ".o_field_widget[name=pool_id] input",
            run: "edit 华北公海",
        },
        {
            trigger: ".o-autocomplete--dropdown-item:contains('华北公海') a",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=days] input",
            run: "edit 300",
        },
        {
            content: "Ask for the preview; nothing has been saved",
            trigger: ".o_field_widget[name=show_preview] input",
            run: "click",
        },
        {
            content: "Both customers would go, none of them at once",
            trigger: ".o_field_widget[name=preview]:has(.bg-primary):not(:has(.bg-danger))",
        },
        {
            trigger: ".o_field_widget[name=days] input",
            run: "edit 15 && press Tab",
        },
        {
            content: "With fewer days, one of them would go at once",
            trigger: ".o_field_widget[name=preview]:has(.bg-primary):has(.bg-danger)",
        },
        {
            trigger: ".o_form_button_save",
            run: "click",
        },
        {
            content: "Saved, the rule holds for both",
            trigger:
                ".o_form_view:has(.o_form_saved) button[name=action_open_customers]:contains(/2/)",
        },
    ],
});
