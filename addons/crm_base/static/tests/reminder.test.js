import { describe, expect, test } from "@odoo/hoot";
import { click, waitFor } from "@odoo/hoot-dom";
import { advanceTime, animationFrame, mockDate } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    contains,
    defineModels,
    getService,
    mockService,
    models,
    mountWithCleanup,
    onRpc,
} from "@web/../tests/web_test_helpers";
import { Component, xml } from "@odoo/owl";

class CrmReminder extends models.Model {
    _name = "crm.reminder";
}

/** Any page: what pops up is mounted beside it. */
class Page extends Component {
    static template = xml`<div/>`;
    static props = {};
}

defineMailModels();
defineModels([CrmReminder]);
describe.current.tags("desktop");

function popup(id, values = {}) {
    return {
        id,
        kind: "Planned Follow-up",
        code: "followup",
        title: `Reminder ${id}`,
        about: "",
        due_at: "2030-05-15 01:00:00",
        is_overdue: false,
        wait: 0,
        ...values,
    };
}

/** Let the server have these reminders; return the list, to be changed by the test. */
function useReminders(popups) {
    const server = { popups };
    onRpc("crm.reminder", "get_popups", () => {
        expect.step("get_popups");
        return server.popups;
    });
    for (const method of ["action_done", "action_snooze"]) {
        onRpc("crm.reminder", method, ({ args }) => {
            expect.step(`${method} ${JSON.stringify(args)}`);
            server.popups = server.popups.filter((one) => !args[0].includes(one.id));
            return true;
        });
    }
    return server;
}

test("shows what is due, and takes note of it", async () => {
    const server = useReminders([popup(1), popup(2, { is_overdue: true, about: "Sam" })]);
    await mountWithCleanup(Page);
    await waitFor(".o_crm_reminder:contains(Reminder 1)");
    expect(".o_crm_reminder_overdue:contains(Sam)").toHaveCount(1);
    await contains(".o_crm_reminder:contains(Reminder 1) .o_crm_reminder_done").click();
    expect(".o_crm_reminder:contains(Reminder 1)").toHaveCount(0);
    await animationFrame();
    expect(".o_crm_reminder:not(.o_crm_reminder_more)").toHaveCount(1);
    expect(server.popups).toHaveLength(1);
    expect.verifySteps(["get_popups", "action_done [[1]]", "get_popups"]);
});

test("appears in its minute, without asking again", async () => {
    mockDate("2030-05-15 00:58:00");
    useReminders([popup(1, { wait: 120 })]);
    await mountWithCleanup(Page);
    await animationFrame();
    expect(".o_crm_reminder").toHaveCount(0);
    await advanceTime(119_000);
    await animationFrame();
    expect(".o_crm_reminder").toHaveCount(0);
    await advanceTime(2_000);
    await animationFrame();
    expect(".o_crm_reminder:not(.o_crm_reminder_more)").toHaveCount(1);
    expect.verifySteps(["get_popups"]);
});

test("comes back later", async () => {
    useReminders([popup(1)]);
    await mountWithCleanup(Page);
    await contains(".o_crm_reminder_snooze").click();
    await contains(".o-dropdown-item:contains(Hour)").click();
    await animationFrame();
    expect(".o_crm_reminder").toHaveCount(0);
    expect.verifySteps(["get_popups", "action_snooze [[1],60]", "get_popups"]);
});

test("a signal of the server brings and takes reminders", async () => {
    const server = useReminders([]);
    await mountWithCleanup(Page);
    await animationFrame();
    expect(".o_crm_reminder").toHaveCount(0);
    server.popups = [popup(1), popup(2), popup(3), popup(4), popup(5)];
    await getService("crm_reminder").refresh();
    await animationFrame();
    // three cards and a line that says how many more there are
    expect(".o_crm_reminder:not(.o_crm_reminder_more)").toHaveCount(3);
    expect(".o_crm_reminder_all").toHaveText("2 more");
    await click(".o_crm_reminder_done_all");
    await animationFrame();
    expect(".o_crm_reminder").toHaveCount(0);
    expect.verifySteps([
        "get_popups",
        "get_popups",
        "action_done [[1,2,3,4,5]]",
        "get_popups",
    ]);
});

test("opens what it is about", async () => {
    useReminders([popup(1)]);
    onRpc("crm.reminder", "action_open", ({ args }) => {
        expect.step(`action_open ${args[0]}`);
        return { type: "ir.actions.client", tag: "opened" };
    });
    mockService("action", {
        doAction: (action) => expect.step(`doAction ${action.tag}`),
        loadState: () => true,
    });
    await mountWithCleanup(Page);
    await contains(".o_crm_reminder_open").click();
    await animationFrame();
    expect.verifySteps([
        "get_popups",
        "action_open 1",
        "get_popups",
        "doAction opened",
    ]);
});

test("folds away and says how many there are", async () => {
    useReminders([popup(1), popup(2, { is_overdue: true })]);
    await mountWithCleanup(Page);
    await contains(".o_crm_reminder_fold").click();
    expect(".o_crm_reminder").toHaveCount(0);
    expect(".o_crm_reminder_pill.btn-danger").toHaveText("2 reminders");
    await contains(".o_crm_reminder_pill").click();
    expect(".o_crm_reminder:not(.o_crm_reminder_more)").toHaveCount(2);
    expect.verifySteps(["get_popups"]);
});
