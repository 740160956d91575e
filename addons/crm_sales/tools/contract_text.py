"""Texts of contracts: placeholders in a template, and what stands for them.

A template is text. Nothing in it is ever evaluated: a placeholder is a name out of a
list, and what replaces it is escaped and not looked at again.
"""

import re
from collections.abc import Collection, Mapping

from markupsafe import Markup, escape

# anything between double braces, so that what is no placeholder is found, too
PLACEHOLDER = re.compile(r"\{\{\s*(.{0,80}?)\s*\}\}", re.DOTALL)
# an editor puts marks and other blanks into what somebody types
NOISE = re.compile(r"<[^>]*>|&nbsp;|%20|[\s\u200b\ufeff]+")


def name_of(found: str) -> str:
    """Return the name (str) that was meant between the braces."""
    return NOISE.sub("", found).lower()


def unknown(template: str, names: Collection[str]) -> list[str]:
    """Return what stands between braces in a template and is no placeholder.

    :param str template: HTML
    :param Collection[str] names: the names of the placeholders
    :return: list of str, each once, in the order of the text
    """
    found = dict.fromkeys(map(name_of, PLACEHOLDER.findall(template)))
    return [name for name in found if name not in names]


def fill(template: str, values: Mapping[str, object]) -> str:
    """Return a template with its placeholders replaced, once and escaped.

    It is as trustworthy as the template: whoever shows it sanitizes it.

    :param str template: HTML, sanitized
    :param Mapping values: of name to text; ``Markup`` is inserted as it is. What is no
        name in it stays as it stands.
    """

    def value(match: re.Match) -> str:
        name = name_of(match[1])
        return str(escape(values[name])) if name in values else match[0]

    return PLACEHOLDER.sub(value, str(template))


def table(heads: list[str], rows: list[list[str]], numbers: Collection[int]) -> Markup:
    """Return a table (Markup) of texts.

    :param list heads: titles of the columns
    :param list rows: lists of texts
    :param Collection[int] numbers: the columns that are aligned to the right
    """

    def cells(cell: Markup, texts: list[str]) -> Markup:
        return Markup("").join(
            cell % ("right" if place in numbers else "left", text)
            for place, text in enumerate(texts)
        )

    line = Markup("<tr>%s</tr>")
    head = Markup('<th style="text-align: %s">%s</th>')
    data = Markup('<td style="text-align: %s">%s</td>')
    body = Markup("").join(line % cells(data, row) for row in rows)
    return Markup(
        '<table class="table table-sm table-bordered"><thead>%s</thead>'
        "<tbody>%s</tbody></table>"
    ) % (line % cells(head, heads), body)
