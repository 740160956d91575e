import { onWillUnmount, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { FormController } from "@web/views/form/form_controller";
import { formView } from "@web/views/form/form_view";
import { uploads } from "./import_file";

const BUSY = ["checking", "running", "undoing"];
// how often to look when the bus says nothing, in milliseconds
const PATIENCE = 5000;

/**
 * The form of an import shows how far the work in the background is: whenever the server
 * says that rows are done, and every few seconds in case the bus is not connected.
 */
export class ImportFormController extends FormController {
    setup() {
        super.setup();
        this.uploads = useState(uploads);
        const bus = useService("bus_service");
        const refresh = () => this.refresh();
        bus.subscribe("crm_import/progress", refresh);
        const timer = setInterval(refresh, PATIENCE);
        onWillUnmount(() => {
            bus.unsubscribe("crm_import/progress", refresh);
            clearInterval(timer);
        });
    }

    get className() {
        return { ...super.className, o_crm_uploading: Boolean(this.uploads.running) };
    }

    /** Whoever is faster than the file waits for it. */
    async beforeExecuteActionButton(clickParams) {
        await uploads.running;
        return super.beforeExecuteActionButton(clickParams);
    }

    async refresh() {
        const { root } = this.model;
        if (!root?.resId || !BUSY.includes(root.data.state) || this.loading) {
            return;
        }
        this.loading = true;
        try {
            await root.load();
        } finally {
            this.loading = false;
        }
    }
}

registry
    .category("views")
    .add("crm_import_form", { ...formView, Controller: ImportFormController });
