import { DateTimeInput } from "@web/core/datetime/datetime_input";
import { Dialog } from "@web/core/dialog/dialog";
import { serializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { useAutofocus, useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";
import { Component, useState } from "@odoo/owl";

/** Who calls, what about, what comes next: noted from wherever one is. */
export class CallNoteDialog extends Component {
    static template = "crm_leads.CallNoteDialog";
    static components = { DateTimeInput, Dialog };
    static props = { close: Function };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.notification = useService("notification");
        useAutofocus({ mobile: true });
        this.state = useState({
            query: "",
            found: [],
            searched: "",
            caller: null,
            contactName: "",
            partnerName: "",
            intents: [],
            intentId: 0,
            content: "",
            nextPlanAt: false,
            saving: false,
        });
        this.lookUp = useDebounced(() => this.search(), 250);
        // the phone is ringing: the dialog opens at once, whatever the server does
        this.loadIntents();
    }

    async loadIntents() {
        this.state.intents = await this.orm
            .cache({ type: "ram" })
            .searchRead("crm.dictionary", [["kind", "=", "lead_intent"]], ["name"]);
    }

    get isNew() {
        return !this.state.caller && Boolean(this.state.query.trim());
    }

    get isPhone() {
        return /^[\d\s+()-]+$/.test(this.state.query.trim());
    }

    get canSave() {
        const { caller, content, query } = this.state;
        return (
            !this.state.saving && Boolean(caller ? content.trim() : query.trim())
        );
    }

    onInput() {
        this.state.caller = null;
        this.lookUp();
    }

    /** Answers may come in another order than they were asked for. */
    async search() {
        const query = this.state.query.trim();
        const found = query
            ? await this.orm.silent.call("crm.lead", "crm_call_lookup", [query])
            : [];
        if (query === this.state.query.trim() && !this.state.caller) {
            this.state.found = found;
            this.state.searched = query;
        }
    }

    choose(caller) {
        this.state.caller = caller;
        this.state.found = [];
    }

    forget() {
        this.state.caller = null;
        this.search();
    }

    onKeydown(ev) {
        if (ev.key === "Enter" && (ev.ctrlKey || ev.metaKey)) {
            ev.preventDefault();
            this.save();
        }
    }

    get values() {
        const { caller, content, nextPlanAt } = this.state;
        const next_plan_at = nextPlanAt ? serializeDateTime(nextPlanAt) : false;
        if (caller) {
            return { model: caller.model, id: caller.id, content, next_plan_at };
        }
        const query = this.state.query.trim();
        return {
            phone: this.isPhone ? query : "",
            contact_name: this.state.contactName || (this.isPhone ? "" : query),
            partner_name: this.state.partnerName,
            intent_id: Number(this.state.intentId) || false,
            content,
            next_plan_at,
        };
    }

    async save() {
        if (!this.canSave) {
            return;
        }
        this.state.saving = true;
        try {
            const made = await this.orm.call("crm.lead", "crm_call_note", [this.values]);
            this.props.close();
            const forget = this.notification.add(
                made.is_new ? _t("Noted as a new lead.") : _t("Noted as a follow-up."),
                {
                    type: "success",
                    buttons: [
                        {
                            name: _t("Open"),
                            onClick: () => {
                                forget();
                                this.open(made);
                            },
                        },
                    ],
                }
            );
        } finally {
            this.state.saving = false;
        }
    }

    async open({ model, id }) {
        const method = model === "crm.lead" ? "action_open_lead" : "action_open_overview";
        this.action.doAction(await this.orm.call(model, method, [[id]]));
    }
}
