"""Committed data for tests of backups, which other connections must see."""

import os
import shutil
import tempfile
from pathlib import Path
from unittest.mock import patch

from odoo.tests import new_test_user

from odoo.addons.crm_base.tests.processes import ProcessCase

from ..tools import age


class BackupCase(ProcessCase):
    """Backups of the test database in a folder of their own, taken away at the end.

    ``mona`` maintains, ``bella`` is the boss, ``sam`` sells.
    """

    def setUp(self):
        super().setUp()
        folder = Path(tempfile.mkdtemp(prefix="crm-backup-"))
        self.addCleanup(shutil.rmtree, folder, ignore_errors=True)
        environment = patch.dict(os.environ, {"CRM_BACKUP_FOLDER": str(folder)})
        environment.start()
        self.addCleanup(environment.stop)
        self.folder = folder / self.env.cr.dbname
        self.secret, self.recipient = age.generate()
        with self.committed() as env:
            self.user_ids = {
                name: new_test_user(env, login=f"backup_{name}", groups=groups).id
                for name, groups in (
                    ("mona", "base.group_user,crm_base.group_maintainer"),
                    ("bella", "crm_base.group_boss"),
                    ("sam", "crm_base.group_salesperson"),
                )
            }
        self.addCleanup(self._remove)

    def _remove(self):
        with self.committed() as env:
            env.cr.execute("DELETE FROM crm_backup")
            env.cr.execute("DELETE FROM ir_cron_trigger")
            env.cr.execute(
                "DELETE FROM crm_operation_log WHERE user_id IN %s",
                (tuple(self.user_ids.values()),),
            )
            env["crm.backup.plan"]._crm_get().write(
                {"recipients": False, "is_scheduled": True, "is_drilled": True}
            )
            env.cr.execute(
                "DELETE FROM crm_operation_log WHERE model = 'crm.backup.plan'"
            )
        self.remove(user_ids=list(self.user_ids.values()))

    def _order(self, user="mona", *args, **kwargs):
        """Order a backup as somebody; return its id."""
        with self.committed() as env:
            backups = env["crm.backup"].with_user(self.user_ids[user])
            return backups.action_back_up(*args, **kwargs)["id"]

    def _run(self):
        """Let the scheduled job run, as a server would."""
        with self.committed() as env:
            env["crm.backup.plan"]._crm_get().is_scheduled = False
        with self.committed() as env:
            env["crm.backup"]._cron_back_up()

    def _read(self, backup_id, *names):
        """Return committed values of a backup."""
        with self.committed() as env:
            return env["crm.backup"].browse(backup_id).read(names)[0]

    def _path(self, backup_id):
        return self.folder / self._read(backup_id, "name")["name"]
