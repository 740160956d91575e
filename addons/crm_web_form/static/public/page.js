/*
 * The page of a form: walks through its pages, checks, sends. The same file runs in the
 * preview of the designer, which sends it the draft; nothing is submitted there.
 */
(function (root) {
    "use strict";

    const {LAYOUT, Question, evaluate, fill, h, layout, pagesOf} = root.crmWebForm;
    const ATTEMPTS = 4;
    const FONTS = {small: "14px", medium: "16px", large: "18px"};
    const WIDTHS = {narrow: "480px", medium: "680px", wide: "920px"};

    class Page {
        constructor(main, data) {
            this.main = main;
            this.data = data;
            this.texts = data.texts;
            this.token = data.token;
            this.values = {};
            this.files = {};
            this.reported = {};
            this.isEmbedded = root.parent !== root;
            this.show(data.content);
        }

        show(content) {
            this.content = content;
            this.elements = new Map(content.elements.map((part) => [part.id, part]));
            this.sheets = pagesOf(content.elements);
            this.step = 0;
            this.dress();
            this.build();
        }

        get outcome() {
            return evaluate(this.content, this.values, this.data.places);
        }

        dress() {
            const {color, background, font_size, width} = this.content.style;
            const style = document.documentElement.style;
            style.setProperty("--crm-color", color || "#1f6feb");
            style.setProperty("--crm-ink", inkOn(color || "#1f6feb"));
            style.setProperty("--crm-background", background || "#f3f5f8");
            style.setProperty("--crm-font", FONTS[font_size] || FONTS.medium);
            style.setProperty("--crm-width", WIDTHS[width] || WIDTHS.medium);
            document.documentElement.classList.toggle("crm-form-embedded", this.isEmbedded);
        }

        // -- what is seen ----------------------------------------------------

        build() {
            const {settings} = this.content;
            if (this.data.closed) {
                this.main.replaceChildren(this.notice(this.data.closed));
                return this.tellHeight();
            }
            this.alert = h("div", {class: "crm-form-alert", role: "alert", tabindex: "-1"});
            this.body = h("div", {class: "crm-form-body"});
            this.bar = h("div", {class: "crm-form-progress", role: "progressbar"}, h("i"));
            this.back = h(
                "button",
                {type: "button", class: "crm-form-back", onclick: () => this.goBack()},
                this.texts.back
            );
            this.next = h("button", {type: "submit", class: "crm-form-next"});
            this.trap = h("input", {
                type: "text",
                id: "crm_form_more",
                name: "homepage_url",
                tabindex: "-1",
                autocomplete: "off",
            });
            const form = h(
                "form",
                {novalidate: true, onsubmit: (event) => this.goOn(event)},
                this.data.mode === "preview"
                    ? h("p", {class: "crm-form-preview"}, this.texts.preview)
                    : null,
                h(
                    "header",
                    {class: "crm-form-header"},
                    this.data.logo ? h("img", {src: this.data.logo, alt: ""}) : null,
                    settings.title ? h("h1", {}, settings.title) : null,
                    settings.description
                        ? h("p", {class: "crm-form-lead"}, settings.description)
                        : null
                ),
                settings.progress && this.sheets.length > 1 ? this.bar : null,
                this.alert,
                this.body,
                h(
                    "div",
                    {class: "crm-form-more", "aria-hidden": "true"},
                    h("label", {for: "crm_form_more"}, this.texts.trap),
                    this.trap
                ),
                h("div", {class: "crm-form-buttons"}, this.back, this.next)
            );
            this.main.replaceChildren(form);
            this.turn();
        }

        notice(text) {
            return h("p", {class: "crm-form-notice", role: "status"}, text);
        }

        /** Show the page of the present step. */
        turn() {
            const found = this.outcome;
            const number = found.pages[Math.min(this.step, found.pages.length - 1)];
            this.questions = new Map();
            const context = {
                texts: this.texts,
                places: this.data.places,
                files: this.files,
                change: (id, value) => {
                    this.values[id] = value;
                    delete this.reported[id];
                    this.refresh();
                },
            };
            const nodes = this.sheets[number].map((element) => {
                if (LAYOUT.has(element.kind)) {
                    return layout(element);
                }
                const value = this.values[element.id];
                const question = new Question(element, value, context);
                this.questions.set(element.id, question);
                return question.node;
            });
            this.body.replaceChildren(...nodes);
            this.alert.textContent = "";
            this.refresh();
        }

        /** Show, hide and mark by what is filled in. */
        refresh() {
            const found = this.outcome;
            const visible = new Set(found.visible);
            const required = new Set(found.required);
            for (const node of this.body.children) {
                node.hidden = !visible.has(node.dataset.id);
            }
            for (const [id, question] of this.questions) {
                question.require(required.has(id));
                question.complain(this.message(id, this.reported[id]));
            }
            const isLast = this.step >= found.pages.length - 1;
            this.back.hidden = this.step === 0;
            this.next.textContent = isLast
                ? this.content.settings.submit_label || this.texts.submit
                : this.texts.next;
            const share = Math.round((100 * (this.step + 1)) / this.sheets.length);
            const shown = isLast ? 100 : Math.min(share, 99);
            this.bar.setAttribute("aria-valuenow", shown);
            this.bar.setAttribute("aria-valuemin", 0);
            this.bar.setAttribute("aria-valuemax", 100);
            this.bar.setAttribute(
                "aria-label",
                fill(this.texts.step, {page: this.step + 1})
            );
            this.bar.firstChild.style.width = `${shown}%`;
            this.tellHeight();
        }

        message(id, code) {
            if (!code) {
                return "";
            }
            if (code.startsWith("rule:")) {
                const rule = this.content.rules.find((part) => `rule:${part.id}` === code);
                return rule ? rule.message : "";
            }
            const text = this.texts.errors[code] || this.texts.errors.type;
            return fill(text, this.elements.get(id) || {});
        }

        report(errors) {
            this.reported = Object.fromEntries(errors);
            this.refresh();
            const wrong = errors.filter(([id]) => this.questions.has(id));
            this.alert.replaceChildren(
                h("p", {}, this.texts.summary),
                h(
                    "ul",
                    {},
                    ...wrong.map(([id, code]) =>
                        h(
                            "li",
                            {},
                            `${this.elements.get(id).label}: ${this.message(id, code)}`
                        )
                    )
                )
            );
            if (wrong.length) {
                this.questions.get(wrong[0][0]).focus();
            }
            this.tellHeight();
        }

        // -- going on --------------------------------------------------------

        goBack() {
            this.step = Math.max(0, this.step - 1);
            this.turn();
            this.main.scrollIntoView();
        }

        goOn(event) {
            event.preventDefault();
            const found = this.outcome;
            const here = found.errors.filter(([id]) => this.questions.has(id));
            if (here.length) {
                return this.report(here);
            }
            this.reported = {};
            if (this.step < found.pages.length - 1) {
                this.step += 1;
                this.turn();
                this.main.scrollIntoView();
                const first = [...this.questions.values()].find(
                    (question) => !question.node.hidden
                );
                if (first) {
                    first.focus();
                }
                return null;
            }
            if (this.data.mode === "preview") {
                return this.finish({
                    message: this.content.settings.success_message,
                    redirect: "",
                });
            }
            return this.send();
        }

        async send() {
            if (this.isSending) {
                return;
            }
            this.isSending = true;
            this.next.disabled = true;
            this.next.textContent = this.texts.sending;
            this.alert.textContent = "";
            try {
                this.receive(await this.post());
            } finally {
                this.isSending = false;
                this.next.disabled = false;
            }
        }

        /** Send until there is an answer; the token makes one submission of them all. */
        async post() {
            for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
                let wait = attempt;
                try {
                    const response = await fetch(`/crm/form/${this.data.form}/submit`, {
                        method: "POST",
                        body: this.parcel(),
                        credentials: "omit",
                    });
                    if (response.status < 500) {
                        const found = await response.json();
                        if (!found.wait) {
                            return found;
                        }
                        wait = found.wait;
                    }
                } catch {
                    // no network: once more
                }
                await new Promise((resolve) => setTimeout(resolve, 1000 * wait));
            }
            return {error: "offline", text: this.texts.offline};
        }

        parcel() {
            const {values} = this.outcome;
            const parcel = new FormData();
            for (const [id, files] of Object.entries(this.files)) {
                if (id in values) {
                    files.forEach((file) => parcel.append(`file_${id}`, file, file.name));
                }
            }
            const payload = {
                token: this.token,
                values,
                trap: this.trap.value,
                utm: this.data.utm,
            };
            parcel.append("payload", JSON.stringify(payload));
            return parcel;
        }

        receive(found) {
            this.token = found.token || this.token;
            if (found.ok) {
                return this.finish(found);
            }
            if (found.errors) {
                const errors = Object.entries(found.errors);
                const pages = this.outcome.pages;
                const step = pages.findIndex((page) =>
                    this.sheets[page].some((part) => part.id in found.errors)
                );
                if (step >= 0 && step !== this.step) {
                    this.step = step;
                    this.turn();
                }
                return this.report(errors);
            }
            this.refresh();
            this.alert.replaceChildren(h("p", {}, found.text || this.texts.offline));
            this.alert.focus();
            return this.tellHeight();
        }

        finish(found) {
            const box = h(
                "div",
                {class: "crm-form-thanks", role: "status", tabindex: "-1"},
                h("p", {}, found.message || this.texts.thanks),
                found.redirect
                    ? h(
                          "a",
                          {href: found.redirect, target: "_top", rel: "noopener"},
                          this.texts.continue
                      )
                    : null
            );
            this.main.replaceChildren(box);
            box.focus();
            this.tell({type: "crm-form-done"});
            this.tellHeight();
            if (found.redirect && !this.isEmbedded) {
                root.location.assign(found.redirect);
            }
        }

        // -- the page around -------------------------------------------------

        tell(message) {
            if (this.isEmbedded) {
                // nothing of what was answered is told
                root.parent.postMessage({...message, form: this.data.form}, "*");
            }
        }

        tellHeight() {
            const height = Math.ceil(this.main.getBoundingClientRect().height) + 32;
            this.tell({type: "crm-form-height", height});
        }
    }

    /** Return black or white, whichever is read better on a colour. */
    function inkOn(color) {
        const [red, green, blue] = [1, 3, 5].map((at) =>
            parseInt(color.slice(at, at + 2), 16)
        );
        return 0.299 * red + 0.587 * green + 0.114 * blue > 160 ? "#1a1a1a" : "#ffffff";
    }

    const data = JSON.parse(document.getElementById("crm_form_data").textContent);
    const page = new Page(document.getElementById("crm_form"), data);
    new ResizeObserver(() => page.tellHeight()).observe(page.main);
    if (data.mode === "preview") {
        root.addEventListener("message", (event) => {
            const isOurs = event.origin === root.location.origin;
            if (isOurs && event.source === root.parent && event.data.content) {
                page.show(event.data.content);
            }
        });
        root.parent.postMessage({type: "crm-form-ready"}, root.location.origin);
    }
})(globalThis);
