import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { useService } from "@web/core/utils/hooks";
import { useRecordObserver } from "@web/model/relational_model/utils";
import { Component, onWillUnmount, useState } from "@odoo/owl";

/** How long somebody has to stop typing before we look, in milliseconds. */
export const DELAY = 600;

/** What tells that a customer is there already. */
const FIELDS = ["name", "phone", "mobile", "email", "vat"];

/**
 * Says above the form, while somebody types, that the customer is there already.
 *
 * It never keeps anybody from typing on: whether saving is refused is decided by the
 * company's settings, on the server.
 */
export class DuplicateBanner extends Component {
    static template = "crm_base.DuplicateBanner";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.notification = useService("notification");
        this.state = useState({ matches: [], asked: {}, error: "" });
        this.lastAsked = null;
        this.timer = null;
        useRecordObserver((record) => this.watch(record));
        onWillUnmount(() => clearTimeout(this.timer));
    }

    watch(record) {
        const row = {};
        for (const name of FIELDS) {
            if (record.data[name]) {
                row[name] = record.data[name];
            }
        }
        row.is_company = Boolean(record.data.is_company);
        const key = JSON.stringify(row);
        if (this.lastAsked === null && record.resId) {
            // what is saved was checked when it was saved
            this.lastAsked = key;
        }
        if (key === this.lastAsked) {
            return;
        }
        clearTimeout(this.timer);
        if (!FIELDS.some((name) => row[name] && row[name].trim().length > 1)) {
            this.lastAsked = key;
            this.state.matches = [];
            return;
        }
        this.timer = setTimeout(() => this.check(row, key, record.resId), DELAY);
    }

    async check(row, key, resId) {
        this.lastAsked = key;
        try {
            const rows = [resId ? { ...row, id: resId } : row];
            const [answer] = await this.orm.silent.call("res.partner", "crm_check_duplicates", [
                rows,
            ]);
            if (key === this.lastAsked) {
                this.state.matches = answer.matches.slice(0, 3);
                this.state.error = "";
            }
        } catch (error) {
            // a banner is no reason to stop somebody's work
            this.state.matches = [];
            this.state.error = error.data?.message || "";
        }
    }

    get isCertain() {
        return this.state.matches.some((match) => match.certain);
    }

    reasonText(match) {
        const labels = {
            vat: _t("credit code"),
            number: _t("customer number"),
            name: _t("name"),
            phone: _t("phone"),
            email: _t("e-mail"),
        };
        return match.reasons.map((reason) => labels[reason]).join(_t(", "));
    }

    async ask(match) {
        try {
            await this.orm.call("res.partner", "crm_ask_to_join", [match.token]);
            this.state.asked[match.token] = true;
            this.notification.add(_t("The owner was asked. You will be told."), {
                type: "success",
            });
        } catch (error) {
            this.state.error = error.data?.message || error.message;
        }
    }

    open(match) {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "res.partner",
            res_id: match.id,
            views: [[false, "form"]],
            target: "current",
        });
    }
}

export const duplicateBanner = {
    component: DuplicateBanner,
    fieldDependencies: [
        { name: "name", type: "char" },
        { name: "phone", type: "char" },
        { name: "mobile", type: "char" },
        { name: "email", type: "char" },
        { name: "vat", type: "char" },
        { name: "is_company", type: "boolean" },
    ],
};

registry.category("view_widgets").add("crm_duplicate_banner", duplicateBanner);
