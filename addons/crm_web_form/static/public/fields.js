/*
 * Questions of a form as elements of a page. Texts are set as texts, never as markup.
 */
(function (root) {
    "use strict";

    const ACCEPT = {
        image: "image/png,image/jpeg,image/gif,image/webp",
        pdf: "application/pdf",
        office: ".docx,.xlsx,.pptx",
        text: ".txt,.csv",
    };
    const MODES = {
        phone: {type: "tel", autocomplete: "tel", inputmode: "tel"},
        email: {type: "email", autocomplete: "email", inputmode: "email"},
        number: {type: "text", inputmode: "decimal"},
        date: {type: "date"},
        time: {type: "time"},
        text: {type: "text"},
    };

    /** Make an element; attributes that are false or missing are left out. */
    function h(tag, attributes, ...children) {
        const node = document.createElement(tag);
        for (const [name, value] of Object.entries(attributes || {})) {
            if (name.startsWith("on")) {
                node.addEventListener(name.slice(2), value);
            } else if (value === true) {
                node.setAttribute(name, "");
            } else if (value !== false && value !== undefined && value !== "") {
                node.setAttribute(name, value);
            }
        }
        node.append(...children.filter((child) => child !== null && child !== undefined));
        return node;
    }

    const fill = (text, values) =>
        text.replace(/\{(\w+)\}/g, (_all, name) => String(values[name]));

    class Question {
        constructor(element, value, context) {
            this.element = element;
            this.value = value;
            this.context = context;
            this.key = `q_${element.id}`;
            this.node = this.build();
        }

        get texts() {
            return this.context.texts;
        }

        described() {
            const ids = [`${this.key}_error`];
            if (this.element.help) {
                ids.unshift(`${this.key}_help`);
            }
            return ids.join(" ");
        }

        change(value) {
            this.value = value;
            this.context.change(this.element.id, value);
        }

        build() {
            const {element} = this;
            const isGroup = ["radio", "checkbox", "rating", "place"].includes(element.kind);
            this.mark = h("span", {class: "crm-form-mark", "aria-hidden": "true"}, "*");
            this.error = h("p", {class: "crm-form-error", id: `${this.key}_error`});
            const title = [element.label, " ", this.mark];
            const help = element.help
                ? h("p", {class: "crm-form-help", id: `${this.key}_help`}, element.help)
                : null;
            const box = {
                class: `crm-form-question crm-form-kind-${element.kind}${
                    element.half ? " crm-form-half" : ""
                }`,
                "data-id": element.id,
            };
            if (element.kind === "consent") {
                return h("div", box, this.consent(title), help, this.error);
            }
            if (isGroup) {
                const parts = this[element.kind]();
                this.group = h(
                    "fieldset",
                    {...box, "aria-describedby": this.described()},
                    h("legend", {class: "crm-form-label"}, ...title),
                    help,
                    parts,
                    this.error
                );
                return this.group;
            }
            const label = h("label", {class: "crm-form-label", for: this.key}, ...title);
            return h("div", box, label, help, this.control(), this.error);
        }

        control() {
            const {element} = this;
            switch (element.kind) {
                case "textarea":
                    return this.typed(h("textarea", {...this.common(), rows: "4"}));
                case "select":
                    return this.select();
                case "file":
                    return this.file();
            }
            const limits = {};
            if (element.kind === "date") {
                Object.assign(limits, {min: element.min, max: element.max});
            }
            return this.typed(
                h("input", {...this.common(), ...MODES[element.kind], ...limits})
            );
        }

        common() {
            return {
                id: this.key,
                name: this.element.id,
                class: "crm-form-input",
                placeholder: this.element.placeholder,
                "aria-describedby": this.described(),
            };
        }

        typed(input) {
            input.value = this.value || "";
            input.addEventListener("input", () => this.change(input.value));
            this.input = input;
            return input;
        }

        select() {
            const input = h(
                "select",
                this.common(),
                h("option", {value: ""}, this.element.placeholder || this.texts.choose),
                ...this.element.options.map((option) =>
                    h("option", {value: option.value}, option.label)
                )
            );
            return this.typed(input);
        }

        file() {
            const {element} = this;
            const kinds = element.accept && element.accept.length
                ? element.accept
                : Object.keys(ACCEPT);
            const input = h("input", {
                ...this.common(),
                type: "file",
                accept: kinds.map((kind) => ACCEPT[kind]).join(","),
                multiple: (element.max_files || 1) > 1,
                onchange: () => {
                    const names = [...input.files].map((file) => file.name);
                    this.context.files[element.id] = [...input.files];
                    this.change(names);
                },
            });
            this.input = input;
            const hint = fill(this.texts.files, {count: element.max_files || 1});
            return h("div", {}, input, h("p", {class: "crm-form-help"}, hint));
        }

        choice(type, value, label, isChecked, onchange) {
            const input = h("input", {
                type,
                name: this.element.id,
                value,
                id: `${this.key}_${value}`,
                onchange: () => onchange(input.checked),
            });
            input.checked = isChecked;
            this.input = this.input || input;
            return h("label", {class: "crm-form-choice"}, input, h("span", {}, label));
        }

        radio() {
            return h(
                "div",
                {class: "crm-form-choices"},
                ...this.element.options.map((option) =>
                    this.choice(
                        "radio",
                        option.value,
                        option.label,
                        this.value === option.value,
                        () => this.change(option.value)
                    )
                )
            );
        }

        checkbox() {
            const chosen = new Set(this.value || []);
            return h(
                "div",
                {class: "crm-form-choices"},
                ...this.element.options.map((option) =>
                    this.choice(
                        "checkbox",
                        option.value,
                        option.label,
                        chosen.has(option.value),
                        (isOn) => {
                            chosen[isOn ? "add" : "delete"](option.value);
                            const order = this.element.options.map((part) => part.value);
                            this.change(order.filter((part) => chosen.has(part)));
                        }
                    )
                )
            );
        }

        rating() {
            const scale = this.element.scale || 5;
            const box = h("div", {class: "crm-form-stars"});
            const paint = () =>
                [...box.children].forEach((star, index) =>
                    star.classList.toggle("crm-form-on", index < (this.value || 0))
                );
            for (let count = 1; count <= scale; count++) {
                const label = h("span", {class: "crm-form-star"}, "★");
                const star = this.choice("radio", String(count), "", false, () => {
                    this.change(count);
                    paint();
                });
                const input = star.querySelector("input");
                input.checked = this.value === count;
                input.setAttribute("aria-label", fill(this.texts.stars, {count, scale}));
                star.append(label);
                box.append(star);
            }
            paint();
            return box;
        }

        place() {
            const {places} = this.context;
            const [province, city] = this.value || ["", ""];
            const option = (name) => h("option", {value: name}, name);
            const first = h(
                "select",
                {class: "crm-form-input", id: this.key, "aria-label": this.texts.province},
                h("option", {value: ""}, this.texts.province),
                ...Object.keys(places).map(option)
            );
            const second = h("select", {
                class: "crm-form-input",
                "aria-label": this.texts.city,
            });
            const offer = () => {
                const known = places[first.value] || [];
                second.replaceChildren(
                    h("option", {value: ""}, this.texts.city),
                    ...known.map(option)
                );
                second.disabled = !known.length;
                if (known.length === 1) {
                    second.value = known[0];
                }
            };
            const tell = () =>
                this.change(first.value ? [first.value, second.value] : []);
            first.value = province;
            offer();
            second.value = second.value || city;
            first.addEventListener("change", () => {
                offer();
                tell();
            });
            second.addEventListener("change", tell);
            this.input = first;
            return h("div", {class: "crm-form-pair"}, first, second);
        }

        consent(title) {
            const input = h("input", {
                type: "checkbox",
                id: this.key,
                name: this.element.id,
                "aria-describedby": this.described(),
                onchange: () => this.change(input.checked),
            });
            input.checked = this.value === true;
            this.input = input;
            return h(
                "label",
                {class: "crm-form-choice"},
                input,
                h("span", {}, ...title)
            );
        }

        require(isRequired) {
            this.mark.hidden = !isRequired;
            if (this.input) {
                this.input.toggleAttribute("required", isRequired);
                this.input.setAttribute("aria-required", String(isRequired));
            }
        }

        complain(text) {
            this.error.textContent = text || "";
            this.node.classList.toggle("crm-form-wrong", Boolean(text));
            if (this.input) {
                this.input.setAttribute("aria-invalid", String(Boolean(text)));
            }
        }

        focus() {
            if (this.input) {
                this.input.focus();
            }
        }
    }

    /** Return the element of a heading or a text between questions. */
    function layout(element) {
        if (element.kind === "section") {
            return h(
                "div",
                {class: "crm-form-section", "data-id": element.id},
                h("h2", {}, element.label),
                element.help ? h("p", {class: "crm-form-help"}, element.help) : null
            );
        }
        if (element.kind === "page_break") {
            return h(
                "div",
                {class: "crm-form-section", "data-id": element.id},
                element.label ? h("h2", {}, element.label) : null
            );
        }
        return h(
            "div",
            {class: "crm-form-statement", "data-id": element.id},
            element.label ? h("h3", {}, element.label) : null,
            h("p", {}, element.help || "")
        );
    }

    root.crmWebForm = Object.assign(root.crmWebForm || {}, {Question, fill, h, layout});
})(globalThis);
