"""The archive of a backup: a database and its files, in one tar file.

``dump.pgc`` (PostgreSQL's custom format), the attachments below ``filestore/``, and at
its end ``manifest.json`` with the checksum of everything before it: an archive without
it was cut short. Nothing but Python's own library is used, because ``./crm backup`` and
``./crm restore`` read this file on machines that have no Odoo.
"""

import hashlib
import io
import json
import os
import re
import shutil
import tarfile

FORMAT = 1
DUMP, FILES, MANIFEST = "dump.pgc", "filestore", "manifest.json"

_SAFE = re.compile(rf"{re.escape(DUMP)}|{MANIFEST}|{FILES}/[\w.-]+(/[\w.-]+)*")


class ArchiveError(ValueError):
    """An archive that cannot be used. ``str()`` says why, in English."""


class Summing(io.RawIOBase):
    """Passes a file on and sums it up on the way, in both directions."""

    def __init__(self, file):
        super().__init__()
        self.file = file
        self.size = 0
        self.digest = hashlib.sha256()
        # the name of an attachment on disk is its SHA-1: a second, independent proof
        self.name_digest = hashlib.sha1(usedforsecurity=False)

    def _count(self, data):
        self.size += len(data)
        self.digest.update(data)
        self.name_digest.update(data)

    # pylint: disable-next=method-required-super; a file, no model
    def read(self, size=-1):
        """Return up to ``size`` bytes of the file."""
        data = self.file.read(size)
        self._count(data)
        return data

    # pylint: disable-next=method-required-super; a file, no model
    def write(self, data):
        """Write bytes into the file; return how many."""
        self.file.write(data)
        self._count(data)
        return len(data)


def link_files(source, target):
    """Keep the attachments that are there now, even if Odoo removes them soon.

    :param Path source: the folder of attachments of a database
    :param Path target: where to keep them, best on the same disk
    :return: dict of name below the folder to kept file (Path)
    """
    found = {}
    for path in source.rglob("*") if source.exists() else ():
        inner = path.relative_to(source)
        if inner.parts[0] == "checklist" or not path.is_file():
            continue
        kept = target / inner
        kept.parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(path, kept)
        except FileNotFoundError:
            continue
        except OSError:
            shutil.copy2(path, kept)
        found[str(inner)] = kept
    return found


def write(sink, dump, files, facts, progress=lambda text: None):
    """Write an archive.

    :param sink: binary file, need not be seekable
    :param Path dump: the dump
    :param dict files: what :func:`link_files` returned
    :param dict facts: what the manifest says beside the checksums
    :param progress: told what is being written (str)
    """
    members = {DUMP: dump} | {f"{FILES}/{key}": files[key] for key in sorted(files)}
    sums = {}
    with tarfile.open(fileobj=sink, mode="w|", format=tarfile.PAX_FORMAT) as archive:
        for number, (key, path) in enumerate(members.items(), 1):
            progress(f"file {number} of {len(members)}")
            entry = tarfile.TarInfo(key)
            with open(path, "rb") as file:
                entry.size = os.fstat(file.fileno()).st_size
                summing = Summing(file)
                archive.addfile(entry, summing)
            sums[key] = summing.digest.hexdigest()
        text = json.dumps({**facts, "format": FORMAT, "sha256": sums}, indent=1)
        data = text.encode()
        entry = tarfile.TarInfo(MANIFEST)
        entry.size = len(data)
        archive.addfile(entry, io.BytesIO(data))


def read(source, keep, progress=lambda text: None):
    """Read an archive to its end and compare every file with the manifest.

    :param source: binary file, need not be seekable
    :param keep: called with the name of each file; returns where to keep it (Path) or
        None to look at it only
    :param progress: told what is being read (str)
    :return: the manifest (dict), with ``misnamed``: files that were damaged on disk
        before they were archived
    :raise ArchiveError: when it is incomplete, damaged or no archive of ours
    """
    sums, facts, misnamed = {}, {}, []
    try:
        with tarfile.open(fileobj=source, mode="r|") as archive:
            for entry in archive:
                progress(entry.name)
                file = archive.extractfile(entry)
                if not file or not is_safe(entry.name):
                    raise ArchiveError(f"it holds an unexpected member: {entry.name}")
                if entry.name == MANIFEST:
                    facts = json.loads(file.read())
                    continue
                summing = Summing(file)
                _keep(summing, keep(entry.name))
                name = entry.name.rpartition("/")[2]
                if len(name) == 40 and name != summing.name_digest.hexdigest():
                    misnamed.append(entry.name)
                sums[entry.name] = summing.digest.hexdigest()
    except ArchiveError:
        raise
    except (tarfile.TarError, EOFError, ValueError, OSError) as error:
        raise ArchiveError(f"it cannot be read: {error}") from None
    _check(facts, sums)
    return {**facts, "misnamed": misnamed}


def _keep(file, target):
    """Read a file to its end, into another one if there is a target."""
    if not target:
        while file.read(2**20):
            pass
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    with open(target, "wb") as copy:
        shutil.copyfileobj(file, copy, 2**20)


def _check(facts, sums):
    if not facts:
        raise ArchiveError("it is incomplete: its manifest is missing")
    if facts.get("format") != FORMAT:
        raise ArchiveError("it was made by another version, restore it with that one")
    wanted = facts.get("sha256", {})
    for key in sorted(sums.keys() | wanted.keys()):
        if sums.get(key) != wanted.get(key):
            raise ArchiveError(f"it is damaged: {key} differs from its checksum")


def is_safe(name):
    """Whether the name of a member leads nowhere else (bool)."""
    return bool(_SAFE.fullmatch(name)) and ".." not in name.split("/")


def loadable(listing):
    """Return what to load of a dump: all but comments on extensions, not ours to make.

    :param str listing: what ``pg_restore --list`` printed
    """
    lines = listing.splitlines()
    kept = [line for line in lines if " COMMENT - EXTENSION " not in line]
    return "\n".join(kept) + "\n"
