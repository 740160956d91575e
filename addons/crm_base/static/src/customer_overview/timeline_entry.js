import { deserializeDateTime } from "@web/core/l10n/dates";
import { Component } from "@odoo/owl";

const { DateTime } = luxon;

/** One thing that happened with a customer. */
export class TimelineEntry extends Component {
    static template = "crm_base.TimelineEntry";
    static props = {
        entry: Object,
        onOpen: { type: Function, optional: true },
    };

    get date() {
        return deserializeDateTime(this.props.entry.date);
    }

    get time() {
        return this.date.toLocaleString(DateTime.TIME_SIMPLE);
    }
}
