import { Component } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** The first rows of a file, as they will be stored. */
export class ImportPreviewField extends Component {
    static template = "crm_base.ImportPreviewField";
    static props = { ...standardFieldProps };

    get preview() {
        return this.props.record.data[this.props.name] || { columns: [], rows: [] };
    }
}

/** The problems of all rows, counted by kind. */
export class ImportProblemsField extends Component {
    static template = "crm_base.ImportProblemsField";
    static props = { ...standardFieldProps };

    get problems() {
        return this.props.record.data[this.props.name] || [];
    }
}

const fields = registry.category("fields");
fields.add("crm_import_preview", {
    component: ImportPreviewField,
    supportedTypes: ["json"],
});
fields.add("crm_import_problems", {
    component: ImportProblemsField,
    supportedTypes: ["json"],
});
