"""The parts of the command that can be tried without a server."""

import os
import re
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import pytest

from command import (
    addons,
    cluster,
    configuration,
    debian,
    environment,
    locks,
    paths,
    process,
    results,
    suites,
    system,
    templates,
    testing,
)
from command.errors import CommandError

ONE_LINE = """
# a comment
deb [arch=amd64 signed-by=/k.gpg] http://mirror.test/debian bookworm main contrib
deb http://mirror.test/ubuntu jammy main restricted universe  # more
deb-src http://mirror.test/debian bookworm main
"""
PARAGRAPHS = """Types: deb deb-src
# a comment
URIs: http://mirror.test/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /k.gpg

Types: deb
URIs: http://off.test/debian
Suites: bookworm
Components: main
Enabled: no

Types: deb
URIs: http://ubuntu.test/ubuntu
Suites: noble noble-updates
Components: main
 universe
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
"""


def test_sources():
    """Both forms of apt's sources are understood."""
    first, second = debian._one_line_sources(ONE_LINE)
    assert first == debian.Source(
        "http://mirror.test/debian", ("bookworm",), ("main", "contrib"), "/k.gpg"
    )
    assert second.suites == ("jammy",) and "universe" in second.components
    first, second = debian._paragraph_sources(PARAGRAPHS)
    assert first.suites == ("bookworm", "bookworm-updates")
    assert first.signed_by == "/k.gpg"
    assert second.components == ("main", "universe") and not second.signed_by


def test_locks_have_hashes():
    """Everything that is installed is pinned, with hashes, from no named index."""
    files = sorted(paths.PYTHON_CONFIG.glob("*requirements.txt"))
    assert len(files) == 5
    for path in files:
        text = path.read_text()
        assert "index-url" not in text and "://" not in text
        pins = re.split(r"\n(?=\S)", text.strip())
        for pin in pins:
            if not pin.startswith("#"):
                assert "==" in pin.splitlines()[0], pin.splitlines()[0]
                assert "--hash=sha256:" in pin, pin.splitlines()[0]


def test_lock_covers_wishes():
    """Each name of the ``.in`` files is in its lock."""
    pairs = {
        "requirements.txt": ("odoo.in", "suite.in"),
        "test-requirements.txt": ("test.in",),
        "dev-requirements.txt": ("dev.in",),
        "uv-requirements.txt": ("uv.in",),
        "build-requirements.txt": ("build.in",),
    }
    for lock, sources in pairs.items():
        locked = set(environment.locked_versions(paths.PYTHON_CONFIG / lock))
        for source in sources:
            for line in (paths.PYTHON_CONFIG / source).read_text().splitlines():
                wish, _mark, condition = line.partition("#")[0].strip().partition(";")
                condition = condition.replace("python_version", "python_full_version")
                if not wish or not environment._applies(f"; {condition}"):
                    continue
                name = re.split(r"[<>= ]", wish)[0].lower()
                assert name in locked, f"{name} is not in {lock}"


def test_only_oca_addons_that_are_used():
    """A wheel that is merely present can install itself."""
    wanted = {
        name.replace("_", "-")
        for addon in addons.ours(with_tests=True).values()
        for name in addon.depends
    }
    locked = {
        name.removeprefix("odoo-addon-")
        for name in environment.locked_versions()
        if name.startswith("odoo-addon-")
    }
    assert locked <= wanted


def test_markers():
    """The lock serves several Pythons; only what is meant for this one counts."""
    here = f"{sys.version_info[0]}.{sys.version_info[1]}"
    assert environment._applies(f"; python_full_version >= '{here}'")
    assert not environment._applies(f"; python_full_version < '{here}'")
    assert environment._applies(f"; python_full_version == '{here}.*'")
    assert not environment._applies("; sys_platform == 'win32'")


def test_lock_dies_with_its_holder(tmp_path):
    """However a process ends, its locks are free again."""
    path = tmp_path / "lock"
    script = (
        "import fcntl, sys, time; file = open(sys.argv[1], 'w');"
        "fcntl.flock(file, fcntl.LOCK_EX); print('held', flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(path)], stdout=subprocess.PIPE
    ) as child:
        assert child.stdout
        child.stdout.readline()
        assert locks.is_held(path)
        assert locks.holders(path) == [child.pid]
        child.kill()
    assert not locks.is_held(path)


def test_children_die_with_us(tmp_path):
    """A child of a killed command ends."""
    script = (
        "import sys, time; sys.path.insert(0, sys.argv[1]);"
        "from command import process;"
        "print(process.start(['sleep', '60']).pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(paths.REPOSITORY)],
        stdout=subprocess.PIPE,
        encoding="utf-8",
    ) as parent:
        assert parent.stdout
        pid = int(parent.stdout.readline())
        assert process.start_time(pid)
        # until it runs, it is setpriv, which may not have tied it yet
        comm = Path(f"/proc/{pid}/comm")
        patience = time.monotonic() + 30
        while comm.read_text().strip() != "sleep" and time.monotonic() < patience:
            time.sleep(0.05)
        parent.kill()
    limit = time.monotonic() + 10
    while process.start_time(pid) and time.monotonic() < limit:
        time.sleep(0.1)
    assert not process.start_time(pid)


def test_bytecode_is_kept_in_the_cache(monkeypatch, tmp_path):
    """Who wants none beside the sources has it elsewhere, not never. Covers: X03."""
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.delenv("PYTHONPYCACHEPREFIX", raising=False)
    monkeypatch.setenv("CRM_CACHE_DIR", str(tmp_path / "cache"))
    source = tmp_path / "source"
    source.mkdir()
    (source / "something.py").write_text("")
    process.run([sys.executable, "-c", "import something"], cwd=source)
    assert not (source / "__pycache__").exists()
    assert list((tmp_path / "cache" / "bytecode").rglob("something.*.pyc"))


def test_failure_names_the_program():
    """A program that fails is told with its last words."""
    with pytest.raises(CommandError, match="the purpose failed.*exit code 3") as told:
        process.run(["sh", "-c", "echo last words; exit 3"], what="the purpose")
    assert "last words" in told.value.problem
    with pytest.raises(CommandError, match="missing"):
        cluster.process.run(["/no/such/program"])


def test_socket_folder_of_a_stranger(tmp_path):
    """A folder that others can use is no place for the socket."""
    folder = tmp_path / "socket"
    folder.mkdir(mode=0o700)
    if os.geteuid() == 0 and system.postgresql_bin():
        assert not cluster._is_private(folder)  # root's, not the owner's
        os.chown(folder, *cluster._owner_id())
    assert cluster._is_private(folder)
    folder.chmod(0o755)
    assert not cluster._is_private(folder)
    link = tmp_path / "link"
    link.symlink_to(folder)
    assert not cluster._is_private(link)


LOG = """\
2026-01-01 10:00:00,000 1 INFO db odoo.addons.{name}.models.x: fine
2026-01-01 10:00:00,000 1 WARNING db odoo.addons.mail.models.y: not about us
2026-01-01 10:00:00,000 1 WARNING db odoo.addons.{name}.models.x: about us
2026-01-01 10:00:00,000 1 ERROR db odoo.addons.{name}.tests.test_x.X.browser: noise
2026-01-01 10:00:00,000 1 ERROR db odoo.http: broken
Traceback (most recent call last):
  File "/somewhere/{name}/models/x.py", line 1, in action
ValueError: x
2026-01-01 10:00:00,000 1 ERROR db odoo.http: broken elsewhere
Traceback (most recent call last):
  File "/somewhere/sale/models/x.py", line 1, in action
ValueError: x
"""


def test_complaints(tmp_path):
    """A warning of ours, and a traceback through our files, are found."""
    name = next(iter(addons.ours()))
    log = tmp_path / "log"
    log.write_text(LOG.format(name=name))
    first, second = results.complaints(log)
    assert "about us" in first and "not about us" not in first
    assert "ValueError" in second and f"{name}/models/x.py" in second


def test_counts():
    """The line that pytest closes with is read, subtests are not counted twice."""
    result = results.Result("x")
    results.count(
        "= 91 failed, 565 passed, 1 skipped, 1 warning, 900 subtests passed"
        " in 845.49s (0:14:05) =\n",
        result,
    )
    assert result.line == "565 passed, 91 failed, 1 skipped"
    result = results.Result("x")
    results.count("==== 2 passed, 1 error in 0.10s ====", result)
    assert result.line == "2 passed, 1 failed, 0 skipped"


def test_digest(tmp_path):
    """Templates depend on code and data, not on tests, scripts and styles."""
    folder = tmp_path / "crm_x"
    for name in (
        "__manifest__.py",
        "models/a.py",
        "tests/test_a.py",
        "static/src/a.js",
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("{}")
    addon = addons.Addon("crm_x", folder, {})
    before = addon.digest()
    (folder / "tests/test_a.py").write_text("changed")
    (folder / "static/src/a.js").write_text("changed")
    assert addon.digest() == before
    (folder / "models/a.py").write_text("changed")
    assert addon.digest() != before


# sh is another program on each machine: those that are here are tried
SHELLS = [name for name in ("sh", "dash", "bash") if shutil.which(name)]


@pytest.mark.parametrize("shell", SHELLS)
def test_launcher_without_python(shell, tmp_path):
    """Without a Python, and without the right to install one, it says how."""
    for tool in ("dirname", "readlink", "id"):
        (tmp_path / tool).symlink_to(shutil.which(tool) or "")
    done = subprocess.run(
        [shutil.which(shell), paths.REPOSITORY / "crm", "doctor"],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        encoding="utf-8",
    )
    if os.access("/usr/bin/python3", os.X_OK):
        assert done.returncode in (0, 1)  # found by its full name
    else:
        assert done.returncode == 1
        assert "apt-get install python3" in done.stderr


def test_tools_of_suites_are_installed(monkeypatch):
    """What the tests of a suite drive is asked for before they run."""
    asked = []

    def require_all(*needs):
        asked.extend(needs)
        raise CommandError("stop", "here")

    monkeypatch.setattr(system, "require_all", require_all)
    for suite, needs in testing.TOOLS.items():
        assert suite in suites.known()
        asked.clear()
        with pytest.raises(CommandError):
            testing.run([suite], [])
        assert set(needs) < {*asked}


def _store(folder):
    server = SimpleNamespace(variables=dict, environment=dict)
    return SimpleNamespace(server=server, data_dir=folder / "data")


def test_configuration_of_many_at_once(monkeypatch, tmp_path):
    """Threads that write one configuration at once all get a whole file."""
    monkeypatch.setenv("CRM_STATE_DIR", str(tmp_path))
    store = _store(tmp_path)
    with ThreadPoolExecutor(8) as jobs:
        files = [
            jobs.submit(configuration.written, "test", store, name="one")
            for _job in range(200)
        ]
        assert {file.result() for file in files} == {tmp_path / "odoo.one.conf"}
    assert [file.name for file in tmp_path.iterdir()] == ["odoo.one.conf"]
    assert "data_dir = " in (tmp_path / "odoo.one.conf").read_text()
    assert (tmp_path / "odoo.one.conf").stat().st_mode & 0o777 == 0o600


def test_scripts_at_once_in_one_database(monkeypatch, tmp_path):
    """A script that ends takes no other's configuration away."""
    monkeypatch.setenv("CRM_STATE_DIR", str(tmp_path))
    maker = templates.Templates(_store(tmp_path))
    seen = []

    def run(words, **_options):
        conf = words[words.index("-c") + 1]
        seen.append(conf)
        if len(seen) == 1:
            maker.shell("one", "")
        assert conf.exists()
        return SimpleNamespace(returncode=0, stdout="crm-script-done\n")

    monkeypatch.setattr(process, "run", run)
    monkeypatch.setattr(
        environment, "for_running", lambda: SimpleNamespace(program=lambda name: [name])
    )
    maker.shell("one", "")
    assert len({*seen}) == 2
    assert not [*tmp_path.glob("*.conf*")]
