import {Component, onWillStart, useState} from "@odoo/owl";
import {deserializeDateTime, formatDateTime} from "@web/core/l10n/dates";
import {_t} from "@web/core/l10n/translation";
import {Pager} from "@web/core/pager/pager";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";

const PAGE = 50;

/** What came in by a form: a table with a column for each question, and charts. */
export class Results extends Component {
    static template = "crm_web_form.Results";
    static components = {Pager};
    static props = {...standardActionServiceProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        const {params = {}, context = {}} = this.props.action;
        this.formId = params.form_id || context.form_id || context.active_id;
        this.states = {
            received: _t("To Be Handled"),
            done: _t("Done"),
            failed: _t("Handling Failed"),
        };
        this.state = useState({tab: "charts", table: null, figures: null, offset: 0});
        onWillStart(() => this.load());
    }

    async load() {
        const [figures] = await Promise.all([
            this.orm.call("crm.web.form", "get_statistics", [[this.formId]]),
            this.loadTable(0),
        ]);
        this.state.figures = figures;
        this.env.config.setDisplayName?.(figures.name);
    }

    async loadTable(offset) {
        const table = await this.orm.call("crm.web.form", "get_results", [
            [this.formId],
            offset,
            PAGE,
        ]);
        Object.assign(this.state, {table, offset});
    }

    get pager() {
        return {
            offset: this.state.offset,
            limit: PAGE,
            total: this.state.table.total,
            onUpdate: ({offset}) => this.loadTable(offset),
        };
    }

    when(row) {
        return formatDateTime(deserializeDateTime(row.date));
    }

    percent(part, whole) {
        return whole ? Math.round((1000 * part) / whole) / 10 : 0;
    }

    get refused() {
        return this.state.figures.refused.filter((part) => part.count);
    }

    fileUrl(file) {
        return `/web/content/${file.id}?download=true`;
    }

    open(row) {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "crm.web.form.answer",
            res_id: row.id,
            views: [[false, "form"]],
        });
    }

    openForm() {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "crm.web.form",
            res_id: this.formId,
            views: [[false, "form"]],
        });
    }

    async exportAll() {
        const action = await this.orm.call("crm.web.form", "action_export_results", [
            [this.formId],
        ]);
        this.action.doAction(action);
    }
}

registry.category("actions").add("crm_web_form.results", Results);
