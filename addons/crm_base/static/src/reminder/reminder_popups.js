import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";
import { deserializeDateTime, toLocaleDateTimeString } from "@web/core/l10n/dates";
import { Dropdown } from "@web/core/dropdown/dropdown";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Component, useState } from "@odoo/owl";

const { DateTime } = luxon;

/** Cards shown at once; a phone shows the first. */
export const MAX_CARDS = 3;
/** Remembered in the browser's tab: whether the cards are folded away. */
const FOLDED = "crm_base.reminders_folded";

const ICONS = {
    followup: "fa-comments-o",
    followup_overdue: "fa-clock-o",
    task: "fa-check-square-o",
    birthday: "fa-birthday-cake",
    heat: "fa-fire",
    share: "fa-share-alt",
    personal: "fa-bell-o",
};

/** The reminders of the current user that are due, in a corner of the screen. */
export class ReminderPopups extends Component {
    static template = "crm_base.ReminderPopups";
    static components = { Dropdown, DropdownItem };
    static props = {};

    setup() {
        this.reminders = useService("crm_reminder");
        this.ui = useState(useService("ui"));
        this.state = useState(this.reminders.state);
        const folded = browser.sessionStorage.getItem(FOLDED);
        // on a phone the cards would cover a third of whatever is being done
        this.view = useState({ folded: folded ? folded === "1" : this.ui.isSmall });
    }

    get count() {
        return this.state.popups.length;
    }

    get countText() {
        return this.count === 1 ? _t("1 reminder") : _t("%s reminders", this.count);
    }

    get hasOverdue() {
        return this.state.popups.some((popup) => popup.is_overdue);
    }

    fold(folded) {
        this.view.folded = folded;
        browser.sessionStorage.setItem(FOLDED, folded ? "1" : "0");
    }

    get cards() {
        return this.state.popups.slice(0, this.ui.isSmall ? 1 : MAX_CARDS);
    }

    get hidden() {
        return this.state.popups.length - this.cards.length;
    }

    get hiddenText() {
        return _t("%s more", this.hidden);
    }

    get snoozes() {
        const now = DateTime.now();
        const tomorrow = now.plus({ days: 1 }).set({ hour: 9, minute: 0, second: 0 });
        return [
            { label: _t("In 10 Minutes"), minutes: 10 },
            { label: _t("In an Hour"), minutes: 60 },
            {
                label: _t("Tomorrow 9:00"),
                minutes: Math.max(1, Math.round(tomorrow.diff(now, "minutes").minutes)),
            },
        ];
    }

    icon(popup) {
        return ICONS[popup.code] || "fa-bell-o";
    }

    time(popup) {
        const date = deserializeDateTime(popup.due_at);
        return toLocaleDateTimeString(date, { showSeconds: false });
    }

    doneAll() {
        return this.reminders.done(this.state.popups.map((popup) => popup.id));
    }
}

registry.category("main_components").add("crm_base.ReminderPopups", {
    Component: ReminderPopups,
});
