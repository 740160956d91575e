import { Dialog } from "@web/core/dialog/dialog";
import { registry } from "@web/core/registry";
import { useAutofocus, useService } from "@web/core/utils/hooks";

import { Component, useState } from "@odoo/owl";

/**
 * Asks why, then shows the contact details of one row of a pool. They live in this
 * dialog only and are gone with it.
 */
export class ViewContactDialog extends Component {
    static template = "crm_customer_pool.ViewContactDialog";
    static components = { Dialog };
    static props = { close: Function, model: String, rowId: Number, name: String };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ reason: "", isBusy: false, people: null, left: -1 });
        useAutofocus({ refName: "reason" });
    }

    get canShow() {
        return !this.state.isBusy && this.state.reason.trim() !== "";
    }

    async onShow() {
        if (!this.canShow) {
            return;
        }
        this.state.isBusy = true;
        try {
            const { people, left } = await this.orm.call(
                this.props.model,
                "action_view_contact",
                [[this.props.rowId], this.state.reason]
            );
            Object.assign(this.state, { people, left });
        } finally {
            this.state.isBusy = false;
        }
    }
}

function openViewContact(env, action) {
    const { model, id, name } = action.params;
    env.services.dialog.add(ViewContactDialog, { model, rowId: id, name: name || "" });
}

registry.category("actions").add("crm_pool_view_contact", openViewContact);
