import { expect, test } from "@odoo/hoot";
import { press, queryAllTexts, waitFor, waitUntil } from "@odoo/hoot-dom";
import { animationFrame, Deferred } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    contains,
    defineModels,
    fields,
    getService,
    makeServerError,
    models,
    mountWithCleanup,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";
import { ActionContainer } from "@web/webclient/actions/action_container";

class CrmDictionary extends models.Model {
    _name = "crm.dictionary";

    name = fields.Char();
    kind = fields.Char();
    is_default = fields.Boolean();

    _records = [
        { id: 1, name: "Phone", kind: "followup_method", is_default: true },
        { id: 2, name: "Visit", kind: "followup_method" },
    ];
}

class CrmFollowup extends models.Model {
    _name = "crm.followup";

    name = fields.Char();
    content = fields.Text();
    state = fields.Char();
    partner_id = fields.Many2one({ relation: "res.partner" });
    contact_id = fields.Many2one({ relation: "res.partner" });
    method_id = fields.Many2one({ relation: "crm.dictionary" });
    next_plan_at = fields.Datetime();

    _records = [];
    _views = { list: `<list><field name="name"/></list>` };
}

defineMailModels();
defineModels([CrmDictionary, CrmFollowup]);

const HEADER = {
    id: 7,
    name: "中国石油",
    customer_no: "C1",
    mnemonic: "",
    stage: "New",
    stage_color: 4,
    level: "",
    heat: "",
    tags: [{ name: "VIP", color: 1 }],
    owner: { id: 0, name: "" },
    owner_since: "2030-01-01 00:00:00",
    last_followup_at: false,
    next_followup_at: false,
    phone: "010-1234",
    mobile: "010-1234",
    email: "",
    website: "",
    address: "",
    type: "",
    industry: "",
    source: "",
    territory: "",
    shared_with: [],
    is_favorite: false,
    can_write: true,
};

function entry(id, values) {
    return {
        kind: "followup",
        id,
        date: "2030-05-15 01:00:00",
        title: `Entry ${id}`,
        text: "",
        user: "Sam",
        icon: "fa-comments-o",
        badge: "",
        model: "crm.followup",
        ...values,
    };
}

/** A server with one customer; returns what was asked of its timeline. */
function useCustomer({ header, ...overview } = {}, pages = [[entry(1)]]) {
    const asked = [];
    onRpc("res.partner", "get_crm_overview", () => ({
        header: { ...HEADER, ...header },
        totals: [{ code: "followups", label: "Follow-ups", amount: 1, action: false }],
        tabs: [
            {
                code: "followups",
                label: "Follow-ups",
                count: 1,
                model: "crm.followup",
                domain: [],
                context: {},
            },
        ],
        kinds: [
            { code: "followup", label: "Follow-ups" },
            { code: "owner", label: "Ownership" },
        ],
        plans: [],
        contacts: [],
        ...overview,
    }));
    onRpc("res.partner", "get_crm_timeline", ({ kwargs }) => {
        asked.push(kwargs);
        const page = kwargs.before ? Number(kwargs.before) : 0;
        return {
            entries: pages[page],
            before: page + 1 < pages.length ? String(page + 1) : false,
        };
    });
    return asked;
}

async function openOverview() {
    await mountWithCleanup(ActionContainer);
    await getService("action").doAction({
        type: "ir.actions.client",
        tag: "crm_base.customer_overview",
        params: { partner_id: 7 },
        context: { active_id: 7 },
    });
    await waitFor(".o_crm_overview_header, .o_crm_overview_error");
    await animationFrame();
}

test("shows who it is, totals, tabs and the timeline", async () => {
    useCustomer();
    await openOverview();
    expect(".o_crm_overview_header h1").toHaveText("中国石油");
    expect(".o_crm_overview_header .o_badge_color_4").toHaveText("New");
    // the same number twice is one number
    expect(".o_crm_call").toHaveCount(1);
    expect(".o_crm_call").toHaveAttribute("href", "tel:010-1234");
    expect(".o_crm_tile_amount").toHaveText("1");
    expect(".o_crm_entry").toHaveCount(1);
    expect(".o_crm_transfer").toHaveCount(1);
});

test("shows a skeleton while it loads", async () => {
    const loading = new Deferred();
    useCustomer();
    onRpc("res.partner", "get_crm_overview", () => loading);
    await mountWithCleanup(ActionContainer);
    getService("action").doAction({
        type: "ir.actions.client",
        tag: "crm_base.customer_overview",
        params: { partner_id: 7 },
    });
    await waitFor(".o_crm_skeleton");
    expect(".o_crm_overview_header").toHaveCount(0);
});

test("says what went wrong and tries again", async () => {
    let broken = true;
    useCustomer();
    onRpc("res.partner", "get_crm_overview", () => {
        if (broken) {
            throw makeServerError({ message: "Out of reach" });
        }
    });
    await openOverview();
    expect(".o_crm_overview_error [role=alert]").toHaveText("Out of reach");
    broken = false;
    await contains(".o_crm_overview_error .btn-primary").click();
    await waitFor(".o_crm_overview_header");
    expect(".o_crm_overview_error").toHaveCount(0);
});

test("readers get no buttons that would be refused", async () => {
    useCustomer({ header: { can_write: false } });
    await openOverview();
    expect(".o_crm_transfer").toHaveCount(0);
    expect(".o_crm_share").toHaveCount(0);
    expect(".o_crm_new_followup").toHaveCount(1);
});

test("filters the timeline and loads more of it", async () => {
    const asked = useCustomer({}, [[entry(3), entry(2)], [entry(1)]]);
    await openOverview();
    await waitFor(".o_crm_entry:contains(Entry 1)");
    expect(queryAllTexts(".o_crm_entry .btn-link")).toEqual(["Entry 3", "Entry 2", "Entry 1"]);
    expect(".o_crm_more").toHaveCount(0);
    await contains("[data-kind=owner]").click();
    await waitUntil(() => asked.length === 4);
    expect(asked.map(({ before, kinds }) => [before, kinds])).toEqual([
        [false, false],
        ["1", false],
        [false, ["owner"]],
        ["1", ["owner"]],
    ]);
});

test("a filter chosen while more is loading wins", async () => {
    const slow = new Deferred();
    useCustomer();
    onRpc("res.partner", "get_crm_timeline", async ({ kwargs }) => {
        if (kwargs.before) {
            await slow;
            return { entries: [entry(1)], before: false };
        }
        return kwargs.kinds
            ? { entries: [entry(9, { kind: "owner", title: "Created" })], before: false }
            : { entries: [entry(2)], before: "1" };
    });
    await openOverview();
    await waitFor(".o_crm_more:disabled");
    await contains("[data-kind=owner]").click();
    await waitFor(".o_crm_entry_owner");
    slow.resolve();
    await animationFrame();
    expect(".o_crm_entry").toHaveCount(1);
    expect(".o_crm_entry_owner").toHaveCount(1);
    // and the page is not stuck: everything can be asked for again
    await contains(".o_crm_kinds button:first").click();
    await waitFor(".o_crm_entry:contains(Entry 2)");
});

test("a plan is finished once, whatever the fingers do", async () => {
    const plan = {
        id: 5,
        name: "Send samples",
        planned_at: "2030-05-15 01:00:00",
        is_overdue: false,
        method: "Visit",
        user: "Sam",
        can_write: true,
    };
    const slow = new Deferred();
    useCustomer({ plans: [plan] });
    onRpc("crm.followup", "action_done", async ({ args }) => {
        expect.step(`action_done ${args[0]}`);
        await slow;
        return true;
    });
    await openOverview();
    await contains(".o_crm_plans .btn-secondary").click();
    expect(".o_crm_plans .btn-secondary").not.toBeEnabled();
    slow.resolve();
    await waitFor(".o_crm_plans .btn-secondary:enabled");
    expect.verifySteps(["action_done 5"]);
});

test("a superior's comment stands below the follow-up", async () => {
    useCustomer({}, [[entry(1, { review: "Take samples along", reviewer: "Mia" })]]);
    await openOverview();
    expect(".o_crm_entry_review").toHaveText("Mia: Take samples along");
});

test("a new contact belongs to the customer", async () => {
    useCustomer();
    await openOverview();
    patchWithCleanup(getService("action"), {
        doAction(action, { onClose }) {
            expect.step(action.context);
            onClose();
        },
    });
    await contains("[data-tab=contacts]").click();
    await contains(".o_crm_new_contact").click();
    expect.verifySteps([
        {
            form_view_ref: "crm_base.res_partner_view_form_contact",
            default_parent_id: 7,
            default_type: "contact",
            default_is_company: false,
        },
    ]);
});

test("days of the timeline stand apart", async () => {
    useCustomer({}, [
        [entry(3), entry(2, { date: "2030-05-14 01:00:00" }), entry(1, { date: "2030-05-14 00:30:00" })],
    ]);
    await openOverview();
    expect(".o_crm_timeline_day").toHaveCount(2);
});

test("logs a follow-up as done", async () => {
    useCustomer();
    onRpc("crm.followup", "create", ({ args }) => {
        expect.step(args[0][0]);
        return [1];
    });
    await openOverview();
    expect(".o_crm_log_save").not.toBeEnabled();
    await contains(".o_crm_log_methods button:eq(1)").click();
    await contains(".o_crm_log_content").edit("Agreed on the price", { confirm: false });
    expect(".o_crm_log_save").toBeEnabled();
    await press(["Control", "Enter"]);
    await waitFor(".o_notification");
    expect.verifySteps([
        {
            partner_id: 7,
            contact_id: false,
            method_id: 2,
            content: "Agreed on the price",
            next_plan_at: false,
            state: "done",
        },
    ]);
    expect(".o_crm_log_content").toHaveValue("");
});

test("marks a favourite", async () => {
    useCustomer();
    onRpc("res.partner", "write", ({ args }) => {
        expect.step(args[1]);
        return true;
    });
    await openOverview();
    await contains(".o_crm_favorite").click();
    expect(".o_crm_favorite").toHaveAttribute("aria-pressed", "true");
    expect.verifySteps([{ is_favorite: true }]);
});

test("keeps its place when one comes back to it", async () => {
    useCustomer();
    await openOverview();
    await contains(".o_crm_log_content").edit("Half a sentence", { confirm: false });
    await getService("action").doAction({
        type: "ir.actions.act_window",
        res_model: "crm.followup",
        views: [[false, "list"]],
        name: "Follow-ups",
    });
    await contains(".o_breadcrumb .breadcrumb-item a, .o_back_button").click();
    await waitFor(".o_crm_overview_header");
    expect(".o_crm_log_content").toHaveValue("Half a sentence");
});
