import { _t } from "@web/core/l10n/translation";
import { RecordSelector } from "@web/core/record_selectors/record_selector";
import { serializeDate, today } from "@web/core/l10n/dates";
import { Component } from "@odoo/owl";

/** Return first and last day (strings, or false) of a span of time by its name. */
export function periodDays(period) {
    const day = today();
    const span = (unit, shift = 0) => {
        const start = day.startOf(unit).plus({ [`${unit}s`]: shift });
        return [start, start.endOf(unit)];
    };
    const spans = {
        month: () => span("month"),
        last_month: () => span("month", -1),
        next_month: () => span("month", 1),
        quarter: () => span("quarter"),
        last_quarter: () => span("quarter", -1),
        next_quarter: () => span("quarter", 1),
        half_year: () => [day.startOf("month"), day.plus({ months: 5 }).endOf("month")],
        year: () => span("year"),
        last_year: () => span("year", -1),
    };
    const found = spans[period]?.();
    return found ? found.map((moment) => serializeDate(moment)) : [false, false];
}

/**
 * Period, team and person of an analysis. What is chosen is told as a whole, so that one
 * question follows from one choice.
 */
export class AnalysisFilters extends Component {
    static template = "crm_sales.AnalysisFilters";
    static components = { RecordSelector };
    static props = {
        filters: Object,
        periods: { type: Array, element: String },
        hasPeriod: { type: Boolean, optional: true },
        update: Function,
        slots: { type: Object, optional: true },
    };
    static defaultProps = { hasPeriod: true };

    setup() {
        this.teamPlaceholder = _t("All teams");
        this.userPlaceholder = _t("Everybody");
        this.userDomain = [["share", "=", false]];
    }

    get periods() {
        const names = {
            month: _t("This month"),
            last_month: _t("Last month"),
            next_month: _t("Next month"),
            quarter: _t("This quarter"),
            last_quarter: _t("Last quarter"),
            next_quarter: _t("Next quarter"),
            half_year: _t("The next six months"),
            year: _t("This year"),
            last_year: _t("Last year"),
            all: _t("All times"),
            custom: _t("Other days"),
        };
        return this.props.periods.map((code) => ({ code, name: names[code] }));
    }

    change(changes) {
        this.props.update({ ...this.props.filters, ...changes });
    }

    changePeriod(period) {
        if (period === "custom") {
            return this.change({ period });
        }
        const [dateFrom, dateTo] = periodDays(period);
        this.change({ period, dateFrom, dateTo });
    }
}
