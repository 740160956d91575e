"""Warnings before customers go back: each step once, one notice a day."""

from odoo.tests import tagged

from .warning_common import LostSoonTests, WarningCase, WarningTests


@tagged("post_install", "-at_install")
class TestPoolWarning(WarningTests, WarningCase):
    """Covers: P05."""


@tagged("post_install", "-at_install")
class TestLostSoon(LostSoonTests, WarningCase):
    """Covers: P05."""
