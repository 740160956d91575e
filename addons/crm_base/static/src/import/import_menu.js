import { importRecordsItem } from "@base_import/import_records/import_records";
import { Component } from "@odoo/owl";
import { DropdownItem } from "@web/core/dropdown/dropdown_item";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { STATIC_ACTIONS_GROUP_NUMBER } from "@web/search/action_menus/action_menus";

/**
 * "Import" in the gear menu of lists whose action names a profile (context key
 * `crm_import`): leads to the guided import, where stock's dialog would stand.
 */
export class CrmImportMenu extends Component {
    static template = "crm_base.ImportMenu";
    static components = { DropdownItem };
    static props = {};

    setup() {
        this.action = useService("action");
    }

    open() {
        this.action.doAction("crm_base.crm_import_batch_action_new", {
            additionalContext: { crm_import_profile: this.env.searchModel.context.crm_import },
        });
    }
}

const isOurs = (env) => Boolean(env.searchModel?.context.crm_import);

registry.category("cogMenu").add(
    "crm-import-menu",
    {
        Component: CrmImportMenu,
        groupNumber: STATIC_ACTIONS_GROUP_NUMBER,
        isDisplayed: async (env) =>
            isOurs(env) &&
            ["kanban", "list"].includes(env.config.viewType) &&
            (await user.hasGroup("crm_base.group_import")),
    },
    { sequence: 1 }
);

const { isDisplayed } = importRecordsItem;
importRecordsItem.isDisplayed = (env) => !isOurs(env) && isDisplayed(env);
