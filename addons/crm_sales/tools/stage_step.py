"""What a call says about a change of stage, on its way through the layers of write."""

from typing import NamedTuple

STEP_KEY = "crm_sales_stage_step"


class StageStep(NamedTuple):
    """One call of ``create`` or ``write``; an object that no external call can send.

    A write of owner and stage together is taken apart on its way: the inner write still
    has to know that somebody chose the stage, and why conditions are passed over.

    :ivar frozenset ids: the opportunities that are written, empty while they are made
    :ivar bool is_chosen: whether the stage was named
    :ivar str reason: why conditions are passed over
    :ivar dict notes: of those that leave their stage, the note on it by id
    :ivar bool is_noted: whether a new note came along
    """

    ids: frozenset = frozenset()
    is_chosen: bool = True
    reason: str = ""
    notes: dict = {}
    is_noted: bool = False

    def context(self):
        """Return the context (dict) that carries this step."""
        return {STEP_KEY: self}

    @classmethod
    def of(cls, records):
        """Return the step (StageStep) that records are in, None outside of any."""
        step = records.env.context.get(STEP_KEY)
        return step if isinstance(step, cls) else None
