import { user } from "@web/core/user";

/** Return an amount in few characters, as people write it: 48万, 1.2亿, 480K. */
export function shortAmount(amount) {
    return new Intl.NumberFormat(user.lang, {
        notation: "compact",
        maximumFractionDigits: Math.abs(amount) < 10000 ? 0 : 1,
    }).format(amount);
}
