import {_t} from "@web/core/l10n/translation";
import {BY_KIND, CHOICES} from "./kinds";

const STEPS = 100;
// typing within so many milliseconds is one step of undo
const TOGETHER = 1200;

const copyOf = (value) => JSON.parse(JSON.stringify(value));

/** Return an id that nothing in a list has yet. */
export function freshId(prefix, taken) {
    let number = taken.length + 1;
    while (taken.includes(`${prefix}${number}`)) {
        number += 1;
    }
    return `${prefix}${number}`;
}

/** Return a new element of a kind. */
export function makeElement(content, kind) {
    const ids = content.elements.map((part) => part.id);
    const element = {
        id: freshId("q", ids),
        kind,
        label: kind === "page_break" ? "" : BY_KIND[kind].name.toString(),
    };
    if (CHOICES.includes(kind)) {
        element.options = [1, 2].map((number) => ({
            value: `o${number}`,
            label: _t("Choice %s", number),
        }));
    }
    if (kind === "rating") {
        element.scale = 5;
    }
    if (kind === "consent") {
        element.label = _t("I agree that my details are used to contact me.");
        element.required = true;
    }
    if (kind === "statement") {
        element.label = "";
        element.help = _t("Tell people what they need to know.");
    }
    const target = {phone: "phone", email: "email_from", place: "state_id"}[kind];
    if (target && !content.elements.some((part) => part.maps === target)) {
        element.maps = target;
    }
    return element;
}

/** The document of a form with its past: what was done can be undone and done again. */
export class History {
    constructor(content) {
        this.content = content;
        this.past = [];
        this.future = [];
        this.last = {key: "", at: 0};
    }

    /**
     * Change the document.
     *
     * @param {Function} change gets a copy to work on
     * @param {string} key steps of the same key in a short time are one
     */
    change(change, key = "") {
        const now = Date.now();
        const isSame = key && key === this.last.key && now - this.last.at < TOGETHER;
        if (!isSame) {
            this.past.push(this.content);
            this.past.splice(0, Math.max(0, this.past.length - STEPS));
        }
        this.last = {key, at: now};
        this.future = [];
        const content = copyOf(this.content);
        change(content);
        this.content = content;
    }

    undo() {
        return this.travel(this.past, this.future);
    }

    redo() {
        return this.travel(this.future, this.past);
    }

    travel(from, to) {
        if (!from.length) {
            return false;
        }
        to.push(this.content);
        this.content = from.pop();
        this.last = {key: "", at: 0};
        return true;
    }
}

/** Remove an element and what rules say of it. */
export function removeElement(content, id) {
    content.elements = content.elements.filter((part) => part.id !== id);
    content.rules = content.rules
        .map((rule) => ({
            ...rule,
            conditions: rule.conditions.filter((part) => part.field !== id),
            targets: rule.targets.filter((target) => target !== id),
        }))
        .filter((rule) => rule.conditions.length && rule.page !== id);
}

/** Put a copy of an element behind it; return the id of the copy. */
export function duplicateElement(content, id) {
    const index = content.elements.findIndex((part) => part.id === id);
    const copy = copyOf(content.elements[index]);
    copy.id = freshId(
        "q",
        content.elements.map((part) => part.id)
    );
    delete copy.maps;
    content.elements.splice(index + 1, 0, copy);
    return copy.id;
}

/** Move an element to where the gap of this number is; return whether it moved. */
export function moveElement(content, id, gap) {
    const from = content.elements.findIndex((part) => part.id === id);
    const to = gap > from ? gap - 1 : gap;
    if (from < 0 || to === from || to < 0 || to >= content.elements.length) {
        return false;
    }
    const [element] = content.elements.splice(from, 1);
    content.elements.splice(to, 0, element);
    return true;
}
