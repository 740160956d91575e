"""Points Odoo's own style checks at our addons, away from Odoo itself.

A plugin of pytest, loaded for the suite ``lint_odoo`` only: those checks walk
over every addon that Odoo can see, and what they find in others is not ours.
"""

from pathlib import Path

import pytest

from command import addons


def pytest_sessionstart(session: pytest.Session) -> None:
    """Let Odoo list our addons only."""
    import odoo.modules

    folders = [addon.folder for addon in addons.ours(with_tests=True).values()]
    listed = odoo.modules.Manifest.all_addon_manifests

    def ours_only() -> list[object]:
        return [one for one in listed() if Path(one.path).resolve() in folders]

    odoo.modules.Manifest.all_addon_manifests = staticmethod(ours_only)
    odoo.modules.get_modules = lambda: sorted(folder.name for folder in folders)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Leave out what checks of the registry find in queue_job, which is not ours."""
    from odoo.addons.queue_job.models import base

    for module in {item.module for item in session.items}:
        if hasattr(module, "MODULES_TO_IGNORE"):
            module.MODULES_TO_IGNORE.add("queue_job")
        if hasattr(module, "BTREE_INDEX_IGNORE_FIELDS"):
            module.BTREE_INDEX_IGNORE_FIELDS.add("queue.job.function.channel_id")
    # only texts that are there are checked
    base.Base.delayable.__doc__ = None
