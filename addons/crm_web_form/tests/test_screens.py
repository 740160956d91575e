import json

from odoo.tests import HttpCase, tagged

from .common import CONTACT, FormCase, document

HURT = "window.crmHurt=1"
PAYLOADS = (
    f"<script>{HURT}</script>",
    f"<img src=x onerror={HURT}>",
    f"<svg onload={HURT}>",
    f'"><img src=x onerror="{HURT}">',
    f"'-{HURT}-'",
    f"javascript:{HURT}",
    f"</script><script>{HURT}</script>",
    "{{constructor.constructor('" + HURT + "')()}}",
    f"<iframe srcdoc='<script>parent.{HURT}</script>'>",
    f"<a href='javascript:{HURT}'>x</a>",
)
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40
# what each script begins with: looking for elements until they are there
HELP = """
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
async function until(find, what) {
    for (let wait = 0; wait < 300; wait++) {
        const found = find();
        if (found) {
            return found;
        }
        await sleep(100);
    }
    throw new Error(`not there: ${what}`);
}
const one = (selector) => until(() => document.querySelector(selector), selector);
const all = (selector) => [...document.querySelectorAll(selector)];
const seen = (text) => document.body.innerText.includes(text);
function check(isTrue, what) {
    if (!isTrue) {
        throw new Error(what);
    }
}
"""
STEPS = """
(async () => {
    %s
    try {
        %s
        console.log("test successful");
    } catch (error) {
        console.error(String(error.stack || error));
    }
})();
"""
DESIGN = """
(await one("button[name=action_design]")).click();
await one(".o_crm_form_designer");
const ids = () => all(".o_crm_form_card").map((card) => card.dataset.id).join();
const saved = () => until(
    () => document.querySelector(".o_crm_form_status[data-status=saved]"), "saved");
function point(type, node, x, y) {
    node.dispatchEvent(new PointerEvent(type, {
        bubbles: true, cancelable: true, pointerId: 1, button: 0, buttons: 1,
        pointerType: POINTER, clientX: x, clientY: y,
    }));
}
async function drag(node, x, y) {
    const box = node.getBoundingClientRect();
    node.setPointerCapture = () => {};
    point("pointerdown", node, box.x + 4, box.y + 4);
    for (const part of [0.3, 0.6, 1]) {
        point("pointermove", node, box.x + (x - box.x) * part,
            box.y + (y - box.y) * part);
        await sleep(30);
    }
    check(document.querySelector(".o_crm_form_ghost"), "something is carried");
    point("pointerup", node, x, y);
    await sleep(100);
    check(!document.querySelector(".o_crm_form_ghost"), "nothing is carried");
}
// by a click
(await one(".o_crm_form_kind[data-kind=text]")).click();
(await one(".o_crm_form_kind[data-kind=radio]")).click();
await until(() => ids() === "q1,q2", "two questions");
// by a pointer: a new one before all, then the last one to the top
let box = (await one(".o_crm_form_card")).getBoundingClientRect();
await drag(await one(".o_crm_form_kind[data-kind=phone]"), box.x + 40, box.y + 2);
await until(() => ids() === "q3,q1,q2", "dragged from the palette");
await drag(all(".o_crm_form_handle")[2], box.x + 40, box.y + 2);
await until(() => ids() === "q2,q3,q1", "dragged to the top");
// outside nothing happens
await drag(all(".o_crm_form_handle")[0], 5, 5);
check(ids() === "q2,q3,q1", "dropped outside");
// by keys
const card = (id) => document.querySelector(`.o_crm_form_card[data-id=${id}]`);
const key = (id, name, more) => card(id).dispatchEvent(
    new KeyboardEvent("keydown", {key: name, bubbles: true, ...more}));
key("q2", "ArrowDown", {altKey: true});
await until(() => ids() === "q3,q2,q1", "moved by keys");
check(document.querySelector("[aria-live=polite]").textContent.trim(), "announced");
key("q1", "Delete");
await until(() => ids() === "q3,q2", "removed by a key");
// undone and done again
(await one(".o_undo:not(:disabled)")).click();
await until(() => ids() === "q3,q2,q1", "undone");
(await one(".o_redo:not(:disabled)")).click();
await until(() => ids() === "q3,q2", "done again");
(await one(".o_undo")).click();
await until(() => ids() === "q3,q2,q1", "undone again");
// set up
card("q1").click();
await until(() => card("q1").classList.contains("o_selected"), "selected");
const label = await one(".o_crm_form_inspector .o_label");
label.value = "Which machine?";
label.dispatchEvent(new Event("input", {bubbles: true}));
await until(() => card("q1").textContent.includes("Which machine?"), "label");
(await one(".o_required")).click();
// a rule: the text is asked for by the second choice
(await one(".o_tab_rules")).click();
(await one(".o_add_rule")).click();
const field = await one(".o_crm_form_condition .o_field");
field.value = "q2";
field.dispatchEvent(new Event("change", {bubbles: true}));
const value = await one(".o_crm_form_condition select.o_value");
value.value = "o2";
value.dispatchEvent(new Event("change", {bubbles: true}));
(await one("[data-target=q1]")).click();
await saved();
// the preview is the page, and follows
const page = () => document.querySelector(".o_crm_form_preview iframe").contentDocument;
await until(() => page().querySelectorAll("[data-id]").length === 3, "preview");
check(page().querySelector("[data-id=q1]").hidden, "hidden until it is asked for");
page().querySelector("#q_q2_o2").click();
await until(() => !page().querySelector("[data-id=q1]").hidden, "shown by the rule");
(await one(".o_publish")).click();
await one(".o_publish:disabled");
"""


class ScreenCase(FormCase, HttpCase):
    def run_steps(self, url, steps, login, **options):
        """Run steps in a page of the web client."""
        self.browser_js(url, STEPS % (HELP, steps), login=login, timeout=120, **options)


@tagged("post_install", "-at_install")
class TestDesigner(ScreenCase):
    browser_size = "1400x900"

    def test_design(self):
        """A manager builds a form by mouse, finger and keys, and publishes it.

        Covers: L10."""
        for pointer in ("mouse", "touch"):
            form = (
                self.env["crm.web.form"].with_user(self.manager).create({"name": "T"})
            )
            steps = f"const POINTER = {json.dumps(pointer)};{DESIGN}"
            self.run_steps(f"/odoo/web-forms/{form.id}", steps, "mia")
            form.invalidate_recordset()
            self.assertEqual(form.state, "published")
            content = form.version_id.content
            self.assertEqual(
                [part["kind"] for part in content["elements"]],
                ["phone", "radio", "text"],
            )
            self.assertTrue(content["elements"][2]["required"])
            self.assertEqual(content["elements"][0]["maps"], "phone")
            self.assertEqual(
                content["rules"],
                [
                    {
                        "id": "r1",
                        "match": "all",
                        "conditions": [{"field": "q2", "op": "is", "value": "o2"}],
                        "action": "show",
                        "targets": ["q1"],
                    }
                ],
            )

    def test_conflict(self):
        """Who is slower is asked which version should stay. Covers: L10."""
        self.run_steps(
            f"/odoo/web-forms/{self.form.id}",
            """
            (await one("button[name=action_design]")).click();
            await one(".o_crm_form_designer");
            const {rpc} = odoo.loader.modules.get("@web/core/network/rpc");
            const call = (method, args) => rpc("/web/dataset/call_kw", {
                model: "crm.web.form", method, args, kwargs: {}});
            const design = await call("get_design", [[FORM]]);
            design.content.settings.title = "Theirs";
            await call("save_design", [[FORM], design.content, design.revision]);
            (await one(".o_crm_form_kind[data-kind=time]")).click();
            await one(".o_keep_mine");
            (await one(".o_load_theirs")).click();
            await until(() => !document.querySelector(".o_keep_mine"), "answered");
            check(!document.querySelector("[data-id=q9]"), "theirs is shown");
            """.replace("FORM", str(self.form.id)),
            "mia",
        )
        self.form.invalidate_recordset()
        self.assertEqual(self.form.content["settings"]["title"], "Theirs")


@tagged("post_install", "-at_install")
class TestNoScript(ScreenCase):
    def setUp(self):
        super().setUp()
        kinds = ["text", "textarea", "text", "text"]
        elements = [
            {"id": f"f{number}", "kind": kind, "label": PAYLOADS[number]}
            for number, kind in enumerate(kinds)
        ]
        elements[0]["maps"] = "contact_name"
        elements[2]["maps"] = "partner_name"
        elements += [
            {
                "id": "pick",
                "kind": "checkbox",
                "label": PAYLOADS[6],
                "help": PAYLOADS[1],
                "options": [
                    {"value": f"o{number}", "label": payload}
                    for number, payload in enumerate(PAYLOADS)
                ],
            },
            {"id": "paper", "kind": "file", "label": PAYLOADS[7]},
            {
                "id": "more",
                "kind": "statement",
                "label": PAYLOADS[8],
                "help": PAYLOADS[1],
            },
        ]
        content = document(
            elements,
            title=PAYLOADS[6],
            description=PAYLOADS[1],
            success_message=PAYLOADS[2],
        )
        self.hostile = self._form(
            self.manager, content, name=PAYLOADS[1], limit_per_hour=0
        )
        for number in range(len(PAYLOADS)):
            payload = PAYLOADS[number]
            values = {f"f{field}": payload for field in range(4)}
            found = self._submit(
                self.hostile,
                {**values, "pick": [f"o{number}"]},
                [("paper", f"{payload}.png", PNG)],
                utm={"utm_source": payload, "ref": payload},
            )
            self.assertTrue(found["ok"], found)
        self._work()

    def test_no_stored_script_runs(self):
        """Payloads in every field are seen as texts in every screen. Covers: L10."""
        answers = self._answers(self.hostile)
        lead = answers[1].lead_id
        for url, steps in (
            (
                "/odoo/web-form-answers",
                'await until(() => all(".o_data_row").length >= 10, "rows");',
            ),
            (
                f"/odoo/web-form-answers/{answers[1].id}",
                'await until(() => seen("onerror"), "text");'
                'check(!document.querySelector(".o_form_view [onerror]"), "markup");',
            ),
            (
                f"/odoo/web-forms/{self.hostile.id}",
                """
                (await one("button[name=action_results]")).click();
                await one(".o_crm_form_chart");
                (await one(".o_tab_table")).click();
                const rows = () => all(".o_crm_form_table tbody tr").length;
                await until(() => rows() === 10, "rows");
                check(!document.querySelector(".o_crm_form_results img"), "markup");
                """,
            ),
            (
                f"/odoo/crm.lead/{lead.id}",
                """
                await one(".o_form_view");
                await until(() => seen("onerror"), "text");
                """,
            ),
            (
                f"/odoo/web-forms/{self.hostile.id}",
                """
                (await one("button[name=action_design]")).click();
                await one(".o_crm_form_card");
                const page = () =>
                    document.querySelector(".o_crm_form_preview iframe").contentWindow;
                await until(() => page().document.querySelector("form"), "preview");
                check(!page().crmHurt, "in the preview");
                """,
            ),
            (
                f"/crm/form/{self.hostile.token}",
                'await one("form");'
                'check(!document.querySelector("form img, form svg"), "markup");',
            ),
        ):
            steps = (
                f"{steps} await sleep(500); check(!window.crmHurt, 'a script has run');"
            )
            ready = "document.readyState === 'complete'"
            self.run_steps(url, steps, "mia", ready=ready)

    def test_mail(self):
        """What is mailed about an answer has no markup of visitors. Covers: L10."""
        lead = self._answers(self.hostile)[1].lead_id
        bodies = " ".join(lead.message_ids.mapped("body"))
        self.assertIn("&lt;img", bodies)
        for tag in ("<script", "<img", "<svg", "<iframe"):
            self.assertNotIn(tag, bodies)

    def test_results(self):
        """The table and the charts agree with what came in. Covers: L10."""
        form = self.hostile.with_user(self.manager)
        table = form.get_results(0, 4)
        self.assertEqual((table["total"], len(table["rows"])), (10, 4))
        self.assertEqual(len(table["rows"][0]["cells"]), len(table["columns"]))
        self.assertEqual(form.get_results(-1, "x")["total"], 10)
        figures = form.get_statistics()
        pick = next(part for part in figures["questions"] if part["id"] == "pick")
        self.assertEqual([bar["count"] for bar in pick["bars"]], [1] * 10)

    def test_average(self):
        """Ratings and numbers have an average. Covers: L10."""
        for number, score in enumerate((2, 4, 5)):
            phone = f"1370000000{number}"
            self._submit(self.form, {**CONTACT, "mobile": phone, "score": score})
        figures = self.form.get_statistics()["questions"]
        score = next(part for part in figures if part["id"] == "score")
        self.assertEqual(
            (score["average"], score["least"], score["most"]), (3.67, 2, 5)
        )
        self.assertEqual([bar["count"] for bar in score["bars"]], [0, 1, 0, 1, 1])
