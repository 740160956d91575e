"""Printed lists."""

import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import IO, Any

from odoo import fields
from odoo.tools import format_date, format_datetime, formatLang

from .export_files import Watermark

NUMBERS = ("integer", "float", "monetary")


def write_pdf(
    env: Any, order: Any, rows: Iterable[Sequence[Any]], watermark: Watermark
) -> IO[bytes]:
    """Print a list in the language of the user.

    :param env: environment of the user
    :param order: has ``columns`` and ``title``
    :param rows: values as :func:`export_rows.rows` reads them
    :return: an open file, at its beginning
    """
    # it comes with native libraries that a server which prints nothing need not load
    from weasyprint import HTML  # noqa: PLC0415

    shown = [
        [
            _shown(env, value, column.type)
            for column, value in zip(order.columns, row, strict=True)
        ]
        for row in rows
    ]
    html = env["ir.qweb"]._render(
        "crm_base.export_list_document",
        {
            "title": order.title,
            "company": env.company.name,
            "columns": order.columns,
            "rows": shown,
            "numbers": NUMBERS,
            "watermark": watermark.text,
            "mark": f"{watermark.user} {fields.Date.context_today(env.user)}",
            "lang": (env.lang or "en_US").replace("_", "-"),
        },
    )
    document = HTML(string=str(html), url_fetcher=_refuse, base_url="")
    return io.BytesIO(document.write_pdf())


def _refuse(url: str, *_args: Any, **_options: Any) -> Any:
    """A list is made of texts: nothing is fetched from anywhere."""
    raise ValueError(f"not fetched: {url}")


def _shown(env: Any, value: Any, kind: str) -> str:
    """Return a value as people of the user's language write it."""
    if isinstance(value, bool):
        return env._("Yes") if value else ""
    if isinstance(value, datetime):
        return format_datetime(env, value, tz="UTC", dt_format="short")
    if isinstance(value, date):
        return format_date(env, value)
    if isinstance(value, float):
        return formatLang(env, value, digits=2)
    if isinstance(value, int) and kind == "integer":
        return str(value)
    return "" if value is None else str(value)
