import { _t } from "@web/core/l10n/translation";
import { DateTimeInput } from "@web/core/datetime/datetime_input";
import { serializeDateTime } from "@web/core/l10n/dates";
import { useAutoresize } from "@web/core/utils/autoresize";
import { useService } from "@web/core/utils/hooks";
import { Component, onWillStart, useRef, useState } from "@odoo/owl";

/** What was just said to a customer, logged in seconds: method, content, save. */
export class FollowupLog extends Component {
    static template = "crm_base.FollowupLog";
    static components = { DateTimeInput };
    static props = {
        partnerId: Number,
        contacts: Array,
        draft: Object,
        onSaved: Function,
    };

    setup() {
        this.orm = useService("orm");
        this.notification = useService("notification");
        this.state = useState({ saving: false });
        this.draft = useState(this.props.draft);
        this.contentRef = useRef("content");
        useAutoresize(this.contentRef, { minimumHeight: 68 });
        onWillStart(async () => {
            this.methods = await this.orm
                .cache({ type: "ram" })
                .searchRead(
                    "crm.dictionary",
                    [["kind", "=", "followup_method"]],
                    ["name", "is_default"]
                );
            if (!this.draft.methodId) {
                const first = this.methods.find((method) => method.is_default);
                this.draft.methodId = (first || this.methods[0])?.id || false;
            }
        });
    }

    get canSave() {
        return !this.state.saving && Boolean(this.draft.content.trim());
    }

    onKeydown(ev) {
        if (ev.key === "Enter" && (ev.ctrlKey || ev.metaKey)) {
            ev.preventDefault();
            this.save();
        }
    }

    async save() {
        if (!this.canSave) {
            return;
        }
        this.state.saving = true;
        try {
            await this.orm.create("crm.followup", [
                {
                    partner_id: this.props.partnerId,
                    contact_id: this.draft.contactId || false,
                    method_id: this.draft.methodId,
                    content: this.draft.content.trim(),
                    next_plan_at: this.draft.nextPlanAt
                        ? serializeDateTime(this.draft.nextPlanAt)
                        : false,
                    state: "done",
                },
            ]);
            Object.assign(this.draft, { content: "", contactId: false, nextPlanAt: false });
            this.notification.add(_t("Follow-up logged."), { type: "success" });
            await this.props.onSaved();
        } finally {
            this.state.saving = false;
        }
    }
}
