"""Working times and tables for the stories of the demonstration data."""

import csv
from datetime import datetime, time, timedelta
from functools import cache
from pathlib import Path

import pytz
from lunar_python import Solar

SHANGHAI = pytz.timezone("Asia/Shanghai")

# Appointments of a day, in minutes: from nine to noon, from half past one to six.
SLOTS = [*range(9 * 60, 12 * 60, 15), *range(13 * 60 + 30, 18 * 60, 15)]


@cache
def is_working_day(day):
    """Return whether offices in China are open (bool): no week-end, no long holiday."""
    lunar = Solar.fromYmd(day.year, day.month, day.day).getLunar()
    spring_festival = (lunar.getMonth(), lunar.getDay())
    return not (
        day.weekday() > 4
        or (day.month == 10 and day.day <= 7)
        or (day.month == 5 and day.day <= 3)
        or (day.month == 1 and day.day == 1)
        or spring_festival >= (12, 29)
        or (1, 1) <= spring_festival <= (1, 7)
    )


def read_table(path, name):
    """Return the rows (list of dict of str) of a tab-separated file beside a loader.

    :param str path: file of the loader (``__file__``), whose folder is read
    :param str name: of the file, without folder
    """
    with (Path(path).parent / name).open(encoding="utf-8", newline="") as rows:
        return list(csv.DictReader(rows, delimiter="\t"))


class Diary:
    """Everybody's appointments: on working days, never two at once.

    :param datetime now: the present, naive UTC; nothing past is later than it
    """

    def __init__(self, now):
        self.now = now
        self.here = pytz.utc.localize(now).astimezone(SHANGHAI)
        self.taken = set()

    def past(self, chance, person, days):
        """Return a time (naive UTC) about ``days`` ago at which ``person`` was free."""
        return self._free(chance, person, days, -1)

    def ahead(self, chance, person, days):
        """Return a time (naive UTC) in about ``days`` at which ``person`` is free."""
        return self._free(chance, person, -days, 1)

    def day(self, days):
        """Return the date in Shanghai ``days`` ago."""
        return (self.here - timedelta(days=days)).date()

    @staticmethod
    def plain(moment):
        """Return a time with its zone as the database holds it (naive UTC)."""
        return moment.astimezone(pytz.utc).replace(tzinfo=None)

    def _free(self, chance, person, days, step):
        while True:
            day = self.day(days)
            days -= step
            if not is_working_day(day):
                # not everything that fell on a Sunday happened on the Friday before
                days -= step * chance.randint(0, 3)
                continue
            free = []
            for slot in SLOTS:
                moment = self._utc(day, slot)
                if (person, moment) in self.taken or (moment - self.now) * step < (
                    timedelta()
                ):
                    continue
                free.append(moment)
            if free:
                moment = chance.choice(free)
                self.taken.add((person, moment))
                return moment

    @staticmethod
    def _utc(day, slot):
        here = SHANGHAI.localize(datetime.combine(day, time(slot // 60, slot % 60)))
        return Diary.plain(here)
