import { useDebounced } from "@web/core/utils/timing";
import { Component, onMounted, useRef, useState } from "@odoo/owl";

/** Choosing the customer of a sale, by name, pinyin or telephone. */
export class ShopCustomers extends Component {
    static template = "crm_sales.ShopCustomers";
    static props = { call: Function, fail: Function, choose: Function, close: Function };

    setup() {
        this.input = useRef("customer");
        this.state = useState({ term: "", found: [], active: 0 });
        this.findSoon = useDebounced(() => this.find(), 200);
        onMounted(() => this.input.el.focus());
    }

    onInput(ev) {
        this.state.term = ev.target.value;
        this.findSoon();
    }

    async find() {
        const { term } = this.state;
        try {
            const found = await this.props.call("search_customers", [term]);
            if (term === this.state.term) {
                Object.assign(this.state, { found, active: 0 });
            }
        } catch (error) {
            this.props.fail(error);
        }
    }

    onKey(ev) {
        const { found, active } = this.state;
        const step = { ArrowUp: -1, ArrowDown: 1 }[ev.key];
        if (step && found.length) {
            this.state.active = (active + step + found.length) % found.length;
        } else if (ev.key === "Enter" && found.length) {
            this.props.choose(found[active]);
        } else if (ev.key === "Enter") {
            this.find();
        } else if (ev.key === "Escape") {
            this.props.close();
        } else {
            return;
        }
        ev.preventDefault();
        ev.stopPropagation();
    }
}
