"""Domains that people write down."""

import ast
from datetime import date, datetime

from odoo import fields


def parse_domain(text):
    """Return the domain (list) that a text stands for, [] for none.

    :raise ValueError: when it is none
    """
    try:
        domain = ast.literal_eval((text or "").strip() or "[]")
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        raise ValueError(str(error)) from error
    if not isinstance(domain, list):
        raise ValueError(text)
    return domain


def plain_domain(domain):
    """Return a domain as JSON can carry it (list).

    :param Iterable domain: of leaves and operators, without nested domains
    """
    return [
        term if isinstance(term, str) else [plain_value(part) for part in term]
        for term in domain
    ]


def plain_value(value):
    """Return a date or a moment as JSON can carry it, anything else as it is."""
    if isinstance(value, datetime):
        return fields.Datetime.to_string(value)
    return fields.Date.to_string(value) if isinstance(value, date) else value
