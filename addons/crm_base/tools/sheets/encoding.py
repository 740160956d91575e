"""Which encoding a text file is in.

Excel in China saves CSV in GBK, in Taiwan in Big5, "Unicode text" in UTF-16; other
programs write UTF-8, with or without a mark.
"""

import codecs
import io

from .errors import SheetError

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
STEP = 1024 * 1024
SAMPLE = 64 * 1024
# where the 4,000 to 5,000 most frequent characters of each encoding lie: lead bytes
COMMON = {"gb18030": range(0xB0, 0xD8), "big5": range(0xA4, 0xC7)}


def decoder(content, encoding=""):
    """Return the name of the encoding and a function that opens the text.

    :param bytes content: the file
    :param str encoding: taken for granted when given
    :raise SheetError: when the text is in none of the known encodings, or not in the
        one that was chosen
    """
    if encoding:
        try:
            codecs.lookup(encoding)
        except LookupError as error:
            raise SheetError("encoding") from error
        if not _reads(content, encoding):
            raise SheetError("encoding")
    else:
        encoding = _guess(content)

    def text():
        return io.TextIOWrapper(io.BytesIO(content), encoding, newline="")

    return encoding, text


def _guess(content):
    for mark, name in MARKS:
        if content.startswith(mark):
            if _reads(content, name):
                return name
            raise SheetError("encoding")
    nulls = content[:SAMPLE].count(b"\x00")
    if nulls:
        # UTF-16 without a mark: every second byte of Latin text is zero
        little = content[1:SAMPLE:2].count(b"\x00") * 2 >= nulls
        name = "utf-16-le" if little else "utf-16-be"
        if nulls * 20 >= min(len(content), SAMPLE) and _reads(content, name):
            return name
        raise SheetError("binary")
    if _reads(content, "utf-8"):
        return "utf-8"
    chinese = [name for name in COMMON if _reads(content, name)]
    if not chinese:
        raise SheetError("encoding")
    return max(chinese, key=lambda name: _common_share(content[:SAMPLE], name))


def _reads(content, encoding):
    """Return whether all of the content is text in an encoding (bool)."""
    step = codecs.getincrementaldecoder(encoding)()
    try:
        for start in range(0, len(content), STEP):
            step.decode(content[start : start + STEP])
        step.decode(b"", final=True)
    except UnicodeError:
        return False
    return True


def _common_share(sample, encoding):
    """Return the share (float) of frequent characters among those of two bytes."""
    total = common = position = 0
    lead = COMMON[encoding]
    while position < len(sample) - 1:
        if sample[position] < 0x80:
            position += 1
            continue
        total += 1
        # the rare characters of GBK end in a byte below 0xA1, those of Big5 do not
        ordinary = encoding == "big5" or sample[position + 1] >= 0xA1
        common += ordinary and sample[position] in lead
        position += 2
    return common / total if total else 0
