"""The pages of docs/api do what they say, run as they stand against a live server."""

import json
import os
import re
import sys

import pytest

from command import node, paths
from command.errors import CommandError

from . import examples

PAGES = sorted((paths.REPOSITORY / "docs" / "api").glob("*.md"))
TOPICS = [
    "Connect",
    "Users",
    "Organisation",
    "Customers",
    "Follow-ups",
    "Pools",
    "Changes",
    "Errors",
]
# what one language of a kind tells for all
SELLING = ["curl", "node", "python"]
# how each language is started; Python without the paths of this process
COMMANDS = {"python": [sys.executable, "-I"], "js": ["node"], "sh": ["sh"]}


@pytest.fixture(scope="session")
def packages():
    """The folder of the packages of Node that the pages name."""
    try:
        return node.for_tests()
    except CommandError as error:
        pytest.fail(f"{error.problem}\n{error.remedy}", pytrace=False)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_page(page, variables, packages, tmp_path):
    """Each block of a page runs, and prints what the page shows.

    Covers: B25, S10, S11, S12, S13, S15, S18.
    """
    (tmp_path / "node_modules").symlink_to(packages)
    named = examples.settings(page)
    environment = {
        **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
        "LANG": "C.UTF-8",
        "PYTHONUTF8": "1",
        **{name: variables[name] for name in named},
    }
    wrong = examples.run(page, COMMANDS, tmp_path, environment)
    assert not wrong, "\n".join(wrong)


def test_pages():
    """All languages are there, with all topics, and the guide leads to them.

    Covers: B25.
    """
    assert [page.stem for page in PAGES] == [
        "curl",
        "node",
        "odoo-await",
        "odoorpc",
        "python",
        "xmlrpc",
    ]
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        topics = re.findall(r"^## (\S+)", text, re.M)
        assert topics[: len(TOPICS)] == TOPICS, page.name
        assert ("Selling" in topics) == (page.stem in SELLING), page.name
    for name in ("api.md", "api.zh-CN.md"):
        guide = (paths.REPOSITORY / "docs" / name).read_text(encoding="utf-8")
        missing = [page.name for page in PAGES if f"(api/{page.name}" not in guide]
        assert not missing, name


def test_every_block_is_run():
    """Only the reader's own settings are not run, and it says so. Covers: B25."""
    for page in PAGES:
        left_out = [block for block in examples.blocks(page) if block.why]
        assert len(left_out) == 1, page.name
        assert all(
            line.startswith("export ") for line in left_out[0].text.splitlines()
        ), page.name


def test_versions_of_clients():
    """The pages name the versions of clients that are locked here. Covers: B25."""
    package = json.loads((node.CONFIG / "package.json").read_text(encoding="utf-8"))
    lock = (paths.PYTHON_CONFIG / "test-requirements.txt").read_text(encoding="utf-8")
    for name, version in package["dependencies"].items():
        assert f"{name}@{version}" in PAGES[2].read_text(encoding="utf-8")
    [version] = re.findall(r"^odoorpc==(\S+)", lock, re.M)
    assert f"odoorpc=={version}" in PAGES[3].read_text(encoding="utf-8")
