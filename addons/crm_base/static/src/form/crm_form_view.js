import { registry } from "@web/core/registry";
import { charField } from "@web/views/fields/char/char_field";
import { formView } from "@web/views/form/form_view";

/**
 * A form that locks itself for readers.
 *
 * A record may be in sight without being in one's hands (a customer lent for reading, a
 * colleague's follow-up). The model says so in `crm_can_write`; the form then shows every
 * field as text instead of letting the reader type what the server will refuse.
 */
export class CrmFormRecord extends formView.Model.Record {
    get isInEdition() {
        if (this.resId && this.data?.crm_can_write === false) {
            return false;
        }
        return super.isInEdition;
    }
}

export class CrmFormModel extends formView.Model {
    static Record = CrmFormRecord;
}

export const crmFormView = { ...formView, Model: CrmFormModel };

registry.category("views").add("crm_base_form", crmFormView);

// Stock's autocompletion sends whatever is typed into a name or tax number to a service
// abroad. Who one's customers are is nobody's business: in our forms it is an input.
registry.category("fields").add("crm_base_form.field_partner_autocomplete", charField);
