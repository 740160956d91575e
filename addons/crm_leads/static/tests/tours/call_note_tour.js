import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("crm_leads_call_note", {
    steps: () => [
        // a screen that is still loading would take the dialog away
        { trigger: ".o_list_view .o_data_row" },
        { trigger: ".o_crm_call_note_open", run: "click" },
        { trigger: ".o_crm_call_note input[name=query]", run: "edit 13800138000" },
        { trigger: ".o_crm_call_found button:contains(曾小贤)", run: "click" },
        { trigger: ".o_crm_call_caller:contains(曾小贤)" },
        {
            trigger: ".o_crm_call_note textarea[name=content]",
            run: "edit 问样机什么时候到",
        },
        { trigger: ".o_crm_call_save:not([disabled])", run: "click" },
        { trigger: ".o_notification:has(.bg-success)" },
        { trigger: "body:not(:has(.o_crm_call_note))" },
        { trigger: ".o_crm_call_note_open", run: "click" },
        { trigger: ".o_crm_call_note input[name=query]", run: "edit 13911112222" },
        { trigger: ".o_crm_call_new input[name=contact_name]", run: "edit 新来电" },
        {
            trigger: ".o_crm_call_note textarea[name=content]",
            run: "edit 想了解价格",
        },
        { trigger: ".o_crm_call_save:not([disabled])", run: "click" },
        { trigger: "body:not(:has(.o_crm_call_note))" },
    ],
});
