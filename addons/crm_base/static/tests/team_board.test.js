import { expect, test } from "@odoo/hoot";
import { queryAllTexts } from "@odoo/hoot-dom";
import { advanceTime, animationFrame } from "@odoo/hoot-mock";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import {
    contains,
    getService,
    makeServerError,
    mountWithCleanup,
    onRpc,
} from "@web/../tests/web_test_helpers";
import { ActionContainer } from "@web/webclient/actions/action_container";

import { REFRESH } from "@crm_base/team_board/team_board";

defineMailModels();

const COLUMNS = [
    { code: "done", label: "Followed Up", group: "Today", tone: "success", has_amount: false },
    { code: "deals", label: "Deals", group: "Selling", tone: "", has_amount: true },
];

function person(id, name, team_id, done, amount, values = {}) {
    return {
        id,
        name,
        team_id,
        search: name.toLowerCase(),
        is_me: false,
        status: "offline",
        last_seen_at: false,
        absence: false,
        last_deed: false,
        figures: {
            done: { count: done, amount: 0 },
            deals: { count: amount ? 1 : 0, amount },
        },
        ...values,
    };
}

function board(done = 2) {
    return {
        now: "2030-05-15 01:00:00",
        currency_id: 1,
        columns: COLUMNS,
        teams: [
            { id: 1, name: "North", level: 0, parent_id: false },
            { id: 2, name: "Beijing", level: 1, parent_id: 1 },
        ],
        people: [
            person(7, "Mia", 1, 0, 500),
            person(8, "Sam", 2, done, 100, { absence: { until: "2030-05-20", deputy: "Sue" } }),
            person(9, "Sue", 2, 5, 200),
        ],
    };
}

async function openBoard(params = {}) {
    await mountWithCleanup(ActionContainer);
    await getService("action").doAction({
        type: "ir.actions.client",
        tag: "crm_base.team_board",
        name: "Team Board",
        params,
    });
    await animationFrame();
}

const figure = (id, code) => `[data-person='${id}'] [data-code=${code}]`;
const names = () => queryAllTexts("tbody tr th .fw-bold");

test.tags("desktop");
test("people below their teams, which add up everybody below", async () => {
    onRpc("crm.team.board", "compute_board", () => board());
    await openBoard();
    expect(names()).toEqual(["Mia", "Sam", "Sue"]);
    expect(queryAllTexts(".o_crm_board_team th span")).toEqual(["North 3", "Beijing 2"]);
    expect("[data-team='1'] [data-code=done]").toHaveText("7");
    expect("[data-team='2'] [data-code=done]").toHaveText("7");
    expect("[data-team='1'] [data-code=deals]").toHaveText("3\n800");
    expect(figure(8, "done")).toHaveText("2");
    expect("[data-person='8'] .text-warning").toHaveText(/Sue/);
});

test.tags("desktop");
test("sorted by a figure, both ways, and found by name", async () => {
    onRpc("crm.team.board", "compute_board", () => board());
    await openBoard();
    await contains(".o_crm_board_bar input[type=checkbox]").click();
    await contains("[data-column=deals] button").click();
    expect(names()).toEqual(["Mia", "Sue", "Sam"]);
    expect("[data-column=deals]").toHaveAttribute("aria-sort", "descending");
    await contains("[data-column=deals] button").click();
    expect(names()).toEqual(["Sam", "Sue", "Mia"]);
    await contains(".o_crm_board_bar input[type=search]").edit("su");
    expect(names()).toEqual(["Sue"]);
});

test.tags("desktop");
test("asks again while it is looked at, and shows what has changed", async () => {
    let done = 2;
    onRpc("crm.team.board", "compute_board", () => {
        expect.step("asked");
        return board(done);
    });
    await openBoard();
    expect.verifySteps(["asked"]);
    done = 3;
    await advanceTime(REFRESH);
    await animationFrame();
    expect.verifySteps(["asked"]);
    expect(figure(8, "done")).toHaveText("3");
    expect(figure(8, "done")).toHaveClass("o_crm_board_changed");
    expect(figure(9, "done")).not.toHaveClass("o_crm_board_changed");
});

test.tags("desktop");
test("a figure opens its list, a failure says what to do", async () => {
    let fails = true;
    onRpc("crm.team.board", "compute_board", ({ kwargs }) => {
        expect.step(`team ${kwargs.team_id}`);
        if (fails) {
            throw makeServerError({ message: "no" });
        }
        return board();
    });
    onRpc("crm.team.board", "action_open", ({ args, kwargs }) => {
        expect.step(`open ${args[0]} ${kwargs.user_id} ${kwargs.team_id}`);
        return { type: "ir.actions.act_window_close" };
    });
    await openBoard();
    expect.verifySteps(["team false"]);
    fails = false;
    await contains(".o_crm_board .btn-primary").click();
    await animationFrame();
    await contains(figure(9, "done")).click();
    await contains("[data-team='2'] [data-code=deals]").click();
    expect.verifySteps(["team false", "open done 9 false", "open deals false 2"]);
    await contains("select[name=team]").select("2");
    await animationFrame();
    expect.verifySteps(["team 2"]);
});

test.tags("mobile");
test("a card for each person, without what is zero", async () => {
    onRpc("crm.team.board", "compute_board", () => board(0));
    await openBoard();
    expect("table").toHaveCount(0);
    expect("article").toHaveCount(3);
    expect(figure(8, "done")).toHaveCount(0);
    expect(figure(8, "deals")).toHaveText("1\n100\nDeals");
    await contains("select[name=sort]").select("deals");
    await contains(".o_crm_board_bar input[type=checkbox]").click();
    expect(queryAllTexts("article .fw-bold")).toEqual(["Mia", "Sue", "Sam"]);
});

test("one's own board has every figure", async () => {
    onRpc("crm.team.board", "compute_board", ({ kwargs }) => {
        expect.step(`mine ${kwargs.mine}`);
        return { ...board(), people: [person(8, "Sam", 2, 0, 100)] };
    });
    await openBoard({ mine: true });
    expect.verifySteps(["mine true"]);
    expect("[data-person='8'] [data-code]").toHaveCount(2);
    expect(figure(8, "done")).not.toBeEnabled();
    expect("select[name=team]").toHaveCount(0);
});
