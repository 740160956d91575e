"""By which door something comes to have an owner.

The context holds a ``Door``, an object of this process that no external call can send.
"""

from typing import NamedTuple

DOOR_KEY = "crm_ownership_door"


class Door(NamedTuple):
    """The door by which new customers come in.

    :ivar str kind: kind of their rows in the ledger, told to the checks as well
    :ivar dict values: further values of these rows
    """

    kind: str
    values: dict

    def context(self):
        """Return the context (dict) that opens this door."""
        return {DOOR_KEY: self}


def door_of(env):
    """Return the Door of an environment; without one, plain creation."""
    door = env.context.get(DOOR_KEY)
    return door if isinstance(door, Door) else Door("create", {})
