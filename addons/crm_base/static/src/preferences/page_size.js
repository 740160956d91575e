import { patch } from "@web/core/utils/patch";
import { session } from "@web/session";
import { KanbanController } from "@web/views/kanban/kanban_controller";
import { ListController } from "@web/views/list/list_controller";

/** Gives pages the length that the user chose, where the view does not say its own. */
const sized = () => ({
    get modelParams() {
        const params = super.modelParams;
        if (session.crm_page_size && !this.props.archInfo.limit && !this.env.inDialog) {
            params.limit = session.crm_page_size;
        }
        return params;
    },
});

patch(ListController.prototype, sized());
patch(KanbanController.prototype, sized());
