import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {freshId} from "./document";
import {ACTIONS, BY_KIND, CHOICES, LAYOUT, OPERATORS, operatorsOf} from "./kinds";

/** What happens by what is answered: one sentence for each rule. */
export class Rules extends Component {
    static template = "crm_web_form.Rules";
    static props = {content: Object, problems: Array, change: Function};

    setup() {
        this.actions = ACTIONS;
        this.operators = OPERATORS;
    }

    get questions() {
        return this.props.content.elements.filter((part) => !LAYOUT.includes(part.kind));
    }

    get pages() {
        return this.props.content.elements
            .filter((part) => part.kind === "page_break")
            .map((part, index) => ({
                id: part.id,
                label: part.label || _t("Page %s", index + 2),
            }));
    }

    problemsOf(rule) {
        return this.props.problems.filter((part) => part.id === rule.id);
    }

    elementOf(id) {
        return this.props.content.elements.find((part) => part.id === id);
    }

    labelOf(element) {
        return element.label || BY_KIND[element.kind].name;
    }

    kindOf(condition) {
        return this.elementOf(condition.field)?.kind || "text";
    }

    operatorsFor(condition) {
        return operatorsOf(this.kindOf(condition));
    }

    optionsFor(condition) {
        const element = this.elementOf(condition.field);
        return element && CHOICES.includes(element.kind) ? element.options : null;
    }

    hasValue(condition) {
        return !["filled", "empty"].includes(condition.op);
    }

    /** Elements that a rule may be about: those behind all that it asks. */
    candidates(rule) {
        const {elements} = this.props.content;
        const place = (id) => elements.findIndex((part) => part.id === id);
        const last = Math.max(-1, ...rule.conditions.map((part) => place(part.field)));
        if (rule.action === "error") {
            return this.questions;
        }
        return elements.filter(
            (part, index) =>
                index > last &&
                part.kind !== "page_break" &&
                (rule.action !== "require" || !LAYOUT.includes(part.kind))
        );
    }

    hasTargets(rule) {
        return ["show", "hide", "require"].includes(rule.action);
    }

    // -- changing ------------------------------------------------------------

    edit(rule, change, key) {
        this.props.change((content) => {
            change(content.rules.find((part) => part.id === rule.id));
        }, key && `${rule.id}.${key}`);
    }

    newCondition() {
        const [first] = this.questions;
        const [option] = first.options || [];
        return {
            field: first.id,
            op: operatorsOf(first.kind)[0],
            value: option ? option.value : "",
        };
    }

    add() {
        const condition = this.newCondition();
        this.props.change((content) =>
            content.rules.push({
                id: freshId(
                    "r",
                    content.rules.map((part) => part.id)
                ),
                match: "all",
                conditions: [condition],
                action: "show",
                targets: [],
            })
        );
    }

    remove(rule) {
        this.props.change((content) => {
            content.rules = content.rules.filter((part) => part.id !== rule.id);
        });
    }

    set(rule, name, value) {
        this.edit(rule, (part) => (part[name] = value), name);
    }

    setAction(rule, action) {
        this.edit(rule, (part) => {
            part.action = action;
            part.targets = [];
            delete part.page;
            delete part.message;
            if (action === "jump" && this.pages.length) {
                part.page = this.pages[this.pages.length - 1].id;
            }
            if (action === "error") {
                part.targets = [part.conditions[0].field];
                part.message = "";
            }
        });
    }

    setTarget(rule, id) {
        this.edit(rule, (part) => (part.targets = [id]));
    }

    toggleTarget(rule, id, isOn) {
        this.edit(rule, (part) => {
            const others = part.targets.filter((target) => target !== id);
            part.targets = isOn ? [...others, id] : others;
        });
    }

    setField(rule, index, field) {
        const element = this.elementOf(field);
        const [option] = element.options || [];
        this.edit(rule, (part) => {
            part.conditions[index] = {
                field,
                op: operatorsOf(element.kind)[0],
                value: option ? option.value : "",
            };
        });
    }

    setCondition(rule, index, name, value) {
        this.edit(
            rule,
            (part) => (part.conditions[index][name] = value),
            `${index}.${name}`
        );
    }

    addCondition(rule) {
        const condition = this.newCondition();
        this.edit(rule, (part) => part.conditions.push(condition));
    }

    removeCondition(rule, index) {
        this.edit(rule, (part) => part.conditions.splice(index, 1));
    }
}
