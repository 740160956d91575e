import { kanbanView } from "@web/views/kanban/kanban_view";
import { registry } from "@web/core/registry";
import { SearchModel } from "@web/search/search_model";
import { utils } from "@web/core/ui/ui_service";

/**
 * A board on a desk, one list on a phone: columns side by side are of no use on a screen
 * that shows one of them. Whoever groups on the phone still gets groups.
 */
export class CrmKanbanSearchModel extends SearchModel {
    load(config) {
        return super.load({
            ...config,
            defaultGroupBy: utils.isSmall() ? undefined : config.defaultGroupBy,
        });
    }
}

export const crmKanbanView = { ...kanbanView, SearchModel: CrmKanbanSearchModel };

registry.category("views").add("crm_base_kanban", crmKanbanView);
