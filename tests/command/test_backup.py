"""A backup brings everything back, or is refused."""

import shutil
import tarfile

import pytest

from command import backup
from command.errors import CommandError

ATTACH = (
    "env['ir.attachment'].create({'name': '合同.txt', 'raw': b'crm' * 1000})\n"
    "env.cr.commit()\n"
)
READ = (
    "found = env['ir.attachment'].search([('name', '=', '合同.txt')])\n"
    "print('FOUND', len(found), found.raw == b'crm' * 1000)\n"
)


@pytest.fixture(scope="module")
def database(lab):
    """Odoo alone, with an attachment on disk."""
    name = lab.database([])
    lab.shell(name, ATTACH)
    return name


@pytest.fixture(scope="module")
def archive(lab, database, tmp_path_factory):
    """A backup of it."""
    return backup.backup(
        lab.store, database, tmp_path_factory.mktemp("backup") / "a b.tar"
    )


def test_round_trip(lab, database, archive):
    """Tables and attachments are the same in the restored database."""
    target = f"{database}-restored"
    lab.store.drop(target)
    try:
        backup.restore(lab.store, archive, target)
        assert "FOUND 1 True" in lab.shell(target, READ)
        counts = "SELECT count(*) FROM ir_model_data"
        assert lab.sql(target, counts) == lab.sql(database, counts)
        with pytest.raises(CommandError, match="exists already"):
            backup.restore(lab.store, archive, target)
        lab.sql(target, "DELETE FROM ir_attachment WHERE name = '合同.txt'")
        backup.restore(lab.store, archive, target, force=True)
        assert "FOUND 1 True" in lab.shell(target, READ)
    finally:
        lab.store.drop(target)


def test_encrypted(lab, database, archive, tmp_path):
    """What the web client encrypts comes back with its key, and with no other."""
    age = backup._shared("age")
    secret, recipient = age.generate()
    phrase = "每天晚上两点备份公司的数据"
    locks = {
        "key": (age.Lock.for_recipients([recipient]), secret),
        "passphrase": (age.Lock.for_passphrase(phrase, 10), phrase),
    }
    target = f"{database}-decrypted"
    try:
        for how, (lock, text) in locks.items():
            locked = tmp_path / f"{how}.tar.age"
            with open(locked, "wb") as sink, open(archive, "rb") as source:
                writer = age.Writer(sink, lock)
                shutil.copyfileobj(source, writer)
                writer.finish()
            opener, wrong = tmp_path / f"{how}.txt", tmp_path / "wrong.txt"
            opener.write_text(text + "\n", encoding="utf-8")
            wrong.write_text(age.generate()[0], encoding="utf-8")
            backup.restore(lab.store, locked, target, force=True, **{how: opener})
            assert "FOUND 1 True" in lab.shell(target, READ)
            with pytest.raises(CommandError, match="decrypted"):
                backup.restore(lab.store, locked, "crm-lab-never", **{how: wrong})
            with pytest.raises(CommandError, match="is encrypted"):
                backup.restore(lab.store, locked, "crm-lab-never")
    finally:
        lab.store.drop(target)
    assert not any(name.startswith("crm-lab-never") for name in lab.store.all())


def test_private(archive):
    """Only its owner may read an archive: it holds everybody's data."""
    assert archive.stat().st_mode & 0o077 == 0


def test_cut_short(lab, archive, tmp_path):
    """An archive that was cut short is refused, and leaves no database behind."""
    short = tmp_path / "short.tar"
    short.write_bytes(archive.read_bytes()[: archive.stat().st_size // 2])
    with pytest.raises(CommandError, match="cannot be read|incomplete"):
        backup.restore(lab.store, short, "crm-lab-never")
    assert not any(name.startswith("crm-lab-never") for name in lab.store.all())


def test_changed(lab, archive, tmp_path):
    """A file that differs from its checksum is refused."""
    bad = tmp_path / "bad.tar"
    data = bytearray(archive.read_bytes())
    with tarfile.open(archive) as members:
        entry = next(one for one in members if one.name.startswith("filestore/"))
    data[entry.offset_data] ^= 1
    bad.write_bytes(data)
    with pytest.raises(CommandError, match="damaged"):
        backup.restore(lab.store, bad, "crm-lab-never")


def test_strange_member(lab, tmp_path):
    """An archive that would write elsewhere is refused."""
    bad = tmp_path / "bad.tar"
    secret = tmp_path / "x"
    secret.write_text("x")
    with tarfile.open(bad, "w") as members:
        members.add(secret, "filestore/../../x")
    with pytest.raises(CommandError, match="not an archive"):
        backup.restore(lab.store, bad, "crm-lab-never")


def test_no_such_database(lab):
    """A name that does not exist is answered, not crashed on."""
    with pytest.raises(CommandError, match="no database"):
        backup.backup(lab.store, "crm-lab-never", None)
