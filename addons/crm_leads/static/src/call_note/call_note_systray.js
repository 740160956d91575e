import { useHotkey } from "@web/core/hotkeys/hotkey_hook";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { Component, onWillStart, useState } from "@odoo/owl";

import { CallNoteDialog } from "./call_note_dialog";

/** The telephone in the bar on top of every screen. */
export class CallNoteSystray extends Component {
    static template = "crm_leads.CallNoteSystray";
    static props = {};

    setup() {
        this.dialog = useService("dialog");
        this.state = useState({ isSeller: false });
        this.isOpen = false;
        onWillStart(async () => {
            this.state.isSeller = await user.hasGroup("crm_base.group_salesperson");
        });
        useHotkey("alt+shift+l", () => this.open(), {
            bypassEditableProtection: true,
            global: true,
            isAvailable: () => this.state.isSeller,
        });
    }

    open() {
        if (this.isOpen) {
            return;
        }
        this.isOpen = true;
        this.dialog.add(CallNoteDialog, {}, { onClose: () => (this.isOpen = false) });
    }
}

registry
    .category("systray")
    .add("crm_leads.call_note", { Component: CallNoteSystray }, { sequence: 30 });
