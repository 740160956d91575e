import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { PriorityField, priorityField } from "@web/views/fields/priority/priority_field";

/**
 * One star per option of a selection without a "none" option; clicking the chosen star
 * again takes the answer back.
 */
export class StarsField extends PriorityField {
    get options() {
        return [[false, ""], ...super.options];
    }
}

export const starsField = {
    ...priorityField,
    component: StarsField,
    displayName: _t("Stars"),
    extractProps(staticInfo, dynamicInfo) {
        return {
            ...priorityField.extractProps(staticInfo, dynamicInfo),
            autosave: false,
            withCommand: false,
        };
    },
};

registry.category("fields").add("crm_stars", starsField);
