import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { FormViewDialog } from "@web/views/view_dialogs/form_view_dialog";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";

const MODEL = "crm.project.contact";
const SPECIFICATION = {
    name: {},
    organisation: {},
    position: {},
    parent_id: {},
    role_id: { fields: { display_name: {} } },
    attitude: {},
    influence: {},
    colleague_id: { fields: { display_name: {} } },
    note: {},
};
/** How each attitude looks: an icon, so that colour alone says nothing, and a colour. */
export const ATTITUDES = {
    champion: { icon: "fa-trophy", css: "success" },
    supporter: { icon: "fa-thumbs-up", css: "success" },
    neutral: { icon: "fa-minus-circle", css: "muted" },
    opponent: { icon: "fa-thumbs-down", css: "danger" },
    unknown: { icon: "fa-question-circle", css: "muted" },
};
/** Steps of influence, drawn as filled dots. */
export const STEPS = ["1", "2", "3", "4"];

/**
 * Make a forest of rows that name their superior.
 *
 * Whose superior is not among the rows is a root, and so is one of those who would
 * otherwise report to each other in a circle: nobody disappears.
 *
 * @param {Object[]} rows with `id` and `parent_id` (an id or false)
 * @returns {Object[]} the roots: `{ row, children }`, in the order of the rows
 */
export function growTree(rows) {
    const nodes = new Map(rows.map((row) => [row.id, { row, children: [] }]));
    const roots = [];
    const above = (id) => nodes.get(id)?.row.parent_id || false;
    for (const node of nodes.values()) {
        let ancestor = node.row.parent_id;
        const seen = new Set();
        while (ancestor && ancestor !== node.row.id && !seen.has(ancestor)) {
            seen.add(ancestor);
            ancestor = above(ancestor);
        }
        const parent = nodes.get(node.row.parent_id);
        if (parent && !ancestor) {
            parent.children.push(node);
        } else {
            roots.push(node);
        }
    }
    return roots;
}

/** Those who decide about a project, drawn as a tree and changed there. */
export class DecisionTree extends Component {
    static template = "crm_sales.DecisionTree";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.dialog = useService("dialog");
        this.notification = useService("notification");
        this.attitudes = ATTITUDES;
        this.steps = STEPS;
        this.labels = {};
        this.state = useState({ roots: [], dragged: false, target: false });
        onWillStart(async () => {
            const fields = await this.orm.call(MODEL, "fields_get", [
                ["attitude", "influence"],
                ["selection"],
            ]);
            this.labels = {
                attitude: Object.fromEntries(fields.attitude.selection),
                influence: Object.fromEntries(fields.influence.selection),
            };
            await this.load(this.props.record.resId);
        });
        onWillUpdateProps(async (next) => {
            if (next.record.resId !== this.loadedId) {
                await this.load(next.record.resId);
            }
        });
    }

    get canWrite() {
        return Boolean(this.props.record.resId) && this.props.record.data.crm_can_write !== false;
    }

    /** One line about a person for screen readers. */
    describe(row) {
        return [
            row.name,
            row.position,
            row.role_id?.display_name,
            this.labels.attitude[row.attitude],
            this.labels.influence[row.influence],
        ]
            .filter(Boolean)
            .join(" · ");
    }

    /** Where a person sits: position and company. */
    place(row) {
        return [row.position, row.organisation].filter(Boolean).join(" · ");
    }

    async load(leadId) {
        this.loadedId = leadId;
        if (!leadId) {
            this.state.roots = [];
            return;
        }
        const { records } = await this.orm.webSearchRead(MODEL, [["lead_id", "=", leadId]], {
            specification: SPECIFICATION,
            limit: 500,
        });
        this.state.roots = growTree(records);
    }

    open(row, parentId = false) {
        this.dialog.add(FormViewDialog, {
            resModel: MODEL,
            resId: row?.id || false,
            title: row ? row.name : _t("New in the Decision Tree"),
            readonly: !this.canWrite,
            context: {
                ...user.context,
                default_lead_id: this.props.record.resId,
                default_parent_id: parentId,
            },
            onRecordSaved: () => this.load(this.props.record.resId),
            removeRecord:
                row && this.canWrite
                    ? async () => {
                          await this.orm.unlink(MODEL, [row.id]);
                          await this.load(this.props.record.resId);
                      }
                    : undefined,
        });
    }

    onDragStart(ev, row) {
        this.state.dragged = row.id;
        ev.dataTransfer.effectAllowed = "move";
        ev.dataTransfer.setData("text/plain", row.name);
    }

    onDragOver(ev, id) {
        if (this.state.dragged && this.state.dragged !== id) {
            ev.preventDefault();
            this.state.target = id;
        }
    }

    onDragEnd() {
        this.state.dragged = false;
        this.state.target = false;
    }

    /** Let the dragged person report to somebody else, or to nobody (`false`). */
    async onDrop(id) {
        const dragged = this.state.dragged;
        this.onDragEnd();
        if (!dragged || dragged === id) {
            return;
        }
        await this.orm.write(MODEL, [dragged], { parent_id: id });
        await this.load(this.props.record.resId);
    }
}

export const decisionTree = {
    component: DecisionTree,
    fieldDependencies: [{ name: "crm_can_write", type: "boolean" }],
};

registry.category("view_widgets").add("crm_decision_tree", decisionTree);
