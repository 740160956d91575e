import { registry } from "@web/core/registry";

/** From a figure to its opportunities and back, by mouse and by keyboard. */
registry.category("web_tour.tours").add("crm_sales_funnel", {
    steps: () => [
        {
            content: "all that began this year, and what a screen reader says of a stage",
            trigger: ".o_crm_funnel_stages > li:first-child button[aria-label*='发现'] .o_crm_funnel_count:contains(5)",
        },
        {
            content: "five of five, two of five",
            trigger: ".o_crm_funnel_stages > li:nth-child(3) .o_crm_funnel_count:contains(40%)",
        },
        {
            content: "a stage is a button: whoever uses the keyboard gets there",
            trigger: ".o_crm_funnel_stages > li:nth-child(2) .o_crm_funnel_bar",
            run() {
                this.anchor.focus();
                if (document.activeElement !== this.anchor) {
                    throw new Error("the stage takes no focus");
                }
            },
        },
        {
            trigger: ".o_crm_funnel_facts [data-part=lost_domain]",
            run: "click",
        },
        {
            content: "exactly the one that was lost there",
            trigger: ".o_last_breadcrumb_item:contains(发现)",
        },
        {
            trigger: ".o_data_row:contains(输掉的), .o_kanban_record:contains(输掉的)",
        },
        {
            trigger: ".o_back_button, .breadcrumb-item.o_back_button a, .breadcrumb-item a",
            run: "click",
        },
        {
            content: "what is open now; amounts instead of numbers",
            trigger: "button[data-mode=present]",
            run: "click",
        },
        {
            trigger: ".o_crm_funnel_apart .o_crm_funnel_bar:enabled",
        },
        {
            trigger: ".o_crm_analysis_table td button:contains(1):enabled",
        },
    ],
});

registry.category("web_tour.tours").add("crm_sales_forecast", {
    steps: () => [
        {
            trigger: ".o_crm_forecast_tile[data-code=commit]:contains(1)",
        },
        {
            trigger: ".o_crm_forecast_bar button.o_crm_forecast_commit[aria-label]",
        },
        {
            content: "why it is in doubt stands beside it",
            trigger: ".o_crm_forecast_doubts li:contains(20%) button",
            run: "click",
        },
        {
            trigger: ".o_form_view .o_field_widget[name=forecast_risk]:contains(20%)",
        },
    ],
});
