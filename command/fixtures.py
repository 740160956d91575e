"""What tests outside of addons use: databases and live servers on demand.

A plugin of pytest, loaded for ``tests/matrix``, ``tests/e2e`` and
``tests/command``. It offers the fixtures ``lab`` and ``live_server``::

    def test_uninstall(lab):
        name = lab.database(["crm_base"])          # a copy of a template
        lab.install(name, ["crm_customer_pool"])
        lab.uninstall(name, ["crm_customer_pool"])
        assert lab.complaints() == []

    def test_login(live_server):
        urllib.request.urlopen(live_server.url + "/web/login")
"""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from command import addons, serving
from command import lab as laboratory


@pytest.fixture(scope="session")
def lab(request: pytest.FixtureRequest) -> Iterator[laboratory.Lab]:
    """Databases and servers on the test server of databases."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    label = Path(str(request.config.args[0]).split("::")[0]).stem.replace("_", "-")
    with laboratory.opened(label[:16]) as made:
        yield made


@pytest.fixture(scope="session")
def live_server(lab: laboratory.Lab) -> serving.Service:
    """A server with all our addons, in Chinese, with demonstration data."""
    names = [name for name, addon in addons.ours().items() if not addon.is_for_tests]
    return lab.serve(lab.database(names, demo=True, lang="zh_CN"), max_cron_threads=1)
