"""What all chapters of selling share: the cast, the calendar, and what comes when."""

from heapq import heappop, heappush
from itertools import count
from random import Random

from odoo import fields

from odoo.addons.crm_base.demo.diary import Diary
from odoo.addons.crm_base.demo.plot import SUPERIORS

from .clock import Clock


class Play:
    """Acts of people, each at its time, played one after the other up to the present.

    What would only come after the present does not happen: a contract whose approval
    lies ahead is one under review.
    """

    def __init__(self, env):
        # no message, follower or e-mail for what is made up
        self.env = env(
            context={
                **env.context,
                "lang": "zh_CN",
                "tz": "Asia/Shanghai",
                "tracking_disable": True,
                "mail_notrack": True,
                "mail_create_nolog": True,
                "mail_create_nosubscribe": True,
                "mail_auto_subscribe_no_notify": True,
            }
        )
        self.now = fields.Datetime.now()
        self.diary = Diary(self.now)
        self.clock = Clock(env, self.now)
        self.users = {
            name: self.ref(f"user_{name}_demo")
            for name in ["boss", "director", "assistant", *SUPERIORS]
        }
        self._acts = []
        self._order = count()

    def ref(self, name):
        """Return a record of crm_base by the name of its external identifier."""
        return self.env.ref(f"crm_base.{name}")

    def value(self, kind, code):
        """Return the id of a value of a dictionary."""
        domain = [("kind", "=", kind), ("code", "=", code)]
        return self.env["crm.dictionary"].search(domain, limit=1).id

    def chance(self, name):
        """Return the random generator of one story: the same day tells the same."""
        return Random(f"crm_sales {name}")

    def by(self, person, record):
        """Return a record or model in the hands of somebody, at the present moment.

        :param str person: the log-in, or a res.users record
        """
        user = self.users[person] if isinstance(person, str) else person
        return record.with_env(self.env).with_user(user)

    def numbering(self, person, record):
        """Return a record as :meth:`by`, for making what gets a number with a month."""
        day = fields.Date.to_string(self.clock.moment.date())
        return self.by(person, record).with_context(ir_sequence_date=day)

    def past(self, chance, person, days):
        """Return when somebody was free about so many days ago (datetime)."""
        return self.diary.past(chance, person, max(round(days), 0))

    def after(self, chance, person, moment, days):
        """Return when somebody is free about so many days after a moment (datetime).

        It may lie in the future, where acts do not happen any more.
        """
        ago = (self.now - moment).days - round(days)
        if ago < 0:
            return self.diary.ahead(chance, person, -ago)
        return max(self.past(chance, person, ago), fields.Datetime.add(moment, hours=1))

    def at(self, moment, act, *args):
        """Let something happen at a moment: ``act(*args)``."""
        if moment <= self.now:
            heappush(self._acts, (moment, next(self._order), act, args))

    def run(self):
        """Play what was planned, and what the acts themselves plan."""
        with self.clock:
            while self._acts:
                moment, _order, act, args = heappop(self._acts)
                self.clock.moment = moment
                act(*args)
            self.env.flush_all()
