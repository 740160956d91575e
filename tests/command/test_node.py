"""Node and its packages, which the examples for integrators need in the tests."""

import json
import os
import re

import pytest

from command import node, system, versions
from command.errors import CommandError

LOCK = json.loads((node.CONFIG / "package-lock.json").read_text(encoding="utf-8"))


def program(folder, name, text):
    """Put a shell script into a folder."""
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """A machine with a Node and an npm of our making, and an empty cache."""
    programs = tmp_path / "bin"
    programs.mkdir()
    program(programs, "node", f"echo v{versions.NODE_MINIMUM}.1.0")
    program(programs, "npm", "mkdir node_modules && echo fetched")
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    monkeypatch.setenv("CRM_CACHE_DIR", str(tmp_path / "cache"))
    return programs


def test_fetched_once(machine):
    """The packages are fetched once, and taken from the cache afterwards."""
    folder = node.for_tests()
    assert folder.is_dir() and (folder.parent / "package-lock.json").exists()
    program(machine, "npm", "exit 1")
    assert node.for_tests() == folder


def test_no_registry(machine):
    """Without the registry it says so and what to do, and keeps nothing half done."""
    program(machine, "npm", "echo 'npm error network ENOTFOUND'; exit 1")
    with pytest.raises(CommandError) as failed:
        node.for_tests()
    assert "ENOTFOUND" in failed.value.problem and "network" in failed.value.remedy
    program(machine, "npm", "mkdir node_modules")
    assert node.for_tests().is_dir()


def test_too_old(machine):
    """A Node that the examples are not for is as good as none."""
    assert system.has_node()
    program(machine, "node", "echo v12.22.9")
    assert system.node_version() == "12.22.9" and not system.has_node()


def test_lock():
    """Every package is locked with a hash, has a free licence, and names no host."""
    packages = {name: one for name, one in LOCK["packages"].items() if name}
    assert packages
    for name, one in packages.items():
        assert one["integrity"].startswith("sha512-"), name
        assert re.fullmatch(r"ISC|MIT|BSD-\d-Clause|Apache-2\.0", one["license"]), name
        assert "resolved" not in one, name
