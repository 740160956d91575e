"""How many rows of one kind are let through in a while, from one source and in all."""

from threading import Lock
from time import monotonic


class FloodGate:
    """Counts in this process; bounded in memory whatever comes.

    :param int per_source: how many from one source in one window
    :param int overall: how many in all in one window
    :param float seconds: length of a window
    :param clock: function that returns seconds, for tests
    """

    def __init__(self, per_source, overall, seconds, clock=monotonic):
        self.per_source = per_source
        self.overall = overall
        self.seconds = seconds
        self.clock = clock
        self.lock = Lock()
        self.until = 0.0
        self.passed = {}
        self.total = 0
        self.held_back = 0

    def admit(self, source):
        """Ask for one more.

        :param source: hashable, where it comes from
        :return: None when it is held back; else how many were held back before it
            since the last one that was let through (int)
        """
        with self.lock:
            now = self.clock()
            if now >= self.until:
                self.until = now + self.seconds
                self.passed = {}
                self.total = 0
            count = self.passed.get(source, 0)
            if count >= self.per_source or self.total >= self.overall:
                self.held_back += 1
                return None
            self.passed[source] = count + 1
            self.total += 1
            before, self.held_back = self.held_back, 0
            return before
