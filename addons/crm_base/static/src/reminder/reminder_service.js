import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";
import { reactive } from "@odoo/owl";

/** Asked again at least so often; timers of browsers cannot wait for weeks. */
export const REFRESH = 3600 * 1000;
/** Asked again so soon after a failure. */
const RETRY = 60 * 1000;

/**
 * Reminders that pop up. The server says what there is and in how many seconds each is
 * shown, so that the clock of the device does not matter; a signal on the bus makes every
 * open screen ask again, so that what is seen on one of them is gone from all.
 */
export const reminderService = {
    dependencies: ["action", "bus_service", "orm"],

    start(env, { action, bus_service, orm }) {
        const state = reactive({ popups: [] });
        let timer = null;
        let turn = 0;

        async function refresh() {
            const mine = ++turn;
            let found;
            try {
                found = await orm.silent.call("crm.reminder", "get_popups", []);
            } catch {
                // nobody asked for it: no dialog, another try
                browser.clearTimeout(timer);
                timer = browser.setTimeout(refresh, RETRY);
                return;
            }
            if (mine === turn) {
                show(found, Date.now());
            }
        }

        /** Show what is due, and wait for the next one. */
        function show(found, since) {
            browser.clearTimeout(timer);
            const waits = (popup) => popup.wait * 1000 - (Date.now() - since);
            state.popups = found.filter((popup) => waits(popup) <= 0);
            const later = found.filter((popup) => waits(popup) > 0);
            const next = Math.min(REFRESH, ...later.map(waits));
            const again = later.length && next < REFRESH ? () => show(found, since) : refresh;
            timer = browser.setTimeout(again, next);
        }

        /** Take reminders from the screen at once, and tell the server. */
        async function leave(ids, method, args = []) {
            state.popups = state.popups.filter((popup) => !ids.includes(popup.id));
            try {
                return await orm.call("crm.reminder", method, [ids, ...args]);
            } finally {
                refresh();
            }
        }

        bus_service.subscribe("crm_reminder/changed", refresh);
        bus_service.addEventListener("BUS:RECONNECT", refresh);
        bus_service.start();
        // not awaited: the client does not wait for reminders
        refresh();

        return {
            state,
            refresh,
            done: (ids) => leave(ids, "action_done"),
            snooze: (ids, minutes) => leave(ids, "action_snooze", [minutes]),
            async open(id) {
                return action.doAction(await leave([id], "action_open"));
            },
            openAll: () => action.doAction("crm_base.crm_reminder_action"),
        };
    },
};

registry.category("services").add("crm_reminder", reminderService);
