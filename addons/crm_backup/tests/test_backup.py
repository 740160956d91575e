import io
import os
import signal
import tarfile
import time
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..tools import age, archive, database
from .common import BackupCase


@tagged("post_install", "-at_install")
class TestBackup(BackupCase):
    def _manifest(self, file):
        return archive.read(file, lambda name: None)

    def test_by_hand(self):
        """A maintainer backs up; the archive holds everything and is its own alone.

        Covers: B20.
        """
        with self.committed() as env:
            attachment = env["ir.attachment"].create(
                {"name": "合同.txt", "raw": os.urandom(3000)}
            )
            stored = attachment.store_fname
        self.addCleanup(self._drop_attachment, attachment.id)
        backup_id = self._order()
        self.assertEqual(self._read(backup_id, "state")["state"], "waiting")
        self._run()
        values = self._read(
            backup_id, "state", "size", "checksum", "verified_at", "error", "is_there"
        )
        self.assertEqual((values["state"], values["error"]), ("done", False))
        self.assertTrue(values["verified_at"] and values["is_there"])
        path = self._path(backup_id)
        self.assertEqual(path.stat().st_size, values["size"])
        self.assertEqual(path.stat().st_mode & 0o077, 0)
        self.assertEqual(self.folder.stat().st_mode & 0o077, 0)
        with open(path, "rb") as file:
            manifest = self._manifest(file)
        self.assertIn(f"filestore/{stored}", manifest["sha256"])
        self.assertEqual(manifest["database"], self.env.cr.dbname)
        self.assertIn("crm_backup", manifest["modules"])
        with self.committed() as env:
            self.assertEqual(
                manifest["rows"]["res_country"], env["res.country"].search_count([])
            )
        self.assertEqual(
            [entry.name for entry in self.folder.iterdir()], [path.name], "no rests"
        )

    def _drop_attachment(self, attachment_id):
        with self.committed() as env:
            env["ir.attachment"].browse(attachment_id).unlink()

    def test_encrypted_for_keys(self):
        """With a key in the plan the archive opens with the secret key alone.

        Covers: B20.
        """
        with self.assertRaises(UserError):
            self._order("mona", "key")
        with self.committed() as env:
            plan = env["crm.backup.plan"]._crm_get()
            plan.with_user(
                self.user_ids["bella"]
            ).recipients = f"# 保险柜里的钥匙\n{self.recipient}\n"
        backup_id = self._order("mona", "key", with_drill=True)
        self._run()
        values = self._read(backup_id, "state", "drill_state", "drill_report", "error")
        self.assertEqual(values["state"], "done", values["error"])
        self.assertEqual(values["drill_state"], "passed", values["drill_report"])
        path = self._path(backup_id)
        self.assertTrue(path.name.endswith(".tar.age"))
        with open(path, "rb") as file:
            key = age.unlock(file, secrets=age.parse_secrets(self.secret))
            manifest = self._manifest(io.BufferedReader(age.Reader(file, key)))
        self.assertIn(archive.DUMP, manifest["sha256"])
        self.assertFalse(list(self.folder.glob(".*")), "the lock is forgotten")
        with self.committed() as env, self.assertRaises(UserError):
            env["crm.backup"].browse(backup_id).action_drill()

    def test_encrypted_with_a_passphrase(self):
        """A passphrase opens the archive and is found nowhere afterwards.

        Covers: B20.
        """
        passphrase = "每天晚上两点备份公司的数据"
        with self.assertRaises(UserError):
            self._order("mona", "passphrase", "short")
        with self.committed() as env:
            start = env["crm.backup.start"].with_user(self.user_ids["mona"])
            values = {
                "encryption": "passphrase",
                "passphrase": passphrase,
                "passphrase_again": passphrase + "!",
            }
            with self.assertRaises(UserError), env.cr.savepoint():
                start.create(values)
            wizard = start.create({**values, "passphrase_again": passphrase})
            env.flush_all()
            env.invalidate_all()
            self.assertFalse(wizard.passphrase)
            wizard.action_start()
            backup_id = wizard.backup_id.id
            columns = wizard._fields["passphrase"].store
        self.assertFalse(columns)
        self._run()
        self.assertEqual(self._read(backup_id, "state")["state"], "done")
        with open(self._path(backup_id), "rb") as file:
            key = age.unlock(file, passphrase=passphrase)
            self._manifest(io.BufferedReader(age.Reader(file, key)))

    def test_drill(self):
        """A backup is restored, compared, checked, and nothing stays behind.

        Covers: B20.
        """
        with self.committed() as env:
            env["res.users"].browse(self.user_ids["mona"]).lang = "en_US"
        backup_id = self._order(with_drill=True)
        self._run()
        values = self._read(backup_id, "drill_state", "drill_report", "drill_at")
        self.assertEqual(values["drill_state"], "passed", values["drill_report"])
        with self.committed() as env:
            checks = env["crm.consistency"].with_context(lang="en_US")._crm_checks()
            for check in checks:
                self.assertIn(check.label, values["drill_report"])
            env.cr.execute(
                "SELECT datname FROM pg_database WHERE datname LIKE '%drill%'"
            )
            self.assertFalse(
                [name for (name,) in env.cr.fetchall() if self.env.cr.dbname in name]
            )

    def test_drill_finds_what_is_wrong(self):
        """A drill fails on data that is not whole, says what, and alarms.

        Covers: B20.
        """
        with self.committed() as env:
            customer = (
                env["res.partner"]
                .with_user(self.user_ids["bella"])
                .create(
                    {"name": "演练客户", "is_company": True, "is_crm_customer": True}
                )
            )
            customer_id = customer.id
            env.flush_all()
            # what no door of the suite lets happen
            env.cr.execute(
                "UPDATE res_partner SET user_id = %s WHERE id = %s",
                (self.user_ids["sam"], customer_id),
            )
        self.addCleanup(self.remove, partner_ids=[customer_id])
        backup_id = self._order(with_drill=True)
        self._run()
        values = self._read(backup_id, "state", "drill_state", "drill_report")
        self.assertEqual((values["state"], values["drill_state"]), ("done", "failed"))
        with self.committed() as env:
            label = env["crm.consistency"].with_context(lang="en_US")
            label = label._crm_checks()[0].label
            self.assertIn(label, values["drill_report"].splitlines()[0])
            mona = env["res.users"].browse(self.user_ids["mona"])
            told = env["mail.notification"].search(
                [("res_partner_id", "=", mona.partner_id.id)]
            )
            self.assertTrue(told)
            told.mail_message_id.unlink()
            checks = env["crm.backup"].with_user(mona).action_check_now()
        self.assertEqual(checks[0]["count"], 1)
        self.assertNotIn("examples", checks[0])

    def test_damaged(self):
        """A file that changed on the disk is noticed, by checking and by a drill.

        Covers: B20.
        """
        backup_id = self._order()
        self._run()
        path = self._path(backup_id)
        data = bytearray(path.read_bytes())
        with tarfile.open(path) as members:
            at = next(iter(members)).offset_data + 100
        data[at] ^= 1
        path.write_bytes(data)
        with self.committed() as env:
            env["crm.backup"].browse(backup_id).with_user(
                self.user_ids["mona"]
            ).action_drill()
        with self.assertLogs("odoo.addons.crm_backup.models.crm_backup_drill"):
            self._run()
        values = self._read(backup_id, "drill_state", "drill_report", "state")
        self.assertEqual(values["drill_state"], "failed")
        self.assertIn("damaged", values["drill_report"])
        with self.committed() as env:
            env["crm.backup"].browse(backup_id).with_user(
                self.user_ids["mona"]
            ).action_verify()
        self._run()
        values = self._read(backup_id, "state", "verified_at", "is_there")
        self.assertEqual(
            (values["state"], values["verified_at"], values["is_there"]),
            ("failed", False, False),
        )

    def test_no_space(self):
        """Without space nothing is begun, and the list says why.

        Covers: B20.
        """
        backup_id = self._order()
        full = patch("shutil.disk_usage", return_value=SimpleNamespace(free=1000))
        with full, self.assertLogs("odoo.addons.crm_backup.models.crm_backup_run"):
            self._run()
        values = self._read(backup_id, "state", "error")
        self.assertEqual(values["state"], "failed")
        self.assertIn("space", values["error"])
        self.assertFalse(list(self.folder.iterdir()))

    def test_failing_program(self):
        """What PostgreSQL's program says stands in the list; nothing stays behind.

        Covers: B20.
        """
        backup_id = self._order()

        def dump(*args):
            raise database.DatabaseError("pg_dump: server version mismatch")

        with (
            patch.object(database, "dump", dump),
            self.assertLogs("odoo.addons.crm_backup.models.crm_backup_run"),
        ):
            self._run()
        values = self._read(backup_id, "state", "error")
        self.assertEqual(values["state"], "failed")
        self.assertIn("mismatch", values["error"])
        self.assertFalse(list(self.folder.iterdir()))

    def test_killed(self):
        """A process killed in the middle leaves nothing that looks like a backup.

        Covers: B20.
        """
        backup_id = self._order()
        with self.committed() as env:
            env["crm.backup.plan"]._crm_get().is_scheduled = False
            # much to write, so that there is a middle
            padding = env["ir.attachment"].create(
                [{"name": f"{n}", "raw": os.urandom(8 * 2**20)} for n in range(12)]
            )
            ids = padding.ids
        self.addCleanup(self._drop_attachment, ids)
        workers = self.workers(1)
        (child,) = self._children(workers.process.pid)
        workers.send(0, 1, "crm.backup", "_cron_back_up")
        end = time.monotonic() + 60
        while not list(self.folder.glob(".*.partial")):
            self.assertLess(time.monotonic(), end, "it never began")
            time.sleep(0.01)
        os.kill(child, signal.SIGKILL)
        while Path(f"/proc/{child}").exists() and self._alive(child):
            time.sleep(0.05)
        self.assertEqual(self._read(backup_id, "state")["state"], "running")
        self.assertFalse(list(self.folder.glob("[!.]*")), "no file with a valid name")
        self._run()
        values = self._read(backup_id, "state", "error")
        self.assertEqual(values["state"], "failed")
        self.assertTrue(values["error"])
        self.assertFalse(list(self.folder.iterdir()), "the rests are gone")

    def _children(self, pid):
        return [
            int(child)
            for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        ]

    def _alive(self, pid):
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"

    def test_one_at_a_time(self):
        """Two servers at it at once: one works, the other leaves it alone.

        Covers: B20.
        """
        first, second = self._order(), self._order()
        with self.committed() as env:
            env["crm.backup.plan"]._crm_get().is_scheduled = False
        workers = self.workers(2)
        answers = workers.race([((1, "crm.backup", "_cron_back_up"), {})] * 2)
        self.assertFalse([one for one in answers if "error" in one], answers)
        for backup_id in (first, second):
            values = self._read(backup_id, "state", "name", "error")
            self.assertEqual(values["state"], "done", values)
        self.assertEqual(len(list(self.folder.iterdir())), 2)

    def test_lost_lock(self):
        """An archive whose key was lost before it was made fails, unencrypted never.

        Covers: B20.
        """
        backup_id = self._order("mona", "passphrase", "一句足够长的备份用的口令")
        with self.committed() as env:
            env["crm.backup"].browse(backup_id)._crm_lock_path().unlink()
        with self.assertLogs("odoo.addons.crm_backup.models.crm_backup_run"):
            self._run()
        self.assertEqual(self._read(backup_id, "state")["state"], "failed")
        self.assertFalse(list(self.folder.iterdir()))

    def _date_plan(self, age):
        """Let the plan be of so long ago."""
        with self.committed() as env:
            env.cr.execute(
                "UPDATE crm_backup_plan"
                " SET create_date = now() AT TIME ZONE 'utc' - %s::interval",
                (age,),
            )

    def test_scheduled(self):
        """The plan orders one when it is due, with a drill, and old ones go.

        Covers: B20.
        """
        self._date_plan("0 days")
        self.addCleanup(self._date_plan, "0 days")
        with self.committed() as env:
            env["crm.backup.plan"]._crm_get().is_scheduled = True
        with self.committed() as env:
            env["crm.backup"]._cron_back_up()
        with self.committed() as env:
            self.assertFalse(env["crm.backup"].search([]), "nothing is due yet")
        self._date_plan("2 days")
        with self.committed() as env:
            past = env["crm.backup"]._crm_workflow()
            old = past.create(
                [
                    {
                        "name": f"{env.cr.dbname}-old-{number}.tar",
                        "state": "done",
                        "finished_at": f"2025-01-0{number} 18:00:00",
                    }
                    for number in range(1, 10)
                ]
            )
            old_ids = old.ids
            for one in old:
                one._crm_path().touch()
        with self.committed() as env:
            env["crm.backup"]._cron_back_up()
        with self.committed() as env:
            backups = env["crm.backup"].search([])
            self.assertEqual(backups[0].kind, "scheduled")
            self.assertEqual(set(backups[1:].ids), set(old_ids[3:]), "seven days stay")
            self.assertEqual(backups[0].drill_state, "passed", backups[0].error)
            ids = backups.ids
        with self.committed() as env:
            env["crm.backup"]._cron_back_up()
        with self.committed() as env:
            self.assertEqual(env["crm.backup"].search([]).ids, ids, "once a day")
        self.assertEqual(len(list(self.folder.iterdir())), 7)

    def test_delete(self):
        """Old ones go with their file; the newest and the kept ones stay.

        Covers: B20.
        """
        old, kept, new = self._order(), self._order(), self._order()
        self._run()
        paths = {one: self._path(one) for one in (old, kept, new)}

        def backup(env, number):
            return env["crm.backup"].browse(number).with_user(self.user_ids["mona"])

        with self.committed() as env:
            backup(env, kept).is_kept = True
        for number in (kept, new):
            with self.committed() as env, self.assertRaises(UserError):
                backup(env, number).unlink()
        with self.committed() as env:
            backup(env, old).unlink()
        self.assertFalse(paths[old].exists())
        self.assertTrue(paths[kept].exists() and paths[new].exists())
        with self.committed() as env:
            log = env["crm.operation.log"].search([("operation", "=", "backup_delete")])
            self.assertEqual(log[:1].user_id.id, self.user_ids["mona"])

    def test_rights(self):
        """Only maintainers and the boss back up; nobody forges the list.

        Covers: B01, B20.
        """
        with self.assertRaises(AccessError):
            self._order("sam")
        for name in ("sam", "mona", "bella"):
            with self.committed() as env, self.assertRaises(AccessError):
                env["crm.backup"].with_user(self.user_ids[name]).create({"name": "x"})
        backup_id = self._order()
        with self.committed() as env:
            backup = env["crm.backup"].browse(backup_id)
            for values in (
                {"name": "../../etc/passwd"},
                {"state": "done"},
                {"checksum": "0"},
                {"encryption": "key"},
            ):
                with self.assertRaises(AccessError):
                    backup.with_user(self.user_ids["mona"]).write(values)
            for method in ("action_verify", "action_drill", "action_download"):
                with self.assertRaises(AccessError):
                    getattr(backup.with_user(self.user_ids["sam"]), method)()
            with self.assertRaises(AccessError):
                backup.with_user(self.user_ids["sam"]).action_check_now()
