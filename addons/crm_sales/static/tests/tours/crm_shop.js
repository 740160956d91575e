import { registry } from "@web/core/registry";

/** Type where the focus is, as a scanner does, and press a key. */
function scan(text, key = "Enter") {
    const input = document.activeElement;
    input.value = text;
    input.dispatchEvent(new InputEvent("input", { bubbles: true }));
    input.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
}

function press(key) {
    document.activeElement.dispatchEvent(
        new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true })
    );
}

// from the first scan to the change, without a mouse
registry.category("web_tour.tours").add("crm_shop", {
    steps: () => [
        {
            trigger: ".o_crm_shop_search input:focus",
            run: () => scan("6901234567892"),
        },
        {
            trigger: '.o_crm_shop_line:contains("扳手") input[name="quantity"]:value("1")',
            run: () => scan("不存在的东西"),
        },
        {
            trigger: '.o_crm_shop_search .alert:contains("不存在的东西")',
            run: () => scan("2*CS-DZ-77"),
        },
        {
            trigger: '.o_crm_shop_line:contains("电钻") input[name="quantity"]:value("2")',
            run: () => press("+"),
        },
        {
            trigger: '.o_crm_shop_line.o_active input[name="quantity"]:value("3")',
            run: () => press("F9"),
        },
        {
            trigger: '.o_crm_shop_pay input[name="amount"]:focus',
            run: () => {
                scan("1300", "Shift");
                press("Enter");
            },
        },
        { trigger: '[name="done"] [name="change"]:contains("73.00")', run: () => press("Enter") },
        { trigger: ".o_crm_shop_lines:not(:has(.o_crm_shop_line))" },
    ],
});
