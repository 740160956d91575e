import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

const NAME = "crm_base_first_steps";

// The main job once through, with a hand on the shoulder: enter a customer, see everything
// about it on one page, log what was talked about. Works on a desk and on a phone.
registry.category("web_tour.tours").add(NAME, {
    url: "/odoo/my-customers",
    steps: () => [
        {
            trigger: ".o_list_button_add, .o-kanban-button-new",
            content: _t("Begin with a customer: click New."),
            tooltipPosition: "bottom",
            run: "click",
        },
        {
            trigger: ".o_form_view .o_field_widget[name=name] input",
            content: _t("Type the full name of the company. If a colleague has it already, you are told."),
            tooltipPosition: "bottom",
            run: "edit 第一步客户有限公司",
        },
        {
            trigger: ".o_form_view .o_field_widget[name=phone] input",
            content: _t("One phone number is enough to begin with."),
            tooltipPosition: "top",
            run: "edit 010-59984114",
        },
        {
            trigger: ".o_form_view .o_form_button_save",
            content: _t("Save. The customer gets its number, and you are its owner."),
            tooltipPosition: "bottom",
            run: "click",
        },
        {
            trigger: ".o_form_saved button[name=action_open_overview]:enabled",
            content: _t("Everything about a customer is on one page. Open it."),
            tooltipPosition: "bottom",
            run: "click",
        },
        {
            trigger: ".o_crm_log_content",
            content: _t("Write what you talked about: a line is enough."),
            tooltipPosition: "bottom",
            run: "edit 第一次电话联系，约定下周再谈",
        },
        {
            trigger: ".o_crm_log_save:enabled",
            content: _t("Save the follow-up. It appears below and never gets lost."),
            tooltipPosition: "bottom",
            run: "click",
        },
        {
            trigger: ".o_crm_entry_followup",
            content: _t("That is the main job. Plans for next time are under Follow-ups → To Do Today."),
            tooltipPosition: "top",
            run: () => {},
        },
    ],
});

registry.category("user_menuitems").add("crm_first_steps", (env) => ({
    type: "item",
    id: "crm_first_steps",
    description: _t("Guided First Steps"),
    callback: () => env.services.tour_service.startTour(NAME, { mode: "manual" }),
    sequence: 25,
}));
