import { describe, expect, test } from "@odoo/hoot";
import { growTree } from "@crm_sales/decision_tree/decision_tree";

describe.current.tags("headless");

/** The ids of a forest, as nested arrays. */
function shape(nodes) {
    return nodes.map(({ row, children }) => [row.id, ...shape(children)]);
}

test("people stand below their superiors", () => {
    const rows = [
        { id: 1, parent_id: false },
        { id: 2, parent_id: 1 },
        { id: 3, parent_id: 2 },
        { id: 4, parent_id: 1 },
        { id: 5, parent_id: false },
    ];
    expect(shape(growTree(rows))).toEqual([[1, [2, [3]], [4]], [5]]);
});

test("nobody disappears: a superior out of sight, a circle", () => {
    const rows = [
        { id: 1, parent_id: 9 },
        { id: 2, parent_id: 3 },
        { id: 3, parent_id: 2 },
        { id: 4, parent_id: 3 },
        { id: 5, parent_id: 5 },
    ];
    expect(shape(growTree(rows)).flat(9).toSorted()).toEqual([1, 2, 3, 4, 5]);
});
