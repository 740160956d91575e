"""Help for the tests of the matrix: using addons in a database."""

from pathlib import Path

import pytest

FOLDER = Path(__file__).parent


def pytest_addoption(parser):
    """Let a test write the templates of translations instead of comparing them."""
    parser.addoption(
        "--update-pot", action="store_true", help="write i18n/*.pot from the source"
    )


@pytest.fixture(scope="session")
def use(lab):
    """Do with a database what uses.py says of these addons, and commit it."""

    def run(database, *functions):
        calls = "".join(f"uses.{name}(env)\n" for name in functions)
        lab.shell(
            database,
            f"import sys; sys.path.insert(0, {str(FOLDER)!r})\n"
            f"import uses\n{calls}env.cr.commit()\n",
        )

    return run


@pytest.fixture
def quiet(lab):
    """No addon of ours may warn in any log of a test."""
    before = len(lab.complaints())
    yield
    assert lab.complaints()[before:] == []
