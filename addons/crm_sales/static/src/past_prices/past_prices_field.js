import { Component } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { usePopover } from "@web/core/popover/popover_hook";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** The list of earlier offers, and a way to take one of them. */
export class PastPricesPopover extends Component {
    static template = "crm_sales.PastPricesPopover";
    static props = {
        offers: Array,
        canTake: Function,
        take: Function,
        close: { type: Function, optional: true },
    };

    onTake(offer) {
        this.props.take(offer);
        this.props.close?.();
    }
}

/** What the product was offered and sold to this customer for, beside the line. */
export class PastPricesField extends Component {
    static template = "crm_sales.PastPricesField";
    static props = { ...standardFieldProps };

    setup() {
        this.popover = usePopover(PastPricesPopover, { position: "left" });
    }

    get offers() {
        return this.props.record.data[this.props.name] || [];
    }

    onOpen(ev) {
        this.popover.open(ev.currentTarget, {
            offers: this.offers,
            canTake: (offer) => this.canTake(offer),
            take: (offer) => this.take(offer),
        });
    }

    /** A price fits only in the same currency and unit, and while prices may change. */
    canTake(offer) {
        const { currency_id: currency, product_uom_id: unit, state } = this.props.record.data;
        return (
            ["draft", "sent"].includes(state) &&
            (!currency || currency.id === offer.currency_id) &&
            (!unit || unit.id === offer.uom_id)
        );
    }

    async take(offer) {
        const changes = { price_unit: offer.price_unit };
        if ("discount" in this.props.record.activeFields) {
            changes.discount = offer.discount;
        } else {
            changes.price_unit = offer.net;
        }
        await this.props.record.update(changes);
    }
}

registry.category("fields").add("crm_past_prices", {
    component: PastPricesField,
    supportedTypes: ["json"],
    isEmpty: () => false,
    listViewWidth: 110,
    fieldDependencies: [
        { name: "state", type: "selection" },
        { name: "currency_id", type: "many2one" },
    ],
});
