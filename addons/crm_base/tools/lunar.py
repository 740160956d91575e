"""Dates of the Chinese lunar calendar, on top of the library lunar_python."""

from datetime import date

from lunar_python import Lunar, LunarMonth


def lunar_to_solar(year, month, day):
    """Return the solar date (date) of a lunar day.

    :param int year: lunar year
    :param int month: lunar month, 1 to 12 (never the leap month)
    :param int day: 1 to 30; the 30th of a month of 29 days is its last day
    """
    day = min(day, LunarMonth.fromYm(year, month).getDayCount())
    solar = Lunar.fromYmd(year, month, day).getSolar()
    return date(solar.getYear(), solar.getMonth(), solar.getDay())


def next_lunar_day(month_day, start):
    """Return the first solar date on or after a day on which a lunar day falls.

    :param str month_day: lunar month and day as ``MM-DD``
    :param date start: the day to count from
    :rtype: date
    """
    month, day = map(int, month_day.split("-"))
    # the lunar year before may still be running in January and February
    return min(
        found
        for year in range(start.year - 1, start.year + 2)
        if (found := lunar_to_solar(year, month, day)) >= start
    )
