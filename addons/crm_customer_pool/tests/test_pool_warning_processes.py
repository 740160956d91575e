"""Warnings by several schedulers at once, on committed data."""

from odoo.tests import tagged

from odoo.addons.crm_base.tests.processes import ProcessCase

from .warning_race import WarningRaceTests


@tagged("post_install", "-at_install")
class TestPoolWarningProcesses(WarningRaceTests, ProcessCase):
    """Covers: P05."""
