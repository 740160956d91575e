import { expect, test } from "@odoo/hoot";
import { click, waitFor } from "@odoo/hoot-dom";
import { animationFrame, Deferred } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    contains,
    defineModels,
    fields,
    models,
    mountView,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";

import { device, POSITION_TIMEOUT } from "@crm_base/checkin/checkin_widget";

class CrmFollowup extends models.Model {
    _name = "crm.followup";

    name = fields.Char();
    state = fields.Selection({
        selection: [
            ["planned", "Planned"],
            ["done", "Done"],
        ],
    });
    crm_can_write = fields.Boolean();
    can_locate_customer = fields.Boolean();
    checkin_at = fields.Datetime();
    checkin_accuracy = fields.Float();
    checkin_distance = fields.Float();
    checkin_is_far = fields.Boolean();
    checkin_latitude = fields.Float();
    checkin_longitude = fields.Float();

    _records = [{ id: 1, name: "Visit", state: "planned", crm_can_write: true }];
}

defineMailModels();
defineModels([CrmFollowup]);

/** Put a device under the widget: `answer(resolve, reject, options)` plays the GPS. */
function useDevice(answer) {
    patchWithCleanup(device, {
        isSecure: () => true,
        geolocation: () => ({ getCurrentPosition: answer }),
    });
}

async function mountVisit() {
    await mountView({
        type: "form",
        resModel: "crm.followup",
        resId: 1,
        arch: `<form><field name="name"/><widget name="crm_checkin"/></form>`,
    });
}

function stamp(values) {
    Object.assign(CrmFollowup._records[0], {
        checkin_at: "2030-05-15 01:00:00",
        checkin_latitude: 39.9,
        checkin_longitude: 116.4,
        checkin_accuracy: 12,
        ...values,
    });
}

test("checks in once with the position of the device", async () => {
    expect.assertions(7);
    const position = new Deferred();
    useDevice((resolve, reject, options) => {
        expect(options.enableHighAccuracy).toBe(true);
        expect(options.timeout).toBe(POSITION_TIMEOUT);
        expect.step("asked");
        position.then(resolve);
    });
    onRpc("crm.followup", "action_checkin", function ({ args, kwargs }) {
        expect.step("action_checkin");
        expect(args[0]).toEqual([1]);
        expect(kwargs).toMatchObject({ latitude: 39.9, longitude: 116.4, accuracy: 12 });
        this.env["crm.followup"].write([1], {
            checkin_at: "2030-05-15 01:00:00",
            checkin_latitude: 39.9,
            checkin_longitude: 116.4,
            checkin_accuracy: 12,
            checkin_distance: 80,
        });
        return { distance: 80, is_far: false, checkin_at: "2030-05-15 01:00:00" };
    });
    await mountVisit();
    await contains(".o_crm_checkin_button").click();
    // while the device is looking, a second click does nothing
    expect(".o_crm_checkin_button").not.toBeEnabled();
    position.resolve({ coords: { latitude: 39.9, longitude: 116.4, accuracy: 12 } });
    await waitFor(".o_crm_checkin:contains(80)");
    expect(".o_crm_checkin_button").toHaveCount(0);
    expect.verifySteps(["asked", "action_checkin"]);
});

test("a check-in far away is marked, and does not become the address", async () => {
    stamp({ checkin_distance: 5000, checkin_is_far: true });
    await mountVisit();
    expect(".o_crm_checkin_far").toHaveCount(1);
    expect(".o_crm_checkin a[href*='position=116.4,39.9']").toHaveCount(1);
    expect(".o_crm_checkin_address").toHaveCount(0);
});

test("where no address is known, a check-in can become it, once", async () => {
    stamp({ can_locate_customer: true });
    onRpc("crm.followup", "action_locate_customer", function ({ args }) {
        expect.step(`action_locate_customer ${args[0]}`);
        this.env["crm.followup"].write([1], { can_locate_customer: false });
        return true;
    });
    await mountVisit();
    await contains(".o_crm_checkin_address").click();
    await animationFrame();
    expect.verifySteps(["action_locate_customer 1"]);
    expect(".o_crm_checkin_address").toHaveCount(0);
});

for (const [name, code] of [
    ["refused", 1],
    ["unavailable", 2],
    ["timed out", 3],
]) {
    test(`says what to do when the position is ${name}`, async () => {
        useDevice((resolve, reject) => reject({ code }));
        onRpc("crm.followup", "action_checkin", () => expect.step("action_checkin"));
        await mountVisit();
        await contains(".o_crm_checkin_button").click();
        await waitFor(".o_crm_checkin_error");
        expect(".o_crm_checkin_error").not.toHaveText("");
        // and lets try again
        expect(".o_crm_checkin_button").toBeEnabled();
        expect.verifySteps([]);
    });
}

test("needs an encrypted page", async () => {
    useDevice(() => expect.step("asked"));
    patchWithCleanup(device, { isSecure: () => false });
    await mountVisit();
    await contains(".o_crm_checkin_button").click();
    await waitFor(".o_crm_checkin_error:contains(https)");
    expect.verifySteps([]);
});

test("needs a device that knows its place", async () => {
    patchWithCleanup(device, { isSecure: () => true, geolocation: () => undefined });
    await mountVisit();
    await contains(".o_crm_checkin_button").click();
    await waitFor(".o_crm_checkin_error");
    expect(".o_crm_checkin_button").toBeEnabled();
});

test("a refusal of the server is shown in place", async () => {
    useDevice((resolve) =>
        resolve({ coords: { latitude: 39.9, longitude: 116.4, accuracy: 12 } })
    );
    onRpc("crm.followup", "action_checkin", () => {
        throw new Error("You have already checked in for this visit.");
    });
    await mountVisit();
    await click(".o_crm_checkin_button");
    await waitFor(".o_crm_checkin_error");
    expect(".o_crm_checkin_button").toBeEnabled();
});

test("readers cannot check in", async () => {
    CrmFollowup._records[0].crm_can_write = false;
    await mountVisit();
    expect(".o_crm_checkin_button").toHaveCount(0);
});
