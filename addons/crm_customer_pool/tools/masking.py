"""What a pool member may see of names and contact details.

Names are masked in Python when a customer enters a pool, because its search key is
made from what is left; contact details are masked by PostgreSQL while they are read,
so that the full value never reaches the server code of the read model.
"""

import re

from odoo.tools import SQL

from odoo.addons.crm_base.tools import pinyin

MASK = "****"
# seven digits or more, however they are separated: nobody's name, everybody's phone
_NUMBER = re.compile(r"\+?\d(?:[\s().-]{0,3}\d){6,}")
_EMAIL = re.compile(r"[^\s@,;<>]+@[^\s@,;<>]+")


def mask_text(text):
    """Return ``text`` (str) without the phone numbers and e-mail addresses in it."""
    text = _EMAIL.sub(MASK, text or "")
    return _NUMBER.sub(MASK, text)


def mask_person(name):
    """Return what may be seen of a person's name (str): the surname, or an initial."""
    name = mask_text(name).strip()
    surname = pinyin.surname_of(name)
    if surname:
        return f"{surname}**"
    return f"{name[:1]}***" if name[:1].isalpha() else "***"


def mask_about(topic, company, person):
    """Return what may be seen of whom something is about, and what, as a list of str.

    The name of the person is taken out of the topic too.

    :param str topic: what it is about
    :param str company: whose it is
    :param str person: whom one talks to
    """
    who = mask_person(person) if person else ""
    about = mask_text(topic)
    if person:
        about = about.replace(person, who)
    return list(dict.fromkeys(filter(None, (mask_text(company) or who, about))))


def sql_phone(column):
    """Return SQL that shows 138****8000 of a phone number, in whatever format.

    :param SQL column: the column holding the number
    """
    # without the country code of China
    digits = SQL(
        r"""regexp_replace(
            regexp_replace(%s, '\D', '', 'g'), '^(00)?86(?=\d{10})', ''
        )""",
        column,
    )
    return SQL(
        """CASE
            WHEN COALESCE(%(column)s, '') = '' THEN NULL
            WHEN length(%(digits)s) >= 11
                THEN left(%(digits)s, 3) || '****' || right(%(digits)s, 4)
            WHEN length(%(digits)s) >= 7
                THEN left(%(digits)s, 2) || '****' || right(%(digits)s, 2)
            ELSE '****'
        END""",
        column=column,
        digits=digits,
    )


def sql_email(column):
    """Return SQL that shows z***@example.com of an e-mail address.

    :param SQL column: the column holding the address
    """
    return SQL(
        r"""CASE
            WHEN COALESCE(%(column)s, '') = '' THEN NULL
            ELSE COALESCE(substring(%(column)s FROM '^\s*([[:alnum:]])[^\s@]{2,}@'), '')
                || '***'
                || COALESCE(substring(%(column)s FROM '@[^\s@,;<>]+'), '')
        END""",
        column=column,
    )


def sql_account(column):
    """Return SQL that shows the first and the last character of an account name.

    :param SQL column: the column holding a WeChat or QQ account
    """
    return SQL(
        """CASE
            WHEN COALESCE(%(column)s, '') = '' THEN NULL
            WHEN length(%(column)s) >= 5
                THEN left(%(column)s, 1) || '***' || right(%(column)s, 1)
            ELSE '***'
        END""",
        column=column,
    )
