import { user } from "@web/core/user";
import { patch } from "@web/core/utils/patch";
import { PivotRenderer } from "@web/views/pivot/pivot_renderer";

import { onWillStart } from "@odoo/owl";

// a pivot table is taken away by those who may export, as any other list
patch(PivotRenderer.prototype, {
    setup() {
        super.setup();
        onWillStart(async () => {
            this.crmMayExport = await user.hasGroup("base.group_allow_export");
        });
    },
});
