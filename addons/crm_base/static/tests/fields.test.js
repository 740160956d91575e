import { expect, test } from "@odoo/hoot";
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

class CrmDictionary extends models.Model {
    _name = "crm.dictionary";

    name = fields.Char();
    color = fields.Integer();

    _records = [
        { id: 1, name: "Hot", color: 1 },
        { id: 2, name: "Plain", color: 0 },
    ];
}

class Visit extends models.Model {
    name = fields.Char();
    heat_id = fields.Many2one({ relation: "crm.dictionary" });
    crm_can_write = fields.Boolean();
    satisfaction = fields.Selection({
        selection: [
            ["1", "Bad"],
            ["2", "Fair"],
            ["3", "Good"],
        ],
    });

    _records = [
        { id: 1, name: "A", heat_id: 1, crm_can_write: true, satisfaction: "2" },
        { id: 2, name: "B", heat_id: 2, crm_can_write: false },
        { id: 3, name: "C" },
    ];
}

defineMailModels();
defineModels([CrmDictionary, Visit]);

test("values of the dictionary are badges in their colour, read once", async () => {
    onRpc("crm.dictionary", "search_read", () => expect.step("colours"));
    await mountView({
        type: "list",
        resModel: "visit",
        arch: `<list><field name="name"/><field name="heat_id" widget="crm_dictionary_badge"/></list>`,
    });
    await animationFrame();
    expect(".o_crm_badge").toHaveCount(2);
    expect(".o_crm_badge.o_badge_color_1").toHaveText("Hot");
    expect(".o_crm_badge.o_badge_color_0").toHaveText("Plain");
    expect.verifySteps(["colours"]);
});

test("the same field may stand twice in a form, plain and as a badge", async () => {
    await mountView({
        type: "form",
        resModel: "visit",
        resId: 1,
        arch: `<form>
                <field name="heat_id"/>
                <field name="heat_id" widget="crm_dictionary_badge" readonly="1"/>
            </form>`,
    });
    await animationFrame();
    expect(".o_crm_badge.o_badge_color_1").toHaveText("Hot");
    expect(".o_field_many2one input").toHaveValue("Hot");
});

test("one star per answer; the same star again takes it back", async () => {
    onRpc("visit", "web_save", ({ args }) => expect.step(args[1].satisfaction));
    await mountView({
        type: "form",
        resModel: "visit",
        resId: 1,
        arch: `<form><field name="satisfaction" widget="crm_stars"/></form>`,
    });
    expect(".o_priority_star").toHaveCount(3);
    expect(".o_priority_star.fa-star").toHaveCount(2);
    await contains(".o_priority_star:eq(2)").click();
    await contains(".o_form_button_save").click();
    await contains(".o_priority_star:eq(2)").click();
    await contains(".o_form_button_save").click();
    expect.verifySteps(["3", false]);
});

test("a form locks itself for readers", async () => {
    const arch = `<form js_class="crm_base_form"><field name="name"/><field name="crm_can_write" invisible="1"/></form>`;
    await mountView({ type: "form", resModel: "visit", resId: 2, arch });
    expect(".o_form_readonly").toHaveCount(1);
    expect(".o_field_widget[name=name] input").toHaveCount(0);
});

test("a form stays open for those who may write, and for new records", async () => {
    const arch = `<form js_class="crm_base_form"><field name="name"/><field name="crm_can_write" invisible="1"/></form>`;
    await mountView({ type: "form", resModel: "visit", resId: 1, arch });
    expect(".o_field_widget[name=name] input").toHaveCount(1);
    await contains(".o_form_button_create").click();
    expect(".o_field_widget[name=name] input").toHaveCount(1);
});

test("what is typed into a name stays in the house", async () => {
    onRpc(({ method }) => {
        if (method.startsWith("autocomplete")) {
            expect.step(method);
        }
    });
    await mountView({
        type: "form",
        resModel: "visit",
        resId: 1,
        arch: `<form js_class="crm_base_form"><field name="name" widget="field_partner_autocomplete"/></form>`,
    });
    await contains(".o_field_widget[name=name] input").edit("中国石油天然气");
    expect(".o-autocomplete").toHaveCount(0);
    expect.verifySteps([]);
});
