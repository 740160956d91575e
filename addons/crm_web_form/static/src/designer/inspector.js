import {Component} from "@odoo/owl";
import {freshId} from "./document";
import {
    BY_KIND,
    FILE_KINDS,
    LIMIT_LABELS,
    PATTERNS,
    PROPERTIES,
} from "./kinds";

/** What can be set of one element. */
export class Inspector extends Component {
    static template = "crm_web_form.Inspector";
    static props = {
        element: Object,
        targets: Array,
        problems: Array,
        change: Function,
        remove: Function,
        duplicate: Function,
    };

    setup() {
        this.patterns = PATTERNS;
        this.fileKinds = FILE_KINDS;
    }

    get kindName() {
        return BY_KIND[this.props.element.kind].name;
    }

    has(name) {
        return PROPERTIES[this.props.element.kind].includes(name);
    }

    get limitLabels() {
        return LIMIT_LABELS[this.props.element.kind] || ["", ""];
    }

    get limitType() {
        const {kind} = this.props.element;
        return {date: "date", time: "time"}[kind] || "text";
    }

    get fitting() {
        return this.props.targets.filter((target) =>
            target.kinds.includes(this.props.element.kind)
        );
    }

    set(name, value) {
        const {id} = this.props.element;
        this.props.change((content) => {
            const element = content.elements.find((part) => part.id === id);
            if (value === "" && !["label", "help"].includes(name)) {
                delete element[name];
            } else {
                element[name] = value;
            }
        }, `${id}.${name}`);
    }

    setNumber(name, value, low, high) {
        const number = Math.round(Number(value));
        this.set(name, Math.min(Math.max(number || low, low), high));
    }

    toggleKind(kind, isOn) {
        const all = FILE_KINDS.map(([name]) => name);
        const chosen = new Set(this.props.element.accept || all);
        chosen[isOn ? "add" : "delete"](kind);
        this.set(
            "accept",
            all.filter((name) => chosen.has(name))
        );
    }

    accepts(kind) {
        const {accept} = this.props.element;
        return !accept || !accept.length || accept.includes(kind);
    }

    // -- choices -------------------------------------------------------------

    changeOptions(change, key) {
        const {id} = this.props.element;
        this.props.change((content) => {
            change(content.elements.find((part) => part.id === id).options);
        }, key && `${id}.${key}`);
    }

    setOption(index, label) {
        this.changeOptions((options) => (options[index].label = label), `o${index}`);
    }

    addOption() {
        this.changeOptions((options) =>
            options.push({
                value: freshId(
                    "o",
                    options.map((part) => part.value)
                ),
                label: "",
            })
        );
    }

    removeOption(index) {
        this.changeOptions((options) => options.splice(index, 1));
    }

    moveOption(index, step) {
        this.changeOptions((options) => {
            const [option] = options.splice(index, 1);
            options.splice(index + step, 0, option);
        });
    }

    onOptionKey(ev) {
        if (ev.key === "Enter") {
            ev.preventDefault();
            this.addOption();
        }
    }
}
