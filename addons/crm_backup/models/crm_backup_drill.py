import logging

from odoo import fields, models

from ..tools import age, archive, database
from .crm_backup_run import BackupFailed

_logger = logging.getLogger(__name__)

# lines of one kind that a report names
EXAMPLES = 5


class CrmBackup(models.Model):
    """The restore drill: only a backup that was restored is one.

    The archive is read from the disk, loaded into a scratch database and compared with
    what its manifest promises; then the suite's own checks are run on it.
    """

    _inherit = "crm.backup"

    def _crm_drill(self, lock=None):
        """Restore this backup into a scratch database, check that, and drop it.

        :param Lock lock: what it was encrypted with, as long as that is known
        :return: whether it passed (bool)
        """
        with self._crm_fresh() as fresh:
            name, path = fresh.name, fresh._crm_path()
        try:
            lines, failures = self._crm_try(path, lock)
        except (
            BackupFailed,
            database.DatabaseError,
            archive.ArchiveError,
            age.AgeError,
            OSError,
        ) as error:
            _logger.warning("restore drill of %s failed: %s", name, error)
            lines, failures = [], [str(error)]
        now = fields.Datetime.now()
        passed = not failures
        if passed:
            lines.insert(0, self.env._("The database came back whole."))
        values = {
            "drill_state": "passed" if passed else "failed",
            "drill_at": now,
            "drill_report": "\n".join([*failures, *lines]),
        }
        if passed:
            values["verified_at"] = now
        self._crm_save(**values)
        with self._crm_fresh() as fresh:
            fresh.env["crm.operation.log"]._crm_log(
                "backup_drill",
                self.env._("Restore drill: %(name)s", name=name),
                model=self._name,
                res_ids=self.ids,
                details={"passed": passed, "failures": failures[:EXAMPLES]},
            )
        if not passed:
            self._crm_alarm(self.env._("A restore drill failed"), "\n".join(failures))
        return passed

    def _crm_try(self, path, lock):
        """Restore an archive and compare it; return (facts, failures), lists of str."""
        with self._crm_work_folder() as work, open(path, "rb") as file:
            source = file
            if lock:
                source = age.Reader(file, self._crm_skip_header(file, lock))
            facts = archive.read(
                source,
                lambda name: work / archive.DUMP if name == archive.DUMP else None,
            )
            with database.scratch(self.env.cr.dbname) as scratch:
                database.load(scratch, work / archive.DUMP)
                with database.looked_at(scratch) as cr:
                    return self._crm_compare(cr, facts)

    def _crm_skip_header(self, file, lock):
        """Read over the header of an encrypted file; return the file's key (bytes)."""
        if file.read(len(lock.header)) != lock.header:
            raise BackupFailed(self.env._("The file is not the one that was written."))
        return lock.key

    def _crm_compare(self, cr, facts):
        """Compare a restored database with what its archive promises.

        :param cr: cursor of the restored database
        :param dict facts: the manifest
        :return: tuple of two lists of str: what was found, and what is wrong
        """
        lines, failures = [], []
        rows, wanted = database.count_rows(cr), facts.get("rows", {})
        for table in sorted(rows.keys() | wanted.keys()):
            if rows.get(table) != wanted.get(table):
                failures.append(
                    self.env._(
                        "Table %(table)s: %(found)s rows instead of %(wanted)s.",
                        table=table,
                        found=rows.get(table, 0),
                        wanted=wanted.get(table, 0),
                    )
                )
        lines.append(
            self.env._(
                "%(tables)s tables, %(rows)s rows: all there.",
                tables=len(rows),
                rows=sum(rows.values()),
            )
        )
        stored = {
            name.partition("/")[2]
            for name in facts["sha256"]
            if name.startswith(archive.FILES)
        }
        files = database.attachments(cr)
        lost = sorted(files - stored - set(facts.get("missing", ())))
        damaged = facts.get("misnamed", [])
        for names, text in (
            (lost, self.env._("Files missing in the archive: %(names)s")),
            (damaged, self.env._("Files damaged before the backup: %(names)s")),
            (
                facts.get("missing", []),
                self.env._("Files missing before the backup: %(names)s"),
            ),
        ):
            if names:
                failures.append(text % {"names": ", ".join(names[:EXAMPLES])})
        lines.append(self.env._("%(count)s files: all there.", count=len(files)))
        for check in self.env["crm.consistency"]._crm_run_checks(cr):
            if check["count"]:
                failures.append(
                    self.env._(
                        "%(check)s: not true of %(count)s records.",
                        check=check["label"],
                        count=check["count"],
                    )
                )
            else:
                lines.append(f"✓ {check['label']}")
        return lines, failures
