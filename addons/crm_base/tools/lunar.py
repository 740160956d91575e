"""Dates of the Chinese lunar calendar, on top of the library lunar_python."""

from datetime import date

from lunar_python import Lunar, LunarMonth, LunarYear, Solar

MONTHS = "正二三四五六七八九十冬腊"
DAYS = (
    *(f"初{digit}" for digit in "一二三四五六七八九十"),
    *(f"十{digit}" for digit in "一二三四五六七八九"),
    "二十",
    *(f"廿{digit}" for digit in "一二三四五六七八九"),
    "三十",
)


def lunar_to_solar(year, month, day, is_leap=False):
    """Return the solar date (date) of a lunar day.

    :param int year: lunar year
    :param int month: lunar month, 1 to 12
    :param int day: 1 to 30; the 30th of a month of 29 days is its last day
    :param bool is_leap: in the leap month of that number, if the year has it
    """
    if is_leap and LunarYear.fromYear(year).getLeapMonth() == month:
        month = -month
    day = min(day, LunarMonth.fromYm(year, month).getDayCount())
    solar = Lunar.fromYmd(year, month, day).getSolar()
    return date(solar.getYear(), solar.getMonth(), solar.getDay())


def next_lunar_day(month_day, start, is_leap=False):
    """Return the first solar date on or after a day on which a lunar day falls.

    :param str month_day: lunar month and day as ``MM-DD``
    :param date start: the day to count from
    :param bool is_leap: whoever was born in a leap month celebrates in it in the years
        that have it, and in the ordinary month in the others
    :rtype: date
    """
    month, day = map(int, month_day.split("-"))
    # the lunar year before may still be running in January and February
    return min(
        found
        for year in range(start.year - 1, start.year + 2)
        if (found := lunar_to_solar(year, month, day, is_leap)) >= start
    )


def lunar_name(month_day, is_leap=False):
    """Return a lunar day as it is said in Chinese, such as 八月十五.

    :param str month_day: lunar month and day as ``MM-DD``
    """
    month, day = map(int, month_day.split("-"))
    return f"{'闰' if is_leap else ''}{MONTHS[month - 1]}月{DAYS[day - 1]}"


def lunar_day_of(solar):
    """Return the lunar day of a solar date: ``MM-DD`` (str) and is_leap (bool)."""
    lunar = Solar.fromYmd(solar.year, solar.month, solar.day).getLunar()
    month = lunar.getMonth()
    return f"{abs(month):02}-{lunar.getDay():02}", month < 0
