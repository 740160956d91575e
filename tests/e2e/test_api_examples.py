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
# how each language is started; Python without the paths of this process
COMMANDS = {"python": [sys.executable, "-I"], "js": ["node"], "sh": ["sh"]}

_KEYS = """
import json
from datetime import datetime, timedelta

keys = {}
for login in ("boss", "sales1"):
    user = env["res.users"].search([("login", "=", login)])
    if login == "boss":
        # the guide asks for an account that may export
        user.group_ids += env.ref("crm_base.group_export")
    keys[login] = env(user=user.id)["res.users.apikeys"].sudo()._generate(
        None, "docs/api", datetime.now() + timedelta(hours=12)
    )
env.cr.commit()
print("KEYS " + json.dumps(keys))
"""


@pytest.fixture(scope="module")
def variables(lab, live_server):
    """The variables that the pages ask their readers to set."""
    output = lab.shell(live_server.database, _KEYS)
    line = next(line for line in output.splitlines() if line.startswith("KEYS "))
    keys = json.loads(line.removeprefix("KEYS "))
    return {
        "CRM_URL": live_server.url,
        "CRM_DB": live_server.database,
        "CRM_LOGIN": "boss",
        "CRM_KEY": keys["boss"],
        "CRM_SALES_LOGIN": "sales1",
        "CRM_SALES_KEY": keys["sales1"],
    }


@pytest.fixture(scope="session")
def packages():
    """The folder of the packages of Node that the pages name."""
    try:
        return node.for_tests()
    except CommandError as error:
        pytest.fail(f"{error.problem}\n{error.remedy}", pytrace=False)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_page(page, variables, packages, tmp_path):
    """Each block of a page runs, and prints what the page shows. Covers: B25."""
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
