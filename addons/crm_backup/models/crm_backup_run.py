import logging
import os
import shutil
from pathlib import Path

from odoo import api, fields, models, release
from odoo.modules.module import get_manifest
from odoo.tools import config, human_size

from ..tools import age, archive, database

_logger = logging.getLogger(__name__)

# what stays free on the disk
RESERVE = 200 * 2**20


class BackupFailed(Exception):
    """Why a backup or a drill did not succeed, for whoever reads the list."""


class CrmBackup(models.Model):
    """The making: in the background, outside of any transaction of this model.

    What is written to the database goes through short transactions of their own, so
    that the list tells the truth while an hour of dumping goes on, and after a crash.
    """

    _inherit = "crm.backup"

    @api.model
    def _cron_back_up(self):
        """Make what was ordered or is due, one after the other; return nothing."""
        with database.alone(self.env.cr.dbname) as is_free:
            # whoever is at it now finds what was ordered meanwhile
            if is_free:
                self._crm_tidy()
                self.env["crm.backup.plan"]._crm_order_due()
                self._crm_work()

    @api.model
    def _crm_tidy(self):
        """Put away what a killed run has left behind."""
        database.drop_leftovers(self.env.cr.dbname)
        with self._crm_fresh() as backups:
            for backup in backups.search([("state", "=", "running")]):
                backup._crm_workflow().write(
                    {
                        "state": "failed",
                        "finished_at": fields.Datetime.now(),
                        "error": self.env._("It was interrupted."),
                    }
                )
            waiting = backups.search([("state", "=", "waiting")])
            wanted = {waiting_one._crm_lock_path() for waiting_one in waiting}
        folder = self._crm_folder()
        for path in (*folder.glob(".*.partial"), *folder.glob(".*.lock")):
            if path not in wanted:
                path.unlink(missing_ok=True)
        for path in Path(config["data_dir"]).glob(f"{self._crm_work_name()}.*"):
            shutil.rmtree(path, ignore_errors=True)

    @api.model
    def _crm_work(self):
        """Do what is to be done until nothing is left."""
        while True:
            with self._crm_fresh() as backups:
                backup = backups.search(
                    ["|", ("state", "=", "waiting"), ("task", "!=", False)],
                    order="id",
                    limit=1,
                )
                if not backup:
                    return
                job = backup.id, backup.state, backup.task, backup._crm_language()
                if backup.state == "waiting":
                    backup._crm_workflow().write(
                        {"state": "running", "started_at": fields.Datetime.now()}
                    )
                else:
                    backup._crm_workflow().write({"task": False})
            backup_id, state, task, language = job
            me = self.with_context(lang=language).browse(backup_id)
            if state == "waiting":
                me._crm_make()
            elif task == "verify":
                me._crm_verify()
            else:
                me._crm_drill()

    def _crm_language(self):
        """Return the language (str) of whoever reads what became of this backup."""
        if self.create_uid == self.env.ref("base.user_root"):
            return self.env.company.partner_id.lang
        return self.create_uid.lang

    def _crm_fresh(self):
        """Give these records in a transaction of their own, which sees what is now."""
        return _Fresh(self)

    def _crm_save(self, **values):
        """Write workflow fields in a transaction of its own."""
        with self._crm_fresh() as fresh:
            fresh._crm_workflow().write(values)

    def _crm_make(self):
        """Make this backup; the record tells what became of it."""
        with self._crm_fresh() as fresh:
            name, encryption = fresh.name, fresh.encryption
            with_drill, kind = fresh.with_drill, fresh.kind
            path, partial, _lock = fresh._crm_paths()
            lock = fresh._crm_take_lock()
        try:
            if encryption != "none" and not lock:
                raise BackupFailed(
                    self.env._("The key of this archive was lost. Order it again.")
                )
            size, checksum = self._crm_write_archive(path, partial, lock)
            self._crm_save(
                state="done",
                finished_at=fields.Datetime.now(),
                size=size,
                checksum=checksum,
                error=False,
            )
            self._crm_verify()
            if with_drill:
                self._crm_drill(lock)
            self.env["crm.backup.plan"]._crm_retire()
        except (
            BackupFailed,
            database.DatabaseError,
            archive.ArchiveError,
            OSError,
        ) as error:
            _logger.warning("backup %s failed: %s", name, error)
            self._crm_save(
                state="failed", finished_at=fields.Datetime.now(), error=str(error)
            )
            self._crm_alarm(self.env._("A backup failed"), str(error))
        else:
            _logger.info("backup %s (%s) made, %s bytes", name, kind, size)

    def _crm_write_archive(self, path, partial, lock):
        """Write the archive; it gets its name when it is whole.

        :param Path path: its name
        :param Path partial: what it is called until then
        :param Lock lock: what to encrypt it with, None for nothing
        :return: tuple of its size in bytes (int) and its SHA-256 (str)
        """
        name = self.env.cr.dbname
        files = Path(config.filestore(name))
        self._crm_need_space(files)
        with self._crm_work_folder() as work:
            kept = archive.link_files(files, work / "before")
            with database.moment(name) as (cr, snapshot):
                kept |= archive.link_files(files, work / "after")
                wanted = database.attachments(cr)
                facts = self._crm_facts(cr)
                database.dump(name, snapshot, work / archive.DUMP)
            facts["missing"] = sorted(wanted - kept.keys())
            descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            try:
                with open(descriptor, "wb") as file:
                    summing = archive.Summing(file)
                    sink = age.Writer(summing, lock) if lock else summing
                    archive.write(sink, work / archive.DUMP, kept, facts)
                    if lock:
                        sink.finish()
                    file.flush()
                    os.fsync(file.fileno())
                partial.rename(path)
            finally:
                partial.unlink(missing_ok=True)
        return summing.size, summing.digest.hexdigest()

    @api.model
    def _crm_work_name(self):
        return f"backup-work-{self.env.cr.dbname}"

    def _crm_work_folder(self):
        # beside the attachments, so that they can be linked instead of copied
        return _WorkFolder(
            Path(config["data_dir"]) / f"{self._crm_work_name()}.{os.getpid()}"
        )

    def _crm_need_space(self, files):
        """Check that the archive will fit, the dump beside it.

        :raise BackupFailed: when not
        """
        with self._crm_fresh() as fresh:
            cr = fresh.env.cr
            cr.execute("SELECT pg_database_size(current_database())")
            tables = cr.fetchone()[0]
        stored = sum(path.stat().st_size for path in files.rglob("*") if path.is_file())
        # what is compressed in a dump is about as much as the indexes it leaves out
        needed = tables + stored + RESERVE
        free = shutil.disk_usage(self._crm_folder()).free
        if free < needed:
            raise BackupFailed(
                self.env._(
                    "Not enough space on the disk: %(needed)s are needed and %(free)s"
                    " are free.",
                    needed=human_size(needed),
                    free=human_size(free),
                )
            )

    def _crm_facts(self, cr):
        """Return what the manifest says (dict), as of the moment of the dump."""
        cr.execute(
            "SELECT name, latest_version FROM ir_module_module"
            " WHERE state = 'installed' ORDER BY name"
        )
        modules = dict(cr.fetchall())
        cr.execute("SHOW server_version")
        server = cr.fetchone()[0]
        return {
            "database": self.env.cr.dbname,
            "made_at": fields.Datetime.now().isoformat() + "+00:00",
            "odoo": release.version,
            "postgresql": server,
            "modules": modules,
            "addons": {
                name: get_manifest(name).get("version", "")
                for name in modules
                if name.startswith("crm_")
            },
            "rows": database.count_rows(cr),
        }

    def _crm_verify(self):
        """Read the file again and compare it with its checksum."""
        with self._crm_fresh() as fresh:
            checksum, path = fresh.checksum, fresh._crm_path()
        try:
            with open(path, "rb") as file:
                summing = archive.Summing(file)
                while summing.read(2**20):
                    pass
            if summing.digest.hexdigest() != checksum:
                raise archive.ArchiveError("checksum")
        except (OSError, archive.ArchiveError):
            message = self.env._("The file differs from its checksum, or is gone.")
            self._crm_save(state="failed", verified_at=False, error=message)
            self._crm_alarm(self.env._("A backup is damaged"), message)
        else:
            self._crm_save(verified_at=fields.Datetime.now())

    @api.model
    def _crm_alarm(self, subject, text):
        """Tell the maintainers, or the boss where there is none, that all is not well.

        :param str subject: one line
        :param str text: what happened
        """
        with self.env.registry.cursor() as cr:
            env = self.env(cr=cr)
            people = env.ref("crm_base.group_maintainer").all_user_ids
            people = people or env.ref("crm_base.group_boss").all_user_ids
            people = people.filtered(lambda user: user.active and not user.share)
            env["mail.thread"].message_notify(
                partner_ids=people.partner_id.ids,
                subject=subject,
                body=f"{self.env.cr.dbname}: {text}",
            )


class _Fresh:
    """Context manager: records of the same ids in a transaction of their own."""

    def __init__(self, records):
        self.records = records

    def __enter__(self):
        self.cr = self.records.env.registry.cursor()
        cr = self.cr.__enter__()
        # sudo: the system does what was ordered
        return self.records.with_env(self.records.env(cr=cr)).sudo()

    def __exit__(self, *failure):
        return self.cr.__exit__(*failure)


class _WorkFolder:
    """Context manager: a folder of one's own for files that nobody needs afterwards."""

    def __init__(self, path):
        self.path = path

    def __enter__(self):
        shutil.rmtree(self.path, ignore_errors=True)
        self.path.mkdir(parents=True, mode=0o700)
        return self.path

    def __exit__(self, *failure):
        shutil.rmtree(self.path, ignore_errors=True)
