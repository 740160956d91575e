import { _t } from "@web/core/l10n/translation";
import { CopyButton } from "@web/core/copy_button/copy_button";
import { deserializeDateTime, toLocaleDateTimeString, today } from "@web/core/l10n/dates";
import { Layout } from "@web/search/layout";
import { registry } from "@web/core/registry";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { useService } from "@web/core/utils/hooks";
import { useSetupAction } from "@web/search/action_hook";
import { View } from "@web/views/view";
import { Component, onWillStart, useEffect, useRef, useState } from "@odoo/owl";

import { FollowupLog } from "./followup_log";
import { TimelineEntry } from "./timeline_entry";

const { DateTime } = luxon;

/** Entries of the timeline fetched at once. */
export const TIMELINE_PAGE = 30;

/**
 * The 360° page of a customer: who it is, what it is worth, and one timeline of everything
 * that happened. What is shown comes from `get_crm_overview` and `get_crm_timeline`, so
 * that installed addons fill the page without touching it.
 */
export class CustomerOverview extends Component {
    static template = "crm_base.CustomerOverview";
    static components = { CopyButton, FollowupLog, Layout, TimelineEntry, View };
    static props = { ...standardActionServiceProps };
    static displayName = _t("Customer Overview");
    static path = "customer-overview";

    setup() {
        this.copiedText = _t("Copied");
        this.action = useService("action");
        this.orm = useService("orm");
        // answers that were overtaken by a later question are dropped
        this.timelineTurn = 0;
        this.rootRef = useRef("root");
        this.moreRef = useRef("more");
        const { context, params } = this.props.action;
        this.partnerId = params?.partner_id || context?.active_id;
        this.state = useState({
            error: "",
            overview: null,
            tab: "timeline",
            kind: false,
            entries: [],
            before: false,
            loadingMore: false,
            finishing: false,
            draft: { content: "", methodId: false, contactId: false, nextPlanAt: false },
            ...this.props.state?.overviewState,
        });
        useSetupAction({
            rootRef: this.rootRef,
            getLocalState: () => ({
                overviewState: { ...this.state, loadingMore: false, finishing: false },
            }),
        });
        onWillStart(() => {
            // not awaited: the skeleton is shown meanwhile
            this.reload();
        });
        useEffect(
            (sentinel) => {
                if (!sentinel) {
                    return;
                }
                const observer = new IntersectionObserver((items) => {
                    if (items.some((item) => item.isIntersecting)) {
                        this.loadMore();
                    }
                });
                observer.observe(sentinel);
                return () => observer.disconnect();
            },
            // observed anew after each page: a short one may leave it in sight
            () => [this.moreRef.el, this.state.entries.length]
        );
    }

    // ------------------------------------------------------------------
    // Data
    // ------------------------------------------------------------------

    async reload() {
        if (!this.partnerId) {
            this.state.error = _t("Open a customer first.");
            return;
        }
        try {
            const limit = Math.max(this.state.entries.length, TIMELINE_PAGE);
            const [overview, timeline] = await Promise.all([
                this.call("get_crm_overview"),
                this.fetchTimeline(false, limit),
            ]);
            Object.assign(this.state, { overview, error: "" });
            this.setTimeline(timeline);
            this.env.config.setDisplayName(_t("%s · Overview", overview.header.name));
        } catch (error) {
            this.state.overview = null;
            this.state.error = error.data?.message || error.message;
        }
    }

    call(method, kwargs = {}) {
        return this.orm.silent.call("res.partner", method, [[this.partnerId]], kwargs);
    }

    /** Return a page of the timeline, or null when a later question overtook it. */
    async fetchTimeline(before, limit = TIMELINE_PAGE) {
        const turn = ++this.timelineTurn;
        const page = await this.call("get_crm_timeline", {
            before,
            kinds: this.state.kind ? [this.state.kind] : false,
            limit: Math.min(limit, 100),
        });
        return turn === this.timelineTurn ? page : null;
    }

    setTimeline(page, former = []) {
        if (page) {
            this.state.entries = [...former, ...page.entries];
            this.state.before = page.before;
        }
    }

    async loadMore() {
        if (this.state.loadingMore || !this.state.before) {
            return;
        }
        this.state.loadingMore = true;
        try {
            const page = await this.fetchTimeline(this.state.before);
            this.setTimeline(page, this.state.entries);
        } finally {
            this.state.loadingMore = false;
        }
    }

    async selectKind(kind) {
        this.state.kind = kind;
        this.setTimeline(await this.fetchTimeline(false));
    }

    // ------------------------------------------------------------------
    // What is shown
    // ------------------------------------------------------------------

    get header() {
        return this.state.overview.header;
    }

    get facts() {
        const { header } = this;
        return [
            { label: _t("Type"), value: header.type },
            { label: _t("Industry"), value: header.industry },
            { label: _t("Source"), value: header.source },
            { label: _t("Territory"), value: header.territory },
            { label: _t("Owned Since"), value: this.formatDate(header.owner_since) },
            { label: _t("Last Follow-up"), value: this.formatDate(header.last_followup_at) },
            { label: _t("Next Follow-up"), value: this.formatDate(header.next_followup_at) },
            { label: _t("Shared With"), value: header.shared_with.join(", ") },
            { label: _t("Address"), value: header.address },
        ].filter((fact) => fact.value);
    }

    get phones() {
        return [...new Set([this.header.mobile, this.header.phone])].filter(Boolean);
    }

    get tabs() {
        const { contacts, tabs } = this.state.overview;
        return [
            { code: "timeline", label: _t("Timeline") },
            { code: "contacts", label: _t("Contacts"), count: contacts.length },
            ...tabs,
        ];
    }

    get activeTab() {
        return this.tabs.find((tab) => tab.code === this.state.tab) || this.tabs[0];
    }

    /** The timeline cut into days. */
    get days() {
        const days = [];
        for (const entry of this.state.entries) {
            const day = deserializeDateTime(entry.date).startOf("day");
            if (!days.length || +days.at(-1).day !== +day) {
                days.push({ day, label: this.dayLabel(day), entries: [] });
            }
            days.at(-1).entries.push(entry);
        }
        return days;
    }

    dayLabel(day) {
        const date = day.toLocaleString(DateTime.DATE_MED_WITH_WEEKDAY);
        const ago = Math.round(today().diff(day, "days").days);
        return ago >= 0 && ago < 7 ? `${day.toRelativeCalendar()} · ${date}` : date;
    }

    formatDate(value) {
        return value
            ? toLocaleDateTimeString(deserializeDateTime(value), { showSeconds: false })
            : "";
    }

    get listProps() {
        const { model, domain, context } = this.activeTab;
        return {
            type: "list",
            resModel: model,
            domain,
            context,
            display: { controlPanel: false },
            allowSelectors: false,
            selectRecord: (resId) => this.openRecord(model, resId),
            createRecord: () => this.openTab(this.activeTab),
        };
    }

    // ------------------------------------------------------------------
    // What can be done
    // ------------------------------------------------------------------

    selectTab(tab) {
        // lists are wide: on a phone they get a page of their own
        if (tab.model && this.env.isSmall) {
            return this.openTab(tab);
        }
        this.state.tab = tab.code;
    }

    openTab(tab) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            name: tab.label,
            res_model: tab.model,
            views: [
                [false, "list"],
                [false, "kanban"],
                [false, "form"],
            ],
            mobile_view_mode: "kanban",
            domain: tab.domain,
            context: tab.context,
        });
    }

    openTotal(total) {
        if (total.action) {
            return this.action.doAction(total.action);
        }
    }

    async openRecord(model, resId) {
        return this.action.doAction(
            await this.orm.call(model, "get_formview_action", [[resId]])
        );
    }

    openEntry(entry) {
        return this.openRecord(entry.model, entry.id);
    }

    edit() {
        return this.openRecord("res.partner", this.partnerId);
    }

    /** Run a method of the customer that opens a dialog, then show what it changed. */
    async openDialog(method) {
        return this.action.doAction(await this.call(method), { onClose: () => this.reload() });
    }

    newContact() {
        return this.action.doAction(
            {
                type: "ir.actions.act_window",
                name: _t("New Contact"),
                res_model: "res.partner",
                views: [[false, "form"]],
                target: "new",
                context: {
                    form_view_ref: "crm_base.res_partner_view_form_contact",
                    default_parent_id: this.partnerId,
                    default_type: "contact",
                    default_is_company: false,
                },
            },
            { onClose: () => this.reload() }
        );
    }

    async finishPlan(plan) {
        if (this.state.finishing) {
            return;
        }
        this.state.finishing = plan.id;
        try {
            await this.orm.call("crm.followup", "action_done", [[plan.id]]);
            await this.reload();
        } finally {
            this.state.finishing = false;
        }
    }

    async toggleFavorite() {
        const isFavorite = !this.header.is_favorite;
        await this.orm.write("res.partner", [this.partnerId], { is_favorite: isFavorite });
        this.header.is_favorite = isFavorite;
    }
}

registry.category("actions").add("crm_base.customer_overview", CustomerOverview);
