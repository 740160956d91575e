import { _t } from "@web/core/l10n/translation";
import { browser } from "@web/core/browser/browser";
import {
    deserializeDate,
    deserializeDateTime,
    toLocaleDateString,
    toLocaleDateTimeString,
} from "@web/core/l10n/dates";
import { Layout } from "@web/search/layout";
import { registry } from "@web/core/registry";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { useService } from "@web/core/utils/hooks";
import { useSetupAction } from "@web/search/action_hook";
import { Component, onWillStart, onWillUnmount, useExternalListener, useRef, useState } from "@odoo/owl";

import { shortAmount } from "../amounts/amounts";
import { boardRows, changedFigures, columnGroups } from "./board_rows";

/** Asked again so often, as long as somebody looks at the page. */
export const REFRESH = 30 * 1000;
/** Without an answer for so long, the page says that it is not live. */
const STALE = 3 * REFRESH;

/**
 * What each person is at right now. The page asks again while it is in sight, and at once
 * when it comes back into sight; a hidden page asks nothing.
 */
export class TeamBoard extends Component {
    static template = "crm_base.TeamBoard";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.ui = useService("ui");
        this.rootRef = useRef("root");
        this.shortAmount = shortAmount;
        this.isMine = Boolean(this.props.action.params?.mine);
        // answers that were overtaken by a later question are dropped
        this.turn = 0;
        this.timer = null;
        this.state = useState({
            board: null,
            changed: new Set(),
            error: "",
            isStale: false,
            search: "",
            teamId: false,
            sort: "",
            isDescending: true,
            isGrouped: true,
            ...this.props.state?.boardState,
        });
        useSetupAction({
            rootRef: this.rootRef,
            getLocalState: () => ({ boardState: { ...this.state, changed: new Set() } }),
        });
        useExternalListener(document, "visibilitychange", () => this.onVisibility());
        onWillStart(() => {
            // not awaited: the page is shown meanwhile
            this.reload();
        });
        onWillUnmount(() => {
            this.turn++;
            browser.clearTimeout(this.timer);
        });
    }

    // ------------------------------------------------------------------
    // Data
    // ------------------------------------------------------------------

    async reload() {
        const turn = ++this.turn;
        browser.clearTimeout(this.timer);
        try {
            const board = await this.orm.silent.call("crm.team.board", "compute_board", [], {
                mine: this.isMine,
                team_id: this.state.teamId,
            });
            if (turn !== this.turn) {
                return;
            }
            const changed = changedFigures(this.state.board, board);
            this.answeredAt = Date.now();
            Object.assign(this.state, { board, changed, error: "", isStale: false });
        } catch (error) {
            if (turn !== this.turn) {
                return;
            }
            if (this.state.board && !error.data) {
                // the net is gone for a while: what was seen stays, and is called old
                this.state.isStale = Date.now() - this.answeredAt > STALE;
            } else {
                const message = error.data?.message || error.message;
                Object.assign(this.state, { board: null, error: message });
            }
        }
        if (document.visibilityState === "visible") {
            this.timer = browser.setTimeout(() => this.reload(), REFRESH);
        }
    }

    onVisibility() {
        browser.clearTimeout(this.timer);
        if (document.visibilityState === "visible") {
            this.reload();
        }
    }

    changeTeam(value) {
        this.state.teamId = Number(value) || false;
        return this.reload();
    }

    /** Sort by a column, the other way round the second time, by the tree the third. */
    sortBy(code) {
        const { sort, isDescending } = this.state;
        if (sort !== code) {
            Object.assign(this.state, { sort: code, isDescending: true });
        } else if (isDescending) {
            this.state.isDescending = false;
        } else {
            this.state.sort = "";
        }
    }

    /** Sort by what was chosen in the list of columns, "" for the names. */
    changeSort(sort) {
        Object.assign(this.state, { sort, isDescending: true });
    }

    // ------------------------------------------------------------------
    // What is shown
    // ------------------------------------------------------------------

    get isAlone() {
        return this.isMine || (this.state.board.people.length === 1 && !this.state.teamId);
    }

    get hasCards() {
        return this.ui.isSmall || this.isAlone;
    }

    get people() {
        const words = this.state.search.toLowerCase().split(/\s+/);
        return this.state.board.people.filter((person) =>
            words.every((word) => person.search.includes(word))
        );
    }

    get rows() {
        const { sort, isDescending, isGrouped, board } = this.state;
        return boardRows(board, this.people, {
            sort,
            isDescending,
            isGrouped: isGrouped && !this.isAlone && board.teams.length > 0,
            withoutTeam: _t("Without a Team"),
        });
    }

    get groups() {
        return columnGroups(this.state.board.columns);
    }

    get sortings() {
        return [
            { code: "", name: _t("By name") },
            { code: "last_deed", name: _t("Last Deed") },
            { code: "last_seen", name: _t("Last Seen") },
            ...this.state.board.columns.map(({ code, label }) => ({ code, name: label })),
        ];
    }

    /** The columns that somebody has something in: a card is no table of zeros. */
    busyColumns(person) {
        return this.state.board.columns.filter(({ code }) => person.figures[code].count);
    }

    ariaSort(code) {
        if (this.state.sort !== code) {
            return "none";
        }
        return this.state.isDescending ? "descending" : "ascending";
    }

    teamName(team) {
        return "\u2003".repeat(team.level) + team.name;
    }

    updatedText() {
        const time = deserializeDateTime(this.state.board.now).toFormat("HH:mm:ss");
        return this.state.isStale
            ? _t("Not updated since %s", time)
            : _t("Live, updated at %s", time);
    }

    statusText(person) {
        if (person.status === "online") {
            return _t("Online");
        }
        const since = this.ago(person.last_seen_at);
        return since ? _t("Last seen %s", since) : _t("Never logged in");
    }

    absenceText({ until, deputy }) {
        const day = toLocaleDateString(deserializeDate(until));
        return deputy
            ? _t("Away until %(day)s, deputy %(deputy)s", { day, deputy })
            : _t("Away until %s", day);
    }

    ago(moment) {
        return moment ? deserializeDateTime(moment).toRelative() : "";
    }

    exactly(moment) {
        return moment ? toLocaleDateTimeString(deserializeDateTime(moment)) : "";
    }

    figureClass(column, figure, person) {
        const isChanged = person && this.state.changed.has(`${person.id}.${column.code}`);
        return {
            [`text-${column.tone}`]: Boolean(column.tone && figure.count),
            o_crm_board_changed: isChanged,
        };
    }

    figureLabel(name, column, figure) {
        return `${name}, ${column.label}: ${figure.count}`;
    }

    // ------------------------------------------------------------------
    // What can be done
    // ------------------------------------------------------------------

    async open(column, person, team) {
        const action = await this.orm.call("crm.team.board", "action_open", [column.code], {
            user_id: person ? person.id : this.isMine && this.state.board.people[0].id,
            team_id: team ? team.id : false,
        });
        return this.action.doAction(action);
    }

    openDeed({ model, res_id }) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: model,
            res_id,
            views: [[false, "form"]],
        });
    }
}

registry.category("actions").add("crm_base.team_board", TeamBoard);
