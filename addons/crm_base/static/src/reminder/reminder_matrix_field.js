import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { Component } from "@odoo/owl";

/** Which kind of reminder reaches a person through which channel: a table of ticks. */
export class ReminderMatrixField extends Component {
    static template = "crm_base.ReminderMatrixField";
    static props = { ...standardFieldProps };

    get matrix() {
        return this.props.record.data[this.props.name] || { channels: [], kinds: [] };
    }

    label(kind, channel) {
        return _t("%(kind)s by %(channel)s", { kind: kind.name, channel: channel.name });
    }

    async toggle(kind, channel) {
        const { channels, kinds } = this.matrix;
        const change = (ids) =>
            ids.includes(channel.id)
                ? ids.filter((id) => id !== channel.id)
                : [...ids, channel.id];
        await this.props.record.update({
            [this.props.name]: {
                channels,
                kinds: kinds.map((one) =>
                    one.id === kind.id ? { ...one, channels: change(one.channels) } : one
                ),
            },
        });
    }
}

registry.category("fields").add("crm_reminder_matrix", {
    component: ReminderMatrixField,
    displayName: _t("Reminders"),
    supportedTypes: ["json"],
});
