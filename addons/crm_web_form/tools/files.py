"""What an uploaded file is, by its bytes; names and what browsers say are ignored."""

import io
import re
import zipfile
from typing import NamedTuple

MAX_BYTES = 10 * 1024 * 1024
MAX_NAME = 120
# what an archive of an office document may unfold to: a small bomb is still a bomb
MAX_PARTS = 5000
MAX_UNFOLDED = 200 * 1024 * 1024
IMAGES = (
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpg"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
)
OFFICE = {"word/": "docx", "xl/": "xlsx", "ppt/": "pptx"}
# a text that a browser or a shell could take for something else
ACTIVE = re.compile(rb"<[!?/a-z]|^#!|^@echo|\x00", re.I)


class Sniffed(NamedTuple):
    """What a file is.

    :ivar str group: ``image``, ``pdf``, ``office`` or ``text``; "" for all others
    :ivar str extension: the one that belongs to it
    """

    group: str
    extension: str


NOTHING = Sniffed("", "")


def sniff(data: bytes) -> Sniffed:
    """Return what a file is; executables, pages, scripts and drawings are nothing."""
    for beginning, extension in IMAGES:
        if data.startswith(beginning):
            return Sniffed("image", extension)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return Sniffed("image", "webp")
    if data.startswith(b"%PDF-"):
        return Sniffed("pdf", "pdf")
    if data.startswith(b"PK\x03\x04"):
        return _sniff_archive(data)
    return _sniff_text(data)


def _sniff_archive(data):
    """Office documents are archives; those with macros, and other archives, are not."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            if len(parts) > MAX_PARTS:
                return NOTHING
            if sum(part.file_size for part in parts) > MAX_UNFOLDED:
                return NOTHING
            names = {part.filename for part in parts}
    except (zipfile.BadZipFile, ValueError, RuntimeError, OSError):
        return NOTHING
    lower = {name.lower() for name in names}
    if any("vbaproject" in name or "activex" in name for name in lower):
        return NOTHING
    if "[Content_Types].xml" not in names:
        return NOTHING
    for folder, extension in OFFICE.items():
        if any(name.startswith(folder) for name in names):
            return Sniffed("office", extension)
    return NOTHING


def _sniff_text(data):
    if not data.strip() or ACTIVE.search(data) or data.startswith(b"MZ"):
        return NOTHING
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if any(char < " " and char not in "\t\r\n\f" for char in text):
            return NOTHING
        return Sniffed("text", "txt")
    return NOTHING


def safe_name(name: str, extension: str) -> str:
    """Return a file's name without folders and oddities, with the right extension."""
    last = re.split(r"[/\\]", name)[-1]
    stem = last.rpartition(".")[0] or last
    stem = "".join(char for char in stem if char.isprintable())
    stem = re.sub(r'[<>:"|?*%&;$`\'\u202a-\u202e\u2066-\u2069]', "_", stem).strip(" .")
    if extension == "txt" and name.lower().endswith(".csv"):
        extension = "csv"
    return f"{stem[:MAX_NAME] or 'file'}.{extension}"
