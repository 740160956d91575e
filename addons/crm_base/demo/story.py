"""What all chapters of the story share: the cast, the calendar, the texts."""

from collections import defaultdict
from types import SimpleNamespace

from .diary import read_table
from .plot import SUPERIORS


class Chapter:
    """A part of the story; the parts hand on the rows of the customers.

    An addon that tells of customers of its own derives from the chapters and says where
    its tables are.

    :cvar str addon: prefix of the external identifiers of customers and contacts
    :cvar str folder: a file in the folder of customers.tsv and contacts.tsv
    """

    addon = "crm_base"
    folder = __file__

    def __init__(self, env, diary):
        # no message, follower or e-mail for what is made up
        self.env = env(context={**env.context, "tracking_disable": True})
        self.diary = diary
        self.users = {
            name: self._ref(f"user_{name}_demo")
            for name in ["boss", "director", "assistant", *SUPERIORS]
        }
        self.texts = defaultdict(list)
        for row in read_table(__file__, "stories.tsv"):
            self.texts[row["step"]].append(SimpleNamespace(**row))

    def _ref(self, name):
        return self.env.ref(f"crm_base.{name}")

    def _value(self, kind, code):
        return self._ref(f"dictionary_{kind}_{code}").id if code else False
