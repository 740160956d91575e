import { registry } from "@web/core/registry";

/** A visit with the phone in the hand: today's plans, check-in, log, next. */
registry.category("web_tour.tours").add("crm_base_phone", {
    steps: () => [
        {
            content: "plans of today are cards",
            trigger: ".o_kanban_view .o_kanban_record:contains(上门送样)",
            run: "click",
        },
        {
            content: "where we are: at the customer's door",
            trigger: ".o_crm_checkin_button",
            run() {
                navigator.geolocation.getCurrentPosition = (resolve) =>
                    resolve({ coords: { latitude: 39.9, longitude: 116.4, accuracy: 12 } });
            },
        },
        {
            trigger: ".o_crm_checkin_button:enabled",
            run: "click",
        },
        {
            content: "stamped, and near enough",
            trigger: ".o_crm_checkin:not(:has(.o_crm_checkin_button)):not(:has(.o_crm_checkin_far))",
        },
        {
            trigger: ".o_field_widget[name=content] textarea",
            run: "edit 样品已送达，客户采购部当面验收",
        },
        {
            content: "the first button of the bar is in sight on a phone",
            trigger: ".o_form_statusbar button[name=action_done]",
            run: "click",
        },
        {
            trigger: ".o_form_statusbar:not(:has(button[name=action_done]))",
        },
        {
            trigger: ".o_form_view .o_field_widget[name=done_at]",
        },
    ],
});

registry.category("web_tour.tours").add("crm_base_phone_overview", {
    steps: () => [
        {
            content: "an address typed or reloaded opens the page",
            trigger: ".o_crm_overview_header h1:contains(中国石油天然气集团)",
        },
        {
            content: "nothing sticks out to the right",
            trigger: ".o_crm_overview_content",
            run() {
                const { scrollWidth, clientWidth } = this.anchor;
                if (scrollWidth > clientWidth) {
                    throw new Error(`The page is ${scrollWidth - clientWidth} px too wide`);
                }
            },
        },
        {
            trigger: ".o_crm_call[href^='tel:']",
        },
        {
            trigger: ".o_crm_log_content",
            run: "edit 电话确认到货时间",
        },
        {
            trigger: ".o_crm_log_save:enabled",
            run: "click",
        },
        {
            trigger: ".o_crm_entry_followup:contains(电话确认到货时间)",
        },
        {
            content: "a list gets a page of its own",
            trigger: ".o_crm_overview_main [data-tab=followups]",
            run: "click",
        },
        {
            trigger: ".o_kanban_view .o_kanban_record:contains(电话确认到货时间)",
        },
        {
            content: "and back",
            trigger: ".o_back_button, .o_breadcrumb .breadcrumb-item a",
            run: "click",
        },
        {
            trigger: ".o_crm_overview_header h1:contains(中国石油天然气集团)",
        },
    ],
});
