from odoo.addons.sale.controllers.product_configurator import (
    SaleProductConfiguratorController,
)


class CrmProductConfigurator(SaleProductConfiguratorController):
    """Optional products are offered while they are on sale."""

    def _should_show_product(self, product_template, parent_combination):
        return product_template._crm_on_sale() and super()._should_show_product(
            product_template, parent_combination
        )
