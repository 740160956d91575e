import { _t } from "@web/core/l10n/translation";
import { browser } from "@web/core/browser/browser";
import { toLocaleDateTimeString } from "@web/core/l10n/dates";
import { formatInteger } from "@web/views/fields/formatters";
import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { useService } from "@web/core/utils/hooks";
import { Component, useState } from "@odoo/owl";

/** How long a phone may look for satellites before we give up, in milliseconds. */
export const POSITION_TIMEOUT = 20000;

/** What the check-in needs of the device; replaced in tests. */
export const device = {
    isSecure: () => window.isSecureContext,
    geolocation: () => browser.navigator.geolocation,
};

/**
 * Ask the device where it is.
 *
 * @returns {Promise<GeolocationPosition>}
 * @throws {Error} with a text that tells a salesperson what to do
 */
export async function getPosition() {
    if (!device.isSecure()) {
        throw new Error(
            _t("The browser gives no position on an unencrypted page. Open the CRM with https://.")
        );
    }
    const geolocation = device.geolocation();
    if (!geolocation) {
        throw new Error(_t("This device cannot tell its position."));
    }
    return new Promise((resolve, reject) => {
        geolocation.getCurrentPosition(
            resolve,
            (error) => reject(new Error(positionErrorText(error.code))),
            { enableHighAccuracy: true, timeout: POSITION_TIMEOUT, maximumAge: 0 }
        );
    });
}

function positionErrorText(code) {
    switch (code) {
        case 1: // PERMISSION_DENIED
            return _t(
                "The position was refused. Allow location for this site in the settings of the browser, then try again."
            );
        case 3: // TIMEOUT
            return _t(
                "No position was found in time. Step into the open or switch on Wi-Fi, then try again."
            );
        default: // POSITION_UNAVAILABLE
            return _t("The position is not available. Switch on location on this device.");
    }
}

/** Check in at a customer: where and when, once per visit. */
export class CheckinWidget extends Component {
    static template = "crm_base.CheckinWidget";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.notification = useService("notification");
        this.state = useState({ running: false, error: "" });
    }

    get data() {
        return this.props.record.data;
    }

    get isCheckedIn() {
        return Boolean(this.data.checkin_at);
    }

    get canCheckIn() {
        return (
            this.data.state === "planned" && !this.isCheckedIn && this.data.crm_can_write !== false
        );
    }

    get checkinTime() {
        return toLocaleDateTimeString(this.data.checkin_at, { showSeconds: false });
    }

    get accuracyText() {
        return _t("Accuracy ±%s m", formatInteger(Math.round(this.data.checkin_accuracy)));
    }

    get distanceText() {
        return _t(
            "%s m from the customer's address",
            formatInteger(Math.round(this.data.checkin_distance))
        );
    }

    get mapUrl() {
        const { checkin_latitude: latitude, checkin_longitude: longitude } = this.data;
        return `https://uri.amap.com/marker?position=${longitude},${latitude}&coordinate=wgs84`;
    }

    async checkIn() {
        if (this.state.running) {
            return;
        }
        this.state.running = true;
        this.state.error = "";
        try {
            // what was typed so far must not be lost by the reload
            if (!(await this.props.record.save())) {
                return;
            }
            const { coords } = await getPosition();
            const result = await this.orm.call(
                "crm.followup",
                "action_checkin",
                [[this.props.record.resId]],
                {
                    latitude: coords.latitude,
                    longitude: coords.longitude,
                    accuracy: coords.accuracy || 0,
                }
            );
            await this.props.record.load();
            this.notification.add(
                result.is_far
                    ? _t("Checked in, but far from the customer's address.")
                    : _t("Checked in."),
                { type: result.is_far ? "warning" : "success" }
            );
        } catch (error) {
            this.state.error = error.data?.message || error.message;
        } finally {
            this.state.running = false;
        }
    }

    async useAsAddress() {
        if (this.state.running) {
            return;
        }
        this.state.running = true;
        this.state.error = "";
        try {
            await this.orm.call("crm.followup", "action_locate_customer", [
                [this.props.record.resId],
            ]);
            await this.props.record.load();
            this.notification.add(_t("This place is now the customer's address on the map."), {
                type: "success",
            });
        } catch (error) {
            this.state.error = error.data?.message || error.message;
        } finally {
            this.state.running = false;
        }
    }
}

export const checkinWidget = {
    component: CheckinWidget,
    fieldDependencies: [
        { name: "state", type: "selection" },
        { name: "crm_can_write", type: "boolean" },
        { name: "can_locate_customer", type: "boolean" },
        { name: "checkin_at", type: "datetime" },
        { name: "checkin_accuracy", type: "float" },
        { name: "checkin_distance", type: "float" },
        { name: "checkin_is_far", type: "boolean" },
        { name: "checkin_latitude", type: "float" },
        { name: "checkin_longitude", type: "float" },
    ],
};

registry.category("view_widgets").add("crm_checkin", checkinWidget);
