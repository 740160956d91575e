from . import (
    contract,
    lost,
    portal_order,
    order_file,
    product_configurator,
    shop_receipt,
)
