import { useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import {
    buildM2OFieldDescription,
    extractM2OFieldProps,
    Many2OneField,
} from "@web/views/fields/many2one/many2one_field";

/**
 * A value of the data dictionary as a badge in the colour that the dictionary gives it.
 * While it is edited it is an ordinary many2one.
 */
export class DictionaryBadgeField extends Many2OneField {
    static template = "crm_base.DictionaryBadgeField";
    static props = {
        ...Many2OneField.props,
        icon: { type: String, optional: true },
    };

    setup() {
        super.setup();
        const dictionary = useService("crm_dictionary_colors");
        dictionary.load();
        this.colors = useState(dictionary.colors);
    }

    get value() {
        return this.props.record.data[this.props.name];
    }

    get badgeClass() {
        return `o_badge_color_${this.colors[this.value.id] || 0}`;
    }
}

export const dictionaryBadgeField = {
    ...buildM2OFieldDescription(DictionaryBadgeField),
    displayName: _t("Dictionary badge"),
    // Lists lay out what says that it is a badge as a badge, not as text.
    additionalClasses: ["o_field_badge"],
    extractProps(staticInfo, dynamicInfo) {
        return {
            ...extractM2OFieldProps(staticInfo, dynamicInfo),
            icon: staticInfo.options.icon,
        };
    },
};

registry.category("fields").add("crm_dictionary_badge", dictionaryBadgeField);
