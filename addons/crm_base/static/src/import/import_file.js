import { reactive } from "@odoo/owl";
import { FileUploader } from "@web/views/fields/file_handler";
import { BinaryField, binaryField } from "@web/views/fields/binary/binary_field";
import { registry } from "@web/core/registry";

/** The file that is being taken in just now: a promise, null for none. */
export const uploads = reactive({ running: null });

export class ImportFileUploader extends FileUploader {
    async onFileChange(ev) {
        const running = super.onFileChange(ev);
        uploads.running = running;
        try {
            await running;
        } finally {
            if (uploads.running === running) {
                uploads.running = null;
            }
        }
    }
}

/** The file to import; the buttons of the form wait until it is there. */
export class ImportFileField extends BinaryField {
    static components = { ...BinaryField.components, FileUploader: ImportFileUploader };
}

registry.category("fields").add("crm_import_file", {
    ...binaryField,
    component: ImportFileField,
});
