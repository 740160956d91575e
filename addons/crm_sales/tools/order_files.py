"""Quotations and orders as files of Word and Excel."""

import io
from typing import Any

import xlsxwriter

from odoo.tools import format_amount, format_date, formatLang, html2plaintext

from .docx_file import Paragraph, Table, write_docx

# of the columns of a line, in twentieths of a point and in characters
WORD_WIDTHS = (600, 4200, 1000, 900, 1500, 900, 1106)
EXCEL_WIDTHS = (6, 44, 11, 9, 14, 10, 16)


def _head(order: Any) -> list[str]:
    env = order.env
    return [
        env._("No."),
        env._("Product and Description"),
        env._("Quantity"),
        env._("Unit"),
        env._("Unit Price"),
        env._("Discount"),
        env._("Amount"),
    ]


def _facts(order: Any) -> list[tuple[str, str]]:
    """Return what stands above the lines: pairs of label and text."""
    env, customer = order.env, order.partner_id.commercial_partner_id
    facts = [
        (env._("Document No."), order.name),
        (env._("Date"), format_date(env, order.date_order)),
        (env._("Customer"), customer.name or ""),
        (env._("Supplier"), order.company_id.name or ""),
        (env._("Salesperson"), order.user_id.name or ""),
        (env._("Terms of payment"), order.payment_term_id.name or ""),
    ]
    return [(label, text) for label, text in facts if text]


def write_word(order: Any) -> bytes:
    """Return a quotation or order (in the language of the document) for Word."""
    env = order.env
    rows = [[Paragraph(label, is_bold=True) for label in _head(order)]]
    for row in order._crm_document_rows():
        if row["kind"] != "line":
            is_bold = row["kind"] == "section"
            texts = ["", row["name"], "", "", "", "", ""]
            rows.append([Paragraph(text, is_bold=is_bold) for text in texts])
            continue
        texts = [
            str(row["number"]),
            row["name"],
            formatLang(env, row["quantity"], dp="Product Unit"),
            row["unit"],
            formatLang(env, row["price"], dp="Product Price"),
            f"{row['discount']:g}%" if row["discount"] else "",
            format_amount(env, row["amount"], order.currency_id),
        ]
        aligns = ("center", "left", "right", "left", "right", "right", "right")
        rows.append(
            [
                Paragraph(text, align=align)
                for text, align in zip(texts, aligns, strict=True)
            ]
        )
    total = format_amount(env, order.amount_total, order.currency_id)
    words = order._crm_amount_in_words()
    parts = [
        Paragraph(order._crm_document_title(), is_bold=True, size=18, align="center"),
        *(Paragraph(f"{label}: {text}") for label, text in _facts(order)),
        Table(rows, WORD_WIDTHS),
        Paragraph(f"{env._('Total')}: {total}", True, 12, "right"),
        Paragraph(f"{env._('In words')}: {words}", align="right"),
    ]
    if order.note:
        parts.append(Paragraph(html2plaintext(order.note)))
    seals = [
        [
            Paragraph(f"{env._('Supplier')} ({env._('Seal')})\n\n\n"),
            Paragraph(f"{env._('Customer')} ({env._('Seal')})\n\n\n"),
        ]
    ]
    parts.append(Table(seals, (5100, 5106), has_lines=False, has_head=False))
    return write_docx(parts)


def write_excel(order: Any) -> bytes:
    """Return a quotation or order (in the language of the document) for Excel."""
    env, stream = order.env, io.BytesIO()
    # texts stay texts: a description is no formula and no link
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
    }
    places = order.currency_id.decimal_places
    with xlsxwriter.Workbook(stream, options) as book:
        sheet = book.add_worksheet(order._crm_document_title()[:31])
        bold = book.add_format({"bold": True})
        head = book.add_format({"bold": True, "border": 1, "bg_color": "#EEF1F4"})
        cell = book.add_format({"border": 1, "text_wrap": True, "valign": "top"})
        money = book.add_format(
            {"border": 1, "num_format": "#,##0" + ("." + "0" * places) * bool(places)}
        )
        for column, width in enumerate(EXCEL_WIDTHS):
            sheet.set_column(column, column, width)
        sheet.write_string(0, 0, order._crm_document_title(), bold)
        line = 1
        for label, text in _facts(order):
            sheet.write_string(line, 0, label)
            sheet.write_string(line, 1, text)
            line += 1
        sheet.write_row(line, 0, _head(order), head)
        for row in order._crm_document_rows():
            line += 1
            if row["kind"] != "line":
                sheet.write_string(line, 1, row["name"], bold)
                continue
            sheet.write_number(line, 0, row["number"], cell)
            sheet.write_string(line, 1, row["name"], cell)
            sheet.write_number(line, 2, row["quantity"], cell)
            sheet.write_string(line, 3, row["unit"], cell)
            sheet.write_number(line, 4, row["price"], cell)
            sheet.write_number(line, 5, row["discount"] / 100, cell)
            sheet.write_number(line, 6, row["amount"], money)
        sheet.write_string(line + 1, 5, env._("Total"), bold)
        sheet.write_number(line + 1, 6, order.amount_total, money)
        sheet.write_string(line + 2, 1, order._crm_amount_in_words())
    return stream.getvalue()
