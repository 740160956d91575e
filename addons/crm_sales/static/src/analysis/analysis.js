import { formatMonetary } from "@web/views/fields/formatters";
import { user } from "@web/core/user";

import { shortAmount } from "@crm_base/amounts/amounts";

export { shortAmount };

/** Return an amount with its currency and without fractions. */
export function wholeAmount(amount, currencyId) {
    return formatMonetary(Math.round(amount), { currencyId, digits: [16, 0] });
}

/** Return a share of 0 to 1 as a percentage, "" for none. */
export function percentage(share) {
    return share === false
        ? ""
        : new Intl.NumberFormat(user.lang, {
              style: "percent",
              maximumFractionDigits: share < 0.1 ? 1 : 0,
          }).format(share);
}

/** Open the list of opportunities of a domain, lost ones as well. */
export async function openOpportunities(action, name, domain) {
    const base = await action.loadAction("crm_sales.crm_lead_action");
    const order = ["list", "kanban", "form"];
    return action.doAction({
        ...base,
        id: false,
        path: false,
        name,
        display_name: name,
        domain,
        context: { ...base.context, active_test: false, default_type: "opportunity" },
        views: order.map((type) => base.views.find((view) => view[1] === type)),
        view_mode: order.join(","),
        mobile_view_mode: "kanban",
    });
}
