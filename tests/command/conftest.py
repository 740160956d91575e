"""A small clone of the repository to try the command on, as a person would."""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from command import paths

MANIFEST = """{
    "name": "Trial", "version": "19.0.1.0.0", "license": "AGPL-3",
    "author": "CRM Suite", "depends": ["web"],
    "data": ["security/ir.model.access.csv"], "demo": ["demo/trial.xml"],
}
"""
MODEL = """from odoo import fields, models


class Trial(models.Model):
    _name = "crm.trial"
    _description = "Trial"

    name = fields.Char()
"""
RIGHTS = """id,name,model_id:id,group_id:id,perm_read,perm_write,perm_create,perm_unlink
all,all,model_crm_trial,base.group_user,1,1,1,1
"""
DEMO = """<odoo>
    <record id="trial_demo" model="crm.trial"><field name="name">演示</field></record>
</odoo>
"""


class Clone:
    """A copy of the command with one tiny addon, in a folder with spaces.

    :param folder: where the copy is
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("command", "config"):
            shutil.copytree(
                paths.REPOSITORY / name,
                folder / name,
                ignore=shutil.ignore_patterns("__pycache__"),
            )
        shutil.copy2(paths.REPOSITORY / "crm", folder / "crm")
        addon = folder / "addons" / "crm_trial"
        for name, text in {
            "__init__.py": "from . import models\n",
            "__manifest__.py": MANIFEST,
            "models/__init__.py": "from . import trial\n",
            "models/trial.py": MODEL,
            "security/ir.model.access.csv": RIGHTS,
            "demo/trial.xml": DEMO,
        }.items():
            (addon / name).parent.mkdir(parents=True, exist_ok=True)
            (addon / name).write_text(text, encoding="utf-8")
        self.addon = addon
        self.state = folder / ".run"

    def environment(self) -> dict[str, str]:
        """Only what a person's shell has, and the cache of this machine."""
        kept = ("HOME", "PATH", "TERM", "XDG_CACHE_HOME", "SSL_CERT_FILE")
        values = {key: os.environ[key] for key in kept if key in os.environ}
        return {**values, "CRM_CACHE_DIR": str(paths.cache_dir())}

    def crm(self, *words: str, check: int | None = 0, **more: str) -> str:
        """Run the command to its end; return everything that it printed."""
        done = subprocess.run(
            [self.folder / "crm", *words],
            env={**self.environment(), **more},
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=300,
        )
        if check is not None:
            assert done.returncode == check, done.stdout
        assert "Traceback" not in done.stdout
        return done.stdout

    def start(self, *words: str) -> "subprocess.Popen[str]":
        """Start the command in a group of its own, as a terminal does."""
        return subprocess.Popen(
            [self.folder / "crm", *words],
            env=self.environment(),
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            start_new_session=True,
        )

    def processes(self) -> list[int]:
        """Everything that runs out of this clone or for it."""
        found = []
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                words = path.read_bytes().decode(errors="replace")
            except OSError:
                continue
            if str(self.folder) in words and int(path.parent.name) != os.getpid():
                found.append(int(path.parent.name))
        return found

    def wait_gone(self, seconds: float = 15.0) -> list[int]:
        """What still runs after a while; empty when everything has ended."""
        limit = time.monotonic() + seconds
        while self.processes() and time.monotonic() < limit:
            time.sleep(0.2)
        return self.processes()

    def kill_all(self) -> None:
        """Kill everything at once, as a power failure of the mind would."""
        for _attempt in range(50):
            left = self.processes()
            if not left:
                return
            for pid in left:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.1)

    def url(self) -> str:
        """Where its server is."""
        return self.crm("status").split()[0]

    def is_served(self) -> bool:
        """Whether its server answers."""
        with urllib.request.urlopen(self.url() + "/web/login", timeout=60) as answer:
            return answer.status == 200


def wait_for(child: "subprocess.Popen[str]", text: str, seconds: float = 240) -> str:
    """Read a program's output until a text comes; return what was read."""
    limit = time.monotonic() + seconds
    lines = []
    assert child.stdout
    for line in child.stdout:
        lines.append(line)
        if text in line or time.monotonic() > limit:
            break
    assert lines and text in lines[-1], "".join(lines)
    return "".join(lines)


def _made(name: str) -> Iterator[Clone]:
    base = Path(tempfile.mkdtemp(prefix="crm-", dir="/var/tmp"))
    base.chmod(0o755)
    clone = Clone(base / name)
    try:
        yield clone
    finally:
        clone.crm("stop", check=None)
        clone.kill_all()
        shutil.rmtree(base)


@pytest.fixture(scope="module")
def clone() -> Iterator[Clone]:
    """A clone in a folder with spaces and Chinese in its name."""
    yield from _made("a clone 套件")


@pytest.fixture(scope="module")
def other_clone() -> Iterator[Clone]:
    """A second one, for what two clones do at the same time."""
    yield from _made("other")
