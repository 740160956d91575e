"""A Word document of paragraphs and tables, which is a zip of three small texts."""

import io
import re
import zipfile
from collections.abc import Sequence
from typing import NamedTuple
from xml.sax.saxutils import escape

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
TYPES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
    'relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.'
    'openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
RELATIONS = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Relationships '
    'xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/'
    '2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>'
)
FONT = (
    '<w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:eastAsia="Microsoft YaHei"'
    ' w:cs="Arial"/>'
)
# characters that XML cannot hold
FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
SIDES = ("top", "left", "bottom", "right", "insideH", "insideV")


class Paragraph(NamedTuple):
    """A line of text.

    :ivar str text: its line breaks are kept
    :ivar bool is_bold: in bold type
    :ivar int size: in points
    :ivar str align: ``left``, ``center`` or ``right``
    """

    text: str
    is_bold: bool = False
    size: int = 10
    align: str = "left"


class Table(NamedTuple):
    """Rows of paragraphs.

    :ivar rows: lists of Paragraph, one for each column
    :ivar widths: of the columns, in twentieths of a point
    :ivar bool has_lines: whether cells have borders
    :ivar bool has_head: whether the first row stands on every page
    """

    rows: Sequence[Sequence[Paragraph]]
    widths: Sequence[int]
    has_lines: bool = True
    has_head: bool = True


def write_docx(parts: Sequence[Paragraph | Table]) -> bytes:
    """Return a Word document of A4 pages.

    :param parts: what stands below each other
    """
    body = "".join(
        _table(part) if isinstance(part, Table) else _paragraph(part) for part in parts
    )
    document = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        f'<w:document xmlns:w="{W}"><w:body>{body}<w:sectPr>'
        '<w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="850" w:right="850"'
        ' w:bottom="850" w:left="850" w:header="400" w:footer="400" w:gutter="0"/>'
        "</w:sectPr></w:body></w:document>"
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("_rels/.rels", RELATIONS)
        archive.writestr("word/document.xml", document)
    return stream.getvalue()


def _paragraph(part: Paragraph) -> str:
    look = FONT + ("<w:b/>" if part.is_bold else "")
    look += f'<w:sz w:val="{2 * part.size}"/><w:szCs w:val="{2 * part.size}"/>'
    lines = FORBIDDEN.sub("", part.text).splitlines() or [""]
    text = "<w:br/>".join(
        f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in lines
    )
    return (
        f'<w:p><w:pPr><w:spacing w:after="40"/><w:jc w:val="{part.align}"/></w:pPr>'
        f"<w:r><w:rPr>{look}</w:rPr>{text}</w:r></w:p>"
    )


def _table(table: Table) -> str:
    borders = ""
    if table.has_lines:
        sides = "".join(
            f'<w:{side} w:val="single" w:sz="4" w:color="999999"/>' for side in SIDES
        )
        borders = f"<w:tblBorders>{sides}</w:tblBorders>"
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in table.widths)
    rows = []
    for number, row in enumerate(table.rows):
        is_head = table.has_head and not number
        cells = "".join(
            f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>'
            f"{_paragraph(cell)}</w:tc>"
            for cell, width in zip(row, table.widths, strict=True)
        )
        head = "<w:tblHeader/>" if is_head else ""
        rows.append(f"<w:tr><w:trPr><w:cantSplit/>{head}</w:trPr>{cells}</w:tr>")
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(table.widths)}" w:type="dxa"/>{borders}'
        f"</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
        # two tables in a row would become one
        '<w:p><w:pPr><w:spacing w:after="0"/></w:pPr></w:p>'
    )
