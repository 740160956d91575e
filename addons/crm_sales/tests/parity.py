"""One record of each model of this addon for the parity test; see docs/testing.md."""

from . import (
    parity_contract,
    parity_funnel,
    parity_order,
    parity_product,
    parity_project,
    parity_return,
    parity_sale,
    parity_shop,
    parity_stage,
)

FACTORIES = {
    **parity_contract.FACTORIES,
    **parity_funnel.FACTORIES,
    **parity_order.FACTORIES,
    **parity_product.FACTORIES,
    **parity_project.FACTORIES,
    **parity_return.FACTORIES,
    **parity_sale.FACTORIES,
    **parity_shop.FACTORIES,
    **parity_stage.FACTORIES,
}
