"""What must stay, whatever becomes of the request."""

import random
import time

from psycopg2.errors import SerializationFailure, UniqueViolation

from odoo import SUPERUSER_ID, api

# when several workers write one row at the same moment
REPLAYS = 40


def in_own_transaction(model, method, *args):
    """Call a method of a model in a transaction of its own, as the system.

    :return: what the method returns
    :raise SerializationFailure: when others are faster again and again
    """
    for attempt in range(REPLAYS):
        try:
            with model.env.registry.cursor() as cr:
                env = api.Environment(cr, SUPERUSER_ID, {})
                return getattr(env[model._name], method)(*args)
        except (SerializationFailure, UniqueViolation):
            time.sleep(random.uniform(0, 0.02 * (attempt + 1)))  # noqa: S311
    raise SerializationFailure
