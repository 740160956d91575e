import { expect, test } from "@odoo/hoot";
import { queryAllTexts, queryOne, waitFor } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    contains,
    defineModels,
    fields,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";

const ATTITUDE = [
    ["champion", "Champion"],
    ["opponent", "Opponent"],
];
const INFLUENCE = [
    ["1", "Low"],
    ["3", "High"],
];

class CrmLead extends models.Model {
    _name = "crm.lead";

    name = fields.Char();
    crm_can_write = fields.Boolean();

    _records = [
        { id: 1, name: "新厂房", crm_can_write: true },
        { id: 2, name: "只能看", crm_can_write: false },
    ];
}

class CrmProjectContact extends models.Model {
    _name = "crm.project.contact";

    name = fields.Char();
    organisation = fields.Char();
    position = fields.Char();
    note = fields.Char();
    lead_id = fields.Many2one({ relation: "crm.lead" });
    parent_id = fields.Many2one({ relation: "crm.project.contact" });
    role_id = fields.Many2one({ relation: "crm.dictionary" });
    colleague_id = fields.Many2one({ relation: "res.users" });
    attitude = fields.Selection({ selection: ATTITUDE });
    influence = fields.Selection({ selection: INFLUENCE });

    _records = [
        { id: 1, lead_id: 1, name: "王总", attitude: "champion", influence: "3" },
        { id: 2, lead_id: 1, name: "李工", attitude: "opponent", parent_id: 1 },
        { id: 3, lead_id: 1, name: "赵采购", parent_id: 1 },
        { id: 4, lead_id: 2, name: "别处的人" },
    ];
    _views = { form: `<form><field name="name"/></form>` };
}

class CrmDictionary extends models.Model {
    _name = "crm.dictionary";

    name = fields.Char();
}

defineMailModels();
defineModels([CrmLead, CrmProjectContact, CrmDictionary]);

const ROOTS = ".o_crm_tree_roots > .o_crm_tree_node > .o_crm_tree_card .fw-bold";

/** Open the form of a project. */
async function open(resId) {
    // the server of the tests gives no single attributes of fields
    onRpc("crm.project.contact", "fields_get", () => ({
        attitude: { selection: ATTITUDE },
        influence: { selection: INFLUENCE },
    }));
    await mountView({
        type: "form",
        resModel: "crm.lead",
        resId,
        arch: `<form><field name="crm_can_write" invisible="1"/>
            <widget name="crm_decision_tree"/></form>`,
    });
    await waitFor(ROOTS);
}

/** The card of a person. */
function card(id) {
    return queryOne(`.o_crm_tree_card[data-id='${id}']`);
}

/** Drag one element onto another, as browsers tell it. */
async function dragOnto(from, to) {
    const options = { bubbles: true, cancelable: true, dataTransfer: new DataTransfer() };
    from.dispatchEvent(new DragEvent("dragstart", options));
    to.dispatchEvent(new DragEvent("dragover", options));
    to.dispatchEvent(new DragEvent("drop", options));
    from.dispatchEvent(new DragEvent("dragend", options));
    await animationFrame();
}

test("a project's people stand below each other, with icons and words", async () => {
    await open(1);
    expect(queryAllTexts(ROOTS)).toEqual(["王总"]);
    expect(queryAllTexts(".o_crm_tree_node .o_crm_tree_node .fw-bold")).toEqual([
        "李工",
        "赵采购",
    ]);
    expect(".o_crm_tree_card[data-id='1'] .fa-trophy").toHaveCount(1);
    expect(".o_crm_tree_card[data-id='1'] .fa-circle").toHaveCount(3);
    expect(".o_crm_tree_card[data-id='2'] .fa-thumbs-down").toHaveCount(1);
    expect(".o_crm_tree_card[data-id='1'] .o_crm_tree_open").toHaveAttribute(
        "aria-label",
        "王总 · Champion · High"
    );
});

test("dropped on somebody, a person reports there; on the empty area, to nobody", async () => {
    onRpc("crm.project.contact", "write", ({ args }) => {
        expect.step(`${args[0]} below ${args[1].parent_id}`);
    });
    await open(1);
    await dragOnto(card(3), card(2));
    expect.verifySteps(["3 below 2"]);
    await waitFor(".o_crm_tree_node .o_crm_tree_node .o_crm_tree_card[data-id='3']");
    await dragOnto(card(3), queryOne(".o_crm_tree_scroll"));
    expect.verifySteps(["3 below false"]);
    await waitFor(".o_crm_tree_roots > .o_crm_tree_node > .o_crm_tree_card[data-id='3']");
    await dragOnto(card(2), card(2));
    expect.verifySteps([]);
});

test("a new person is added below somebody, and the tree shows it at once", async () => {
    await open(1);
    await contains(".o_crm_tree_card[data-id='2'] .o_crm_tree_below").click();
    await contains(".o_dialog .o_field_widget[name=name] input").edit("孙助理");
    await contains(".o_dialog .o_form_button_save").click();
    await waitFor(".o_crm_tree_card[data-id='5']");
    expect(queryAllTexts(".o_crm_tree_card .fw-bold")).toEqual([
        "王总",
        "李工",
        "孙助理",
        "赵采购",
    ]);
});

test("whoever may only look changes nothing", async () => {
    await open(2);
    expect(".o_crm_tree_add, .o_crm_tree_below").toHaveCount(0);
    expect(card(4)).toHaveAttribute("draggable", "false");
});
