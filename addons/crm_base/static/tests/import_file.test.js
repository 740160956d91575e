import { expect, test } from "@odoo/hoot";
import { click, queryFirst, setInputFiles, waitFor } from "@odoo/hoot-dom";
import { animationFrame, Deferred } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    defineModels,
    fields,
    models,
    mountView,
    onRpc,
    patchWithCleanup,
} from "@web/../tests/web_test_helpers";

class CrmImport extends models.Model {
    _name = "crm.import";

    file = fields.Binary();
    filename = fields.Char();
    state = fields.Char();

    _records = [{ id: 1, state: "draft" }];
}

defineMailModels();
defineModels([CrmImport]);

test("the next step waits for the file that is being taken in", async () => {
    const taken = new Deferred();
    patchWithCleanup(FileReader.prototype, {
        async readAsDataURL(file) {
            await taken;
            super.readAsDataURL(file);
        },
    });
    onRpc("web_save", () => expect.step("saved"));
    onRpc("action_next", () => {
        expect.step("next");
        return true;
    });
    await mountView({
        type: "form",
        resModel: "crm.import",
        resId: 1,
        arch: `<form js_class="crm_import_form">
                <header><button name="action_next" type="object" string="Next"/></header>
                <field name="state"/>
                <field name="filename" invisible="1"/>
                <field name="file" widget="crm_import_file" filename="filename"/>
            </form>`,
    });
    expect(".o_crm_uploading").toHaveCount(0);
    await click(".o_select_file_button");
    await setInputFiles([new File(["name\nACME"], "customers.csv")]);
    await waitFor(".o_crm_uploading");
    expect(".o_field_widget[name=file]").toHaveText("Uploading...");
    queryFirst("button[name=action_next]").click();
    await animationFrame();
    expect.verifySteps([]);
    taken.resolve();
    await waitFor(".o_form_view:not(.o_crm_uploading)");
    await animationFrame();
    expect.verifySteps(["saved", "next"]);
});
