import { _t } from "@web/core/l10n/translation";
import { Layout } from "@web/search/layout";
import { registry } from "@web/core/registry";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { useService } from "@web/core/utils/hooks";
import { useSetupAction } from "@web/search/action_hook";
import { Component, onWillStart, useRef, useState } from "@odoo/owl";

import { openOpportunities, percentage, shortAmount, wholeAmount } from "../analysis/analysis";
import { AnalysisFilters, periodDays } from "../analysis/analysis_filters";

/** A stage is never drawn narrower than this, so that it can be hit. */
const NARROWEST = 0.04;

/**
 * The sales funnel: how many opportunities reached which stage, by whom and how fast. Each
 * stage is a button with its figures in words; the shape behind it is for the eye alone.
 */
export class Funnel extends Component {
    static template = "crm_sales.Funnel";
    static components = { AnalysisFilters, Layout };
    static props = { ...standardActionServiceProps };
    static displayName = _t("Sales Funnel");
    static path = "sales-funnel";

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.rootRef = useRef("root");
        this.percentage = percentage;
        this.shortAmount = shortAmount;
        this.periods = [
            "month",
            "last_month",
            "quarter",
            "last_quarter",
            "year",
            "last_year",
            "all",
            "custom",
        ];
        // answers that were overtaken by a later question are dropped
        this.turn = 0;
        const [dateFrom, dateTo] = periodDays("year");
        this.state = useState({
            filters: { period: "year", dateFrom, dateTo, teamId: false, userId: false },
            mode: "cohort",
            measure: "entered",
            groupBy: "user",
            processId: false,
            funnel: null,
            error: "",
            ...this.props.state?.funnelState,
        });
        useSetupAction({
            rootRef: this.rootRef,
            getLocalState: () => ({ funnelState: { ...this.state } }),
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
        const { filters, mode, groupBy, processId } = this.state;
        const isPresent = mode === "present";
        try {
            const funnel = await this.orm.silent.call("crm.funnel", "compute_funnel", [], {
                date_from: !isPresent && filters.dateFrom,
                date_to: !isPresent && filters.dateTo,
                team_id: filters.teamId,
                user_id: filters.userId,
                mode,
                process_id: processId,
                group_by: isPresent && groupBy === "month" ? "user" : groupBy,
            });
            if (turn === this.turn) {
                Object.assign(this.state, { funnel, error: "" });
            }
        } catch (error) {
            if (turn === this.turn) {
                const message = error.data?.message || error.message;
                Object.assign(this.state, { funnel: null, error: message });
            }
        }
    }

    update(changes) {
        Object.assign(this.state, changes);
        return this.reload();
    }

    updateFilters(filters) {
        // the process follows from the team until it is chosen
        const processId =
            filters.teamId === this.state.filters.teamId ? this.state.processId : false;
        return this.update({ filters, processId });
    }

    // ------------------------------------------------------------------
    // What is shown
    // ------------------------------------------------------------------

    get modes() {
        return [
            {
                code: "cohort",
                name: _t("By beginning"),
                help: _t(
                    "Opportunities that began in the period, and how far they have come since."
                ),
            },
            {
                code: "entered",
                name: _t("By stage"),
                help: _t("Stages that were reached in the period, whenever it began."),
            },
            {
                code: "present",
                name: _t("Now"),
                help: _t("Opportunities that are open now, by the stage that they are in."),
            },
        ];
    }

    get mode() {
        return this.modes.find((mode) => mode.code === this.state.mode);
    }

    get groupings() {
        const groupings = [
            { code: "user", name: _t("Person") },
            { code: "team", name: _t("Team") },
        ];
        return this.state.mode === "present"
            ? groupings
            : [...groupings, { code: "month", name: _t("Month") }];
    }

    get stages() {
        const { funnel, measure, mode } = this.state;
        const largest = Math.max(1, ...funnel.stages.map((stage) => stage[measure]));
        const widths = funnel.stages.map((stage) =>
            Math.max(stage[measure] / largest, NARROWEST)
        );
        return funnel.stages.map((stage, index) => ({
            ...stage,
            // only of those that began together does one stage lead to the next
            shape: this.shape(
                widths[index],
                (mode === "cohort" && widths[index + 1]) || widths[index]
            ),
            isLast: index === funnel.stages.length - 1,
            shareText: percentage(measure === "amount" ? stage.amount_share : stage.share),
            amountText: wholeAmount(stage.amount, funnel.currency_id),
            days: this.daysText(stage.median_days, mode),
            isPast: mode !== "present",
        }));
    }

    /** Corners of a stage in a box of 100 × 40: as wide as it is, then as the next. */
    shape(above, below) {
        const left = (width) => 50 - width * 50;
        const right = (width) => 50 + width * 50;
        return `${left(above)},0 ${right(above)},0 ${right(below)},40 ${left(below)},40`;
    }

    daysText(median, mode) {
        if (median === false) {
            return "";
        }
        const days = median < 10 ? Math.round(median * 10) / 10 : Math.round(median);
        return mode === "present" ? _t("there for %s days", days) : _t("after %s days", days);
    }

    /** What a screen reader says of a stage. */
    stageLabel(stage) {
        return _t("%(stage)s: %(count)s opportunities, %(amount)s", {
            stage: stage.name,
            count: stage.entered,
            amount: stage.amountText,
        });
    }

    get isEmpty() {
        return !this.state.funnel.stages.some((stage) => stage.entered);
    }

    get winRate() {
        const [first] = this.state.funnel.stages;
        const decided = first ? first.won + first.lost : 0;
        return decided ? percentage(first.won / decided) : "";
    }

    // ------------------------------------------------------------------
    // What can be done
    // ------------------------------------------------------------------

    open(stage, name = "domain", group) {
        const suffix = {
            advanced_domain: _t("came further"),
            lost_domain: _t("lost here"),
            open_domain: _t("still here"),
        }[name];
        const title = [group?.label, stage.name, suffix].filter(Boolean).join(" · ");
        return openOpportunities(this.action, title, stage[name]);
    }

    openAnalysis() {
        return this.action.doAction("crm_sales.crm_stage_report_action");
    }
}

registry.category("actions").add("crm_sales.funnel", Funnel);
