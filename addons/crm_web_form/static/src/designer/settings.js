import {Component} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";

/** Texts and styles of the whole form. */
export class Settings extends Component {
    static template = "crm_web_form.Settings";
    static props = {
        content: Object,
        problems: Array,
        change: Function,
        openForm: Function,
    };

    setup() {
        this.sizes = [
            ["small", _t("Small")],
            ["medium", _t("Middle")],
            ["large", _t("Large")],
        ];
        this.widths = [
            ["narrow", _t("Narrow")],
            ["medium", _t("Middle")],
            ["wide", _t("Wide")],
        ];
        this.languages = [
            ["auto", _t("The visitor's")],
            ["zh_CN", _t("Simplified Chinese")],
            ["zh_TW", _t("Traditional Chinese")],
            ["en_US", _t("English")],
        ];
        this.colors = ["#1f6feb", "#0f766e", "#b42318", "#7c3aed", "#c2410c", "#1f2937"];
    }

    set(part, name, value) {
        this.props.change((content) => (content[part][name] = value), `${part}.${name}`);
    }
}
