import { ConnectionLostError } from "@web/core/network/rpc";
import { _t } from "@web/core/l10n/translation";
import { deserializeDateTime, formatDateTime } from "@web/core/l10n/dates";
import { Component, onWillStart, useState } from "@odoo/owl";

import { newKey } from "./shop_cart";
import { printReceipt } from "./shop_print";

/** What today brought: per cashier and means of payment, and the last sales. */
export class ShopDay extends Component {
    static template = "crm_sales.ShopDay";
    static props = { call: Function, money: Function, open: Function, close: Function };

    setup() {
        this.state = useState({ day: null, reversing: null, reason: "", error: "", isBusy: false });
        onWillStart(() => this.load());
    }

    async load() {
        await this.attempt(async () => {
            this.state.day = await this.props.call("compute_day", []);
        });
    }

    async attempt(work) {
        Object.assign(this.state, { error: "", isBusy: true });
        try {
            await work();
        } catch (error) {
            this.state.error =
                error instanceof ConnectionLostError
                    ? _t("No connection. Try again in a moment.")
                    : error.data?.message || error.message;
        } finally {
            this.state.isBusy = false;
        }
    }

    time(sale) {
        return formatDateTime(deserializeDateTime(sale.time), { format: "HH:mm" });
    }

    print(sale) {
        printReceipt(sale.id);
    }

    ask(sale) {
        Object.assign(this.state, { reversing: { ...sale, key: newKey() }, reason: "" });
    }

    async reverse() {
        const { reversing, reason } = this.state;
        await this.attempt(async () => {
            await this.props.call("reverse_sale", [reversing.key, reversing.id, reason]);
            this.state.reversing = null;
            this.state.day = await this.props.call("compute_day", []);
        });
    }
}
