import { Dialog } from "@web/core/dialog/dialog";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { _t } from "@web/core/l10n/translation";
import { download } from "@web/core/network/download";
import { registry } from "@web/core/registry";
import { useBus } from "@web/core/utils/hooks";
import { patch } from "@web/core/utils/patch";
import { KanbanController } from "@web/views/kanban/kanban_controller";
import { exportAllItem } from "@web/views/list/export_all/export_all";
import { ListController } from "@web/views/list/list_controller";

import { Component, useState } from "@odoo/owl";

const OPEN = "crm-export-open";
// a kanban reads fields that nobody looks for in a file, and in no order
const TECHNICAL = ["active", "color", "crm_can_write"];
const NAMES = ["name", "display_name"];

/**
 * Asks what of a list goes into which kind of file.
 */
export class CrmExportDialog extends Component {
    static template = "crm_base.ExportDialog";
    static components = { Dialog };
    static props = {
        close: Function,
        root: Object,
        title: String,
        columns: Array,
        chooseColumns: Function,
    };

    setup() {
        const { root } = this.props;
        const chosen = root.selection.length && !root.isDomainSelected;
        this.state = useState({
            range: chosen ? "selection" : "all",
            kind: "xlsx",
            isBusy: false,
        });
    }

    get ranges() {
        const { root } = this.props;
        const records = root.records || [];
        const ranges = [];
        if (root.selection.length && !root.isDomainSelected) {
            ranges.push({
                key: "selection",
                label: _t("Selected records (%s)", root.selection.length),
            });
        }
        if (!root.isGrouped) {
            ranges.push({ key: "page", label: _t("This page (%s)", records.length) });
        }
        // counted up to a limit only
        const total = root.hasLimitedCount ? `${root.count}+` : root.count;
        const all = root.isGrouped
            ? _t("Everything found")
            : _t("Everything found (%s)", total);
        ranges.push({ key: "all", label: all });
        return ranges;
    }

    get kinds() {
        return [
            { key: "xlsx", label: _t("Excel"), icon: "fa-file-excel-o" },
            { key: "csv", label: _t("CSV"), icon: "fa-file-text-o" },
            { key: "pdf", label: _t("PDF"), icon: "fa-file-pdf-o" },
        ];
    }

    get ids() {
        const { root } = this.props;
        if (this.state.range === "all") {
            return false;
        }
        const records = this.state.range === "page" ? root.records : root.selection;
        return records.map((record) => record.resId);
    }

    get order() {
        return this.props.root.orderBy
            .map(({ name, asc }) => `${name} ${asc ? "asc" : "desc"}`)
            .join(", ");
    }

    onChooseColumns() {
        this.props.close();
        this.props.chooseColumns();
    }

    async onExport() {
        const { root, title, columns } = this.props;
        this.state.isBusy = true;
        try {
            await download({
                url: this.state.kind === "pdf" ? "/crm/export/pdf" : `/web/export/${this.state.kind}`,
                data: {
                    data: JSON.stringify({
                        model: root.resModel,
                        fields: columns.map((field) => ({
                            name: field.name,
                            label: field.string,
                            type: field.type,
                        })),
                        ids: this.ids,
                        domain: root.domain,
                        groupby: this.state.range === "all" ? root.groupBy : [],
                        order: this.order,
                        context: root.context,
                        import_compat: false,
                        title,
                    }),
                },
            });
            this.props.close();
        } finally {
            this.state.isBusy = false;
        }
    }
}

/**
 * "Export" of the cog menu, in the place of Odoo's "Export All".
 */
export class CrmExportMenu extends Component {
    static template = "crm_base.ExportMenu";
    static components = { DropdownItem };
    static props = {};

    onSelected() {
        this.env.searchModel.trigger(OPEN);
    }
}

registry.category("cogMenu").add(
    "export-all-menu",
    { ...exportAllItem, Component: CrmExportMenu },
    { sequence: 10, force: true }
);

/** Opens the dialog for a list or kanban. */
function openExport(controller) {
    const { model } = controller;
    const labels = {};
    for (const column of controller.props.archInfo.columns || []) {
        if (column.type === "field" && column.label) {
            labels[column.name] = column.label;
        }
    }
    model.dialog.add(CrmExportDialog, {
        root: model.root,
        title: controller.env.config.getDisplayName() || "",
        // the titles of the columns as the list shows them
        columns: controller
            .getExportableFields()
            .filter((field) => field.exportable !== false && !TECHNICAL.includes(field.name))
            .sort((one, other) => NAMES.includes(other.name) - NAMES.includes(one.name))
            .map((field) => ({ ...field, string: labels[field.name] || field.string })),
        chooseColumns: controller.exportRecords,
    });
}

const exporting = () => ({
    setup() {
        super.setup();
        useBus(this.env.searchModel, OPEN, () => openExport(this));
    },
    getStaticActionMenuItems() {
        const items = super.getStaticActionMenuItems();
        items.export.callback = () => openExport(this);
        return items;
    },
});

patch(ListController.prototype, exporting());
patch(KanbanController.prototype, exporting());
