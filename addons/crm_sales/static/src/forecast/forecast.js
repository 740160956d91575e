import { _t } from "@web/core/l10n/translation";
import { Layout } from "@web/search/layout";
import { registry } from "@web/core/registry";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { useService } from "@web/core/utils/hooks";
import { useSetupAction } from "@web/search/action_hook";
import { Component, onWillStart, useRef, useState } from "@odoo/owl";

import { openOpportunities, percentage, shortAmount, wholeAmount } from "../analysis/analysis";
import { AnalysisFilters, periodDays } from "../analysis/analysis_filters";

/** How many doubtful deals are shown on the page itself. */
const BORDERLINE_SHOWN = 10;

/**
 * The sales forecast: what is won, committed and possible, by month, team or person, and
 * the deals of which the forecast is in doubt.
 */
export class Forecast extends Component {
    static template = "crm_sales.Forecast";
    static components = { AnalysisFilters, Layout };
    static props = { ...standardActionServiceProps };
    static displayName = _t("Sales Forecast");
    static path = "sales-forecast";

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.rootRef = useRef("root");
        this.percentage = percentage;
        this.shortAmount = shortAmount;
        this.periods = [
            "month",
            "next_month",
            "quarter",
            "next_quarter",
            "half_year",
            "year",
            "all",
            "custom",
        ];
        this.turn = 0;
        const [dateFrom, dateTo] = periodDays("half_year");
        this.state = useState({
            filters: { period: "half_year", dateFrom, dateTo, teamId: false, userId: false },
            groupBy: "month",
            forecast: null,
            borderline: [],
            error: "",
            ...this.props.state?.forecastState,
        });
        useSetupAction({
            rootRef: this.rootRef,
            getLocalState: () => ({ forecastState: { ...this.state } }),
        });
        onWillStart(() => {
            // not awaited: the page is shown meanwhile
            this.reload();
        });
    }

    // ------------------------------------------------------------------
    // Data
    // ------------------------------------------------------------------

    async reload() {
        const turn = ++this.turn;
        const { filters, groupBy } = this.state;
        try {
            const forecast = await this.orm.silent.call("crm.forecast", "compute_forecast", [], {
                date_from: filters.dateFrom,
                date_to: filters.dateTo,
                team_id: filters.teamId,
                user_id: filters.userId,
                group_by: groupBy,
            });
            const borderline = await this.orm.silent.searchRead(
                "crm.lead",
                forecast.borderline.domain,
                ["name", "user_id", "expected_revenue", "date_deadline", "forecast_risk"],
                { limit: BORDERLINE_SHOWN, order: "expected_revenue desc, id" }
            );
            if (turn === this.turn) {
                Object.assign(this.state, { forecast, borderline, error: "" });
            }
        } catch (error) {
            if (turn === this.turn) {
                const message = error.data?.message || error.message;
                Object.assign(this.state, { forecast: null, error: message });
            }
        }
    }

    update(changes) {
        Object.assign(this.state, changes);
        return this.reload();
    }

    updateFilters(filters) {
        return this.update({ filters });
    }

    // ------------------------------------------------------------------
    // What is shown
    // ------------------------------------------------------------------

    get categories() {
        return [
            { code: "closed", name: _t("Won") },
            { code: "commit", name: _t("Commit") },
            { code: "best", name: _t("Best Case") },
            { code: "pipeline", name: _t("Pipeline") },
        ];
    }

    get groupings() {
        return [
            { code: "month", name: _t("Month") },
            { code: "quarter", name: _t("Quarter") },
            { code: "user", name: _t("Person") },
            { code: "team", name: _t("Team") },
        ];
    }

    amount(value) {
        return wholeAmount(value, this.state.forecast.currency_id);
    }

    dealsText(count) {
        return _t("%s deals", count);
    }

    /** Figures that stand above everything else. */
    get tiles() {
        const { total, overdue, undated } = this.state.forecast;
        return [
            ...this.categories.map(({ code, name }) => ({ code, name, ...total[code] })),
            {
                code: "weighted",
                name: _t("Won and Weighted"),
                amount: total.weighted,
                help: _t("What is won, and the rest by its probability"),
            },
            { code: "overdue", name: _t("Expected Date Passed"), ...overdue },
            { code: "undated", name: _t("Without a Date"), ...undated },
        ];
    }

    get isEmpty() {
        return !this.state.forecast.groups.length;
    }

    /** Rows of the chart: one after another the shares of won, commit, best, pipeline. */
    get bars() {
        const { groups } = this.state.forecast;
        const sum = (group) =>
            this.categories.reduce((total, { code }) => total + group[code].amount, 0);
        const largest = Math.max(1, ...groups.map(sum));
        return groups.map((group) => {
            let x = 0;
            const parts = this.categories.map(({ code, name }) => {
                const width = (100 * Math.max(group[code].amount, 0)) / largest;
                const part = { code, name, x, width, ...group[code] };
                x += width;
                return part;
            });
            return { ...group, parts: parts.filter((part) => part.count) };
        });
    }

    partLabel(bar, part) {
        return _t("%(group)s, %(category)s: %(count)s deals, %(amount)s", {
            group: bar.label,
            category: part.name,
            count: part.count,
            amount: this.amount(part.amount),
        });
    }

    // ------------------------------------------------------------------
    // What can be done
    // ------------------------------------------------------------------

    open(name, domain, group) {
        const title = [group?.label, name].filter(Boolean).join(" · ");
        return openOpportunities(this.action, title, domain);
    }

    openBorderline() {
        return this.action.doAction("crm_sales.crm_lead_borderline_action");
    }

    openLead(lead) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "crm.lead",
            res_id: lead.id,
            views: [[false, "form"]],
        });
    }

    openPlan() {
        return this.action.doAction("crm.crm_lead_action_forecast");
    }
}

registry.category("actions").add("crm_sales.forecast", Forecast);
