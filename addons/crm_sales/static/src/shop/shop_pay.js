import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError } from "@web/core/network/rpc";
import { Component, onMounted, onPatched, useExternalListener, useRef, useState } from "@odoo/owl";

import { readNumber } from "./shop_cart";

/** How the customer pays: one way with one key, several one after the other. */
export class ShopPay extends Component {
    static template = "crm_sales.ShopPay";
    static props = {
        total: Number,
        methods: Array,
        digits: Number,
        mayOwe: Boolean,
        money: Function,
        post: Function,
        close: Function,
    };

    setup() {
        this.root = useRef("root");
        this.state = useState({ payments: [], isPosting: false, error: "" });
        this.focusIndex = 0;
        if (this.props.methods.length) {
            this.choose(this.props.methods[0]);
        }
        useExternalListener(window, "keydown", (ev) => this.onKey(ev), { capture: true });
        onMounted(() => this.focusAsked());
        onPatched(() => this.focusAsked());
    }

    round(amount) {
        return Number(amount.toFixed(this.props.digits));
    }

    get paid() {
        return this.round(this.state.payments.reduce((sum, row) => sum + row.amount, 0));
    }

    get rest() {
        return this.round(this.props.total - this.paid);
    }

    get canPost() {
        return !this.state.isPosting && (this.rest <= 0 || this.props.mayOwe);
    }

    /** Take a way to pay for what is still open, or instead of the only one. */
    choose(method) {
        const { payments } = this.state;
        const index = payments.findIndex((row) => row.method.id === method.id);
        if (index >= 0) {
            this.focusIndex = index;
        } else if (payments.length === 1 && this.rest <= 0) {
            payments.splice(0, 1, { method, amount: this.round(this.props.total) });
            this.focusIndex = 0;
        } else {
            payments.push({ method, amount: Math.max(this.rest, 0) });
            this.focusIndex = payments.length - 1;
        }
        this.state.error = "";
    }

    remove(index) {
        this.state.payments.splice(index, 1);
        this.focusIndex = this.state.payments.length - 1;
    }

    setAmount(index, text) {
        const row = this.state.payments[index];
        row.amount = this.round(readNumber(text || 0, 0, 1e12, row.amount));
        this.state.error = "";
    }

    focusAsked() {
        if (this.focusIndex !== null) {
            const inputs = this.root.el.querySelectorAll("input");
            inputs[this.focusIndex]?.focus();
            inputs[this.focusIndex]?.select();
            this.focusIndex = null;
        }
    }

    onKey(ev) {
        const number = /^F([1-8])$/.exec(ev.key)?.[1];
        const method = number && this.props.methods[number - 1];
        if (method) {
            this.choose(method);
        } else if (ev.key === "Escape" && !this.state.isPosting) {
            this.props.close();
        } else if (ev.key === "Enter" || ev.key === "F9") {
            this.post();
        } else {
            return;
        }
        ev.preventDefault();
        ev.stopPropagation();
    }

    async post() {
        if (!this.canPost) {
            return;
        }
        Object.assign(this.state, { isPosting: true, error: "" });
        const payments = this.state.payments
            .filter((row) => row.amount > 0)
            .map((row) => ({ method_id: row.method.id, amount: row.amount }));
        try {
            await this.props.post(payments);
        } catch (error) {
            this.state.isPosting = false;
            this.state.error =
                error instanceof ConnectionLostError
                    ? _t(
                          "No connection. The sale is kept: post it again, it is never posted twice."
                      )
                    : error.data?.message || error.message;
        }
    }
}
