"""The time at which the story of the demonstration happens.

What documents go through is sealed: the history of stages, of contracts and of
approvals is written once, by the methods themselves, and that of approvals in a chain
of fingerprints. It cannot be dated afterwards. So the story is played in the order in
which it happened, and while it is played, it is then.
"""

from threading import get_ident

from odoo.fields import Date, Datetime


class Clock:
    """While it is entered, this thread, and no other, lives at :attr:`moment`.

    :ivar moment: naive UTC
    """

    def __init__(self, env, moment):
        self._cr = env.cr
        self._thread = get_ident()
        self._real = {}
        self._set(moment)

    def _set(self, moment):
        self._moment = moment.replace(microsecond=0)

    @property
    def moment(self):
        """The present of the story (datetime, naive UTC)."""
        return self._moment

    @moment.setter
    def moment(self, moment):
        self._set(moment)
        # what the transaction dates its records by
        self._cr._now = self._moment

    def __enter__(self):
        now, today = Datetime.now, Date.context_today
        self._real = {"now": now, "context_today": today, "cr": self._cr.now()}

        def story_now(*args):
            return self._moment if get_ident() == self._thread else now(*args)

        def story_today(record, timestamp=None):
            if timestamp is None and get_ident() == self._thread:
                timestamp = self._moment
            return today(record, timestamp)

        Datetime.now = staticmethod(story_now)
        Date.context_today = staticmethod(story_today)
        self.moment = self._moment
        return self

    def __exit__(self, *error):
        Datetime.now = staticmethod(self._real["now"])
        Date.context_today = staticmethod(self._real["context_today"])
        self._cr._now = self._real["cr"]
