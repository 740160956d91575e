import { reactive } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { rpcBus } from "@web/core/network/rpc";
import { UPDATE_METHODS } from "@web/core/orm_service";

const MODEL = "crm.dictionary";

/**
 * Colours of the data dictionary by id, read once for all badges of all views.
 *
 * Reading the colour with each record instead would need a sub-specification on every
 * many2one, and the web client cannot merge those when a field stands twice in a view.
 */
export const dictionaryColorsService = {
    dependencies: ["orm"],
    start(env, { orm }) {
        const colors = reactive({});
        let loading = null;

        function load() {
            loading ??= orm.silent
                .searchRead(MODEL, [["color", "!=", 0]], ["color"], {
                    context: { active_test: false },
                })
                .then((values) => {
                    for (const id in colors) {
                        delete colors[id];
                    }
                    for (const { id, color } of values) {
                        colors[id] = color;
                    }
                });
            return loading;
        }

        rpcBus.addEventListener("RPC:RESPONSE", ({ detail }) => {
            const { model, method } = detail.data.params || {};
            if (loading && model === MODEL && UPDATE_METHODS.includes(method)) {
                loading = null;
                load();
            }
        });
        return { colors, load };
    },
};

registry.category("services").add("crm_dictionary_colors", dictionaryColorsService);
