"""Which way a lead came in, as the code that takes it in says.

The context holds a ``Capture``, an object of this process that no external call can
send: over an API nobody can pretend that a lead came from a web form.
"""

from typing import NamedTuple

CAPTURE_KEY = "crm_capture"


class Capture(NamedTuple):
    """The way in.

    :ivar str channel: value of ``crm.lead.capture_channel``
    """

    channel: str
