import { session } from "@web/session";
import { user } from "@web/core/user";

/** What "3*" before a name or a barcode means: so many of it. */
const TIMES = /^(\d+(?:\.\d+)?)\s*[*×]\s*(.+)$/;

/** How many sales somebody may put aside. */
export const MAX_HELD = 20;

/** Return a key for one sale; also over plain HTTP, where randomUUID is not there. */
export function newKey() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function newCart() {
    return { key: newKey(), partner: null, lines: [], note: "", total: null };
}

/** Return [quantity, what to look for] of what was typed. */
export function readTerm(term) {
    const match = TIMES.exec(term.trim());
    return match ? [parseFloat(match[1]), match[2].trim()] : [1, term.trim()];
}

/** Return a number that was typed, or what was there before. */
export function readNumber(text, low, high, former) {
    const value = parseFloat(String(text).replace(",", "."));
    return Number.isFinite(value) && value >= low && value <= high ? value : former;
}

/** Return what a line comes to, until the server has said so itself. */
export function guessTotal(line) {
    const price = line.price ?? line.list_price;
    return Math.round(price * line.quantity * (100 - line.discount)) / 100;
}

/** Return what the server is asked about a cart. */
export function toSale(cart) {
    return {
        partner_id: cart.partner?.id || 0,
        lines: cart.lines.map((line) => ({
            product_id: line.product_id,
            quantity: line.quantity,
            price: line.price,
            discount: line.discount,
        })),
        note: cart.note,
    };
}

/**
 * The sale somebody is at, and those put aside, in the browser: neither a lost connection
 * nor a closed window loses what was typed. Two windows share one sale and its key, which
 * therefore is posted once.
 */
export class CartStore {
    constructor(shopId) {
        this.key = `crm_sales.shop.${session.db}.${user.userId}.${shopId}`;
    }

    load() {
        const { cart, held } = this.read();
        return { cart: cart?.key && Array.isArray(cart.lines) ? cart : newCart(), held: held || [] };
    }

    read() {
        try {
            return JSON.parse(localStorage.getItem(this.key)) || {};
        } catch {
            return {};
        }
    }

    save(cart, held) {
        try {
            localStorage.setItem(this.key, JSON.stringify({ cart, held }));
        } catch {
            // a full or forbidden storage: the sale is still on the screen
        }
    }
}
