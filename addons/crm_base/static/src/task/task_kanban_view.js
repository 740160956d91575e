import { registry } from "@web/core/registry";
import { RelationalModel } from "@web/model/relational_model/relational_model";

import { crmKanbanView } from "../kanban/crm_kanban_view";

/**
 * A card that is dragged to another state takes the step that leads there. The server
 * decides whether there is one and says why not; the card then stays where it was.
 */
class TaskGroupList extends RelationalModel.DynamicGroupList {
    async moveRecord(dataRecordId, dataGroupId, refId, targetGroupId) {
        if (this.groupByField.name !== "state" || dataGroupId === targetGroupId) {
            return super.moveRecord(...arguments);
        }
        const source = this.groups.find((group) => group.id === dataGroupId);
        const target = this.groups.find((group) => group.id === targetGroupId);
        const record = source.list.records.find((one) => one.id === dataRecordId);
        try {
            await this.model.orm.call(this.resModel, "action_move", [
                [record.resId],
                target.value,
            ]);
        } finally {
            await this.model.load();
        }
    }
}

export class TaskKanbanModel extends RelationalModel {
    static DynamicGroupList = TaskGroupList;
}

registry
    .category("views")
    .add("crm_task_kanban", { ...crmKanbanView, Model: TaskKanbanModel });
