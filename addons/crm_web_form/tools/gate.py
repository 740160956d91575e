"""How much of one process visitors may keep busy."""

from threading import BoundedSemaphore
from typing import Any

from odoo.models import BaseModel
from odoo.tools import config

from odoo.addons.crm_base.tools.flood_gate import FloodGate
from odoo.addons.crm_base.tools.transaction import in_own_transaction

WINDOW = 60
# an office or a fair behind one address fills in many forms, a program more
SUBMISSIONS = FloodGate(per_source=3000, overall=60_000, seconds=WINDOW)
PAGES = FloodGate(per_source=3000, overall=120_000, seconds=WINDOW)

# A transaction of its own is a second connection beside the request's. In a rush all
# threads would want one at once, and find none left: they take turns.
_TURNS = BoundedSemaphore(max(1, config["db_maxconn"] // 4))


def in_turn(model: BaseModel, method: str, *args: Any) -> Any:
    """Call a method in a transaction of its own, when there is a connection for it.

    :raise SerializationFailure: when others are faster again and again
    """
    with _TURNS:
        return in_own_transaction(model, method, *args)
