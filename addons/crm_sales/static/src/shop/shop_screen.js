import { _t } from "@web/core/l10n/translation";
import { ConnectionLostError } from "@web/core/network/rpc";
import { formatMonetary } from "@web/views/fields/formatters";
import { Layout } from "@web/search/layout";
import { registry } from "@web/core/registry";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { useDebounced } from "@web/core/utils/timing";
import { useService } from "@web/core/utils/hooks";
import {
    Component,
    onMounted,
    onPatched,
    onWillStart,
    useExternalListener,
    useRef,
    useState,
} from "@odoo/owl";

import { CartStore, MAX_HELD, guessTotal, newCart, readNumber, readTerm, toSale } from "./shop_cart";
import { printReceipt } from "./shop_print";
import { ShopCustomers } from "./shop_customers";
import { ShopDay } from "./shop_day";
import { ShopPay } from "./shop_pay";

const LAST_SHOP = "crm_sales.shop.last";

/**
 * The counter: scan or type, pay, print. Everything can be done from the keyboard; what
 * is typed is kept in the browser until it is posted.
 */
export class ShopScreen extends Component {
    static template = "crm_sales.ShopScreen";
    static components = { Layout, ShopCustomers, ShopDay, ShopPay };
    static props = { ...standardActionServiceProps };
    static displayName = _t("Shop Counter");
    static path = "shop-counter";

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.searchRef = useRef("search");
        this.linesRef = useRef("lines");
        this.searchTurn = 0;
        this.saleTurn = 0;
        this.state = useState({
            shops: [],
            screen: null,
            cart: newCart(),
            held: [],
            mode: "sale",
            term: "",
            found: [],
            foundFor: "",
            active: 0,
            selected: -1,
            isChoosing: false,
            isOffline: false,
            isStale: false,
            error: "",
            result: null,
        });
        this.searchSoon = useDebounced(() => this.search(), 150);
        this.priceSoon = useDebounced(() => this.price(), 250);
        this.focusNext = null;
        useExternalListener(window, "keydown", (ev) => this.onKey(ev), { capture: true });
        useExternalListener(window, "storage", (ev) => this.onStorage(ev));
        useExternalListener(window, "online", () => this.price());
        onWillStart(() => this.start());
        onMounted(() => this.focusSearch());
        onPatched(() => this.focusAsked());
    }

    // ------------------------------------------------------------------
    // Shops
    // ------------------------------------------------------------------

    async start() {
        this.state.shops = await this.orm.searchRead("crm.shop", [], ["name"]);
        const last = Number(localStorage.getItem(LAST_SHOP));
        const shop = this.state.shops.find((shop) => shop.id === last) || this.state.shops[0];
        if (shop) {
            await this.openShop(shop.id);
        }
    }

    async openShop(shopId) {
        this.shopId = shopId;
        this.store = new CartStore(shopId);
        this.state.error = "";
        try {
            this.state.screen = await this.call("get_screen", []);
            localStorage.setItem(LAST_SHOP, shopId);
        } catch (error) {
            this.state.screen = null;
            this.fail(error);
            return;
        }
        Object.assign(this.state, this.store.load(), { mode: "sale", found: [], result: null });
        this.state.selected = this.state.cart.lines.length - 1;
        this.price();
    }

    onStorage(ev) {
        if (ev.key === this.store?.key && this.state.mode !== "done") {
            Object.assign(this.state, this.store.load());
            this.state.mode = "sale";
            this.price();
        }
    }

    // ------------------------------------------------------------------
    // The server
    // ------------------------------------------------------------------

    async call(method, args, kwargs = {}) {
        const answer = await this.orm.silent.call("crm.shop", method, [[this.shopId], ...args], kwargs);
        this.state.isOffline = false;
        return answer;
    }

    fail(error) {
        if (error instanceof ConnectionLostError) {
            this.state.isOffline = true;
        } else {
            this.state.error = error.data?.message || error.message;
        }
    }

    money(amount) {
        return formatMonetary(amount || 0, { currencyId: this.buyer.currency_id });
    }

    get buyer() {
        return this.state.cart.partner || this.state.screen.partner;
    }

    // ------------------------------------------------------------------
    // Products
    // ------------------------------------------------------------------

    onTerm(ev) {
        this.state.term = ev.target.value;
        this.state.error = "";
        if (this.state.mode === "done") {
            Object.assign(this.state, { mode: "sale", result: null });
        }
        this.searchSoon();
    }

    async search() {
        const term = readTerm(this.state.term)[1];
        const turn = ++this.searchTurn;
        if (!term) {
            Object.assign(this.state, { found: [], foundFor: "" });
            return;
        }
        try {
            const found = await this.call("search_products", [term, this.partnerId]);
            if (turn === this.searchTurn) {
                Object.assign(this.state, { found, foundFor: term, active: 0 });
            }
        } catch (error) {
            this.fail(error);
        }
    }

    /** A scanner types faster than the search answers, and ends with Enter. */
    async takeTerm() {
        const [quantity, term] = readTerm(this.state.term);
        if (!term) {
            return;
        }
        if (this.state.foundFor !== term) {
            // what is typed next is another product, and does not overtake this one
            this.state.term = "";
            this.searchTurn++;
            let found = [];
            try {
                found = await this.call("search_products", [term, this.partnerId]);
            } catch (error) {
                this.state.term = this.state.term || term;
                this.fail(error);
                return;
            }
            if (found.length === 1) {
                this.add(found[0], quantity);
            } else if (found.length && !this.state.term) {
                const text = quantity === 1 ? term : `${quantity}*${term}`;
                Object.assign(this.state, { term: text, found, foundFor: term, active: 0 });
            } else {
                this.state.error = _t("Not found: %s", term);
            }
        } else if (this.state.found.length) {
            this.add(this.state.found[this.state.active], quantity);
        } else {
            // the next scan does not add to it
            Object.assign(this.state, { term: "", foundFor: "" });
            this.state.error = _t("Not found: %s", term);
        }
    }

    add(product, quantity = readTerm(this.state.term)[0]) {
        const { cart } = this.state;
        let index = cart.lines.findIndex(
            (line) => line.product_id === product.id && line.price === null && !line.discount
        );
        if (index < 0) {
            index = cart.lines.length;
            cart.lines.push({
                product_id: product.id,
                name: product.name,
                code: product.code,
                unit: product.unit,
                quantity: 0,
                list_price: product.price,
                price: null,
                discount: 0,
                total: 0,
            });
        }
        cart.lines[index].quantity += quantity * product.quantity;
        this.searchTurn++;
        Object.assign(this.state, { term: "", found: [], foundFor: "", selected: index, error: "" });
        this.changed();
        this.focusSearch();
    }

    // ------------------------------------------------------------------
    // The sale
    // ------------------------------------------------------------------

    get partnerId() {
        return this.state.cart.partner?.id || 0;
    }

    get total() {
        const { cart, isStale } = this.state;
        return isStale || cart.total === null
            ? cart.lines.reduce((sum, line) => sum + line.total, 0)
            : cart.total;
    }

    changed() {
        const { cart } = this.state;
        for (const line of cart.lines) {
            line.total = guessTotal(line);
        }
        this.state.isStale = true;
        this.isPaying = false;
        this.save();
        this.priceSoon();
    }

    save() {
        this.store.save(this.state.cart, this.state.held);
    }

    async price() {
        const { cart } = this.state;
        const turn = ++this.saleTurn;
        if (!cart.lines.length) {
            Object.assign(this.state, { isStale: false });
            cart.total = 0;
            return;
        }
        try {
            const priced = await this.call("compute_sale", [toSale(cart)]);
            if (turn !== this.saleTurn) {
                return;
            }
            priced.lines.forEach((line, index) => {
                Object.assign(cart.lines[index], { list_price: line.list_price, total: line.total });
            });
            cart.total = priced.amount_total;
            this.state.isStale = false;
            this.save();
            if (this.isPaying) {
                this.state.mode = "pay";
            }
            this.isPaying = false;
        } catch (error) {
            this.isPaying = false;
            this.fail(error);
        }
    }

    setQuantity(index, text) {
        const line = this.state.cart.lines[index];
        line.quantity = readNumber(text, 0.001, 1000000, line.quantity);
        this.changed();
    }

    setPrice(index, text) {
        const line = this.state.cart.lines[index];
        const price = readNumber(text, 0, 1e12, line.price ?? line.list_price);
        line.price = price === line.list_price ? null : price;
        this.changed();
    }

    setDiscount(index, text) {
        const line = this.state.cart.lines[index];
        line.discount = readNumber(text || 0, 0, 100, line.discount);
        this.changed();
    }

    remove(index) {
        this.state.cart.lines.splice(index, 1);
        this.state.selected = Math.min(this.state.selected, this.state.cart.lines.length - 1);
        this.changed();
        this.focusSearch();
    }

    setNote(ev) {
        this.state.cart.note = ev.target.value;
        this.save();
    }

    hold() {
        const { cart, held } = this.state;
        if (cart.lines.length && held.length < MAX_HELD) {
            held.push(cart);
            this.begin();
        }
    }

    resume(index) {
        const [cart] = this.state.held.splice(index, 1);
        if (this.state.cart.lines.length) {
            this.state.held.push(this.state.cart);
        }
        Object.assign(this.state, { cart, selected: cart.lines.length - 1 });
        this.save();
        this.price();
        this.focusSearch();
    }

    begin() {
        Object.assign(this.state, {
            cart: newCart(),
            mode: "sale",
            selected: -1,
            result: null,
            error: "",
        });
        this.save();
        this.price();
        this.focusSearch();
    }

    // ------------------------------------------------------------------
    // The customer
    // ------------------------------------------------------------------

    askCustomer() {
        this.state.isChoosing = true;
    }

    leaveCustomers() {
        this.state.isChoosing = false;
        this.focusSearch();
    }

    setCustomer(partner) {
        this.state.cart.partner = partner;
        this.changed();
        this.leaveCustomers();
    }

    // ------------------------------------------------------------------
    // Posting
    // ------------------------------------------------------------------

    async pay() {
        if (!this.state.cart.lines.length || !this.state.screen) {
            return;
        }
        this.state.error = "";
        // a question that is overtaken by a later one waits for its answer
        this.isPaying = true;
        await this.price();
    }

    /** Post the sale; the pay panel shows what this throws. */
    async post(payments) {
        const { cart } = this.state;
        const sale = { ...toSale(cart), payments, total: cart.total };
        const result = await this.call("post_sale", [cart.key, sale]);
        Object.assign(this.state, { result, mode: "done", cart: newCart(), selected: -1 });
        this.save();
        this.focusSearch();
    }

    openSale(orderId) {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "sale.order",
            res_id: orderId,
            views: [[false, "form"]],
        });
    }

    print(orderId = this.state.result?.id) {
        printReceipt(orderId);
    }

    // ------------------------------------------------------------------
    // Keyboard
    // ------------------------------------------------------------------

    focusSearch() {
        this.focusNext = this.searchRef;
        this.focusAsked();
    }

    focusAsked() {
        const element = this.focusNext?.el;
        if (element) {
            this.focusNext = null;
            element.focus();
        }
    }

    focusLine(name) {
        const row = this.linesRef.el?.querySelector(`[data-line="${this.state.selected}"]`);
        const input = row?.querySelector(`input[name="${name}"]`);
        input?.focus();
        input?.select();
    }

    onKey(ev) {
        const keys = this.keys[this.state.mode];
        const handler = keys?.[ev.key];
        if (handler && !ev.altKey && !ev.ctrlKey && !ev.metaKey && this.state.screen) {
            ev.preventDefault();
            ev.stopPropagation();
            handler();
        }
    }

    get keys() {
        return {
            sale: {
                F2: () => this.focusSearch(),
                F4: () => this.askCustomer(),
                F6: () => this.focusLine("quantity"),
                F7: () => this.focusLine("discount"),
                F8: () => this.hold(),
                F9: () => this.pay(),
            },
            done: {
                Enter: () => this.begin(),
                Escape: () => this.begin(),
                p: () => this.print(),
                P: () => this.print(),
            },
            day: { Escape: () => this.leave() },
        };
    }

    leave() {
        this.state.mode = "sale";
        this.focusSearch();
    }

    onSearchKey(ev) {
        const { state } = this;
        const isEmpty = !state.term;
        const lines = state.cart.lines;
        const step = { ArrowUp: -1, ArrowDown: 1 }[ev.key];
        if (ev.key === "Enter") {
            this.takeTerm();
        } else if (step && state.found.length) {
            state.active = (state.active + step + state.found.length) % state.found.length;
        } else if (step && lines.length) {
            state.selected = Math.max(0, Math.min(lines.length - 1, state.selected + step));
        } else if (ev.key === "Escape" && !isEmpty) {
            Object.assign(state, { term: "", found: [], foundFor: "", error: "" });
        } else if (isEmpty && ev.key === "Delete" && state.selected >= 0) {
            this.remove(state.selected);
        } else if (isEmpty && "+-".includes(ev.key) && state.selected >= 0) {
            const line = lines[state.selected];
            this.setQuantity(state.selected, line.quantity + (ev.key === "+" ? 1 : -1));
        } else {
            return;
        }
        ev.preventDefault();
        ev.stopPropagation();
    }

    onLineKey(ev) {
        if (ev.key === "Enter" || ev.key === "Escape") {
            ev.preventDefault();
            ev.stopPropagation();
            ev.target.blur();
            this.focusSearch();
        }
    }
}

registry.category("actions").add("crm_sales.shop", ShopScreen);
