import os
from pathlib import Path

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import config, human_size

from ..tools import age


class CrmBackup(models.Model):
    """A backup of this database with its files, in an archive beside the filestore.

    Made, checked and tried in the background, one at a time. The archive is the one of
    ``./crm backup``: ``./crm restore`` makes a database of it.
    """

    _name = "crm.backup"
    _description = "Backup"
    _inherit = ["crm.workflow.mixin"]
    _order = "create_date desc, id desc"

    name = fields.Char("File", required=True, readonly=True)
    kind = fields.Selection(
        [("manual", "By Hand"), ("scheduled", "Scheduled")],
        required=True,
        readonly=True,
        default="manual",
    )
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("running", "Running"),
            ("done", "Done"),
            ("failed", "Failed"),
        ],
        required=True,
        readonly=True,
        default="waiting",
        index=True,
    )
    encryption = fields.Selection(
        [("none", "None"), ("key", "Key"), ("passphrase", "Passphrase")],
        required=True,
        readonly=True,
        default="none",
    )
    started_at = fields.Datetime("Started", readonly=True)
    finished_at = fields.Datetime("Finished", readonly=True)
    size = fields.Float("Size (Bytes)", digits=(20, 0), readonly=True)
    size_text = fields.Char("Size", compute="_compute_size_text")
    checksum = fields.Char("Checksum (SHA-256)", readonly=True)
    error = fields.Text("What Went Wrong", readonly=True)
    is_kept = fields.Boolean(
        "Keep", help="Never removed by the plan, until this is switched off."
    )
    is_there = fields.Boolean("File Is There", compute="_compute_is_there")
    can_download = fields.Boolean(compute="_compute_is_there")

    # what is still to be done with it
    task = fields.Selection(
        [("verify", "Check the File"), ("drill", "Restore Drill")],
        "To Do",
        readonly=True,
    )
    with_drill = fields.Boolean("With Restore Drill", readonly=True)
    verified_at = fields.Datetime("Verified", readonly=True)
    drill_state = fields.Selection(
        [("passed", "Passed"), ("failed", "Failed")], "Restore Drill", readonly=True
    )
    drill_at = fields.Datetime("Drilled", readonly=True)
    drill_report = fields.Text(readonly=True)

    _name_uniq = models.UniqueIndex("(name)", "There is a backup with this name.")

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    @api.depends_context("lang")
    @api.depends("size")
    def _compute_size_text(self):
        for backup in self:
            backup.size_text = human_size(backup.size) if backup.size else ""

    @api.depends_context("uid")
    @api.depends("name", "state", "encryption")
    def _compute_is_there(self):
        boss = self.env.user._crm_has_group("crm_base.group_boss")
        for backup in self:
            is_there = backup.state == "done" and backup._crm_path().is_file()
            backup.is_there = is_there
            # a maintainer sees no business record, in an archive neither
            backup.can_download = is_there and (boss or backup.encryption == "key")

    # ------------------------------------------------------------
    # ORM
    # ------------------------------------------------------------

    def _crm_workflow_fields(self):
        return frozenset(
            name
            for name, field in self._fields.items()
            if field.store and name not in (*models.MAGIC_COLUMNS, "is_kept")
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_needed(self):
        newest = self._crm_newest()
        for backup in self:
            if backup.is_kept:
                raise UserError(
                    self.env._(
                        "%(name)s is to be kept. Switch that off first.",
                        name=backup.name,
                    )
                )
            if backup.state == "running":
                raise UserError(
                    self.env._("%(name)s is being made right now.", name=backup.name)
                )
            if backup == newest:
                raise UserError(
                    self.env._(
                        "%(name)s is the newest good backup. Make another one before"
                        " you delete it.",
                        name=backup.name,
                    )
                )

    def unlink(self):
        self.check_access("unlink")
        paths = [path for backup in self for path in backup._crm_paths()]
        names = self.mapped("name")
        if names:
            self.env["crm.operation.log"]._crm_log(
                "backup_delete",
                self.env._("Backups deleted: %(names)s", names=", ".join(names[:5])),
                model=self._name,
                count=len(names),
                details={"names": names},
            )
        result = super().unlink()

        @self.env.cr.postcommit.add
        def remove_files():
            for path in paths:
                path.unlink(missing_ok=True)

        return result

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    @api.model
    def action_back_up(self, encryption="none", passphrase="", with_drill=False):
        """Let a backup be made now, in the background.

        :param str encryption: ``none``, ``key`` (for the keys of the plan) or
            ``passphrase``
        :param str passphrase: with ``passphrase``; it is kept nowhere
        :param bool with_drill: also restore it into a scratch database and check that
        :return: dict with ``id`` and ``name`` of the backup
        :raise AccessError: when you are neither a maintainer nor the boss
        :raise UserError: no keys in the plan, passphrase too short
        """
        self._crm_check_may()
        lock = self._crm_padlock(encryption, passphrase)
        backup = self._crm_plan("manual", encryption, bool(with_drill), lock)
        return {"id": backup.id, "name": backup.name}

    def action_verify(self):
        """Let the files be read again and compared with their checksum; return True.

        :raise UserError: when a file is not there
        """
        return self._crm_demand("verify")

    def action_drill(self):
        """Let the backups be restored into a scratch database and checked; return True.

        :raise UserError: when a file is not there, or only its key could open it
        """
        for backup in self:
            if backup.encryption != "none":
                raise UserError(
                    self.env._(
                        "%(name)s is encrypted and this server has no key to it. Make a"
                        " new backup with a restore drill: it is tried before the key"
                        " is forgotten.",
                        name=backup.name,
                    )
                )
        return self._crm_demand("drill")

    def action_download(self):
        """Return the action (dict) that downloads the archive.

        :raise AccessError: when you may not have it
        """
        self.ensure_one()
        self._crm_check_download()
        return {
            "type": "ir.actions.act_url",
            "url": f"/crm_backup/{self.id}/download",
            "target": "self",
        }

    @api.model
    def action_check_now(self):
        """Check this very database for consistency.

        :return: list of dicts ``code``, ``label``, ``count`` (0: in order)
        :raise AccessError: when you are neither a maintainer nor the boss
        """
        self._crm_check_may()
        self.env.flush_all()
        results = self.env["crm.consistency"]._crm_run_checks(self.env.cr)
        # no ids: to a maintainer, they are nobody's business
        return [
            {key: result[key] for key in ("code", "label", "count")}
            for result in results
        ]

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    @api.model
    def _crm_check_may(self):
        """Check that the current user looks after backups.

        :raise AccessError: when not
        """
        user = self.env.user
        if not self.env.su and not (
            user._crm_has_group("crm_base.group_maintainer")
            or user._crm_has_group("crm_base.group_boss")
        ):
            raise AccessError(
                self.env._("Backups are made by the system maintainer and the boss.")
            )

    def _crm_check_download(self):
        """Check that the current user may take an archive out of the house.

        :raise AccessError: not a maintainer, or the archive would be readable
        :raise UserError: the file is not there
        """
        self.ensure_one()
        self._crm_check_may()
        self.check_access("read")
        if not self.is_there:
            raise UserError(
                self.env._("The file %(name)s is not there.", name=self.name)
            )
        if not self.can_download:
            raise AccessError(
                self.env._(
                    "This archive can be read by whoever has it, so only the boss may"
                    " download it. Make one that is encrypted for the keys of the plan."
                )
            )

    def _crm_log_download(self):
        self.env["crm.operation.log"]._crm_log(
            "backup_download",
            self.env._("Backup downloaded: %(name)s", name=self.name),
            model=self._name,
            res_ids=self.ids,
            details={"name": self.name, "checksum": self.checksum},
        )

    @api.model
    def _crm_padlock(self, encryption, passphrase=""):
        """Return what to encrypt an archive with, None for nothing.

        :raise UserError: no keys, passphrase too short, unknown encryption
        """
        if encryption == "none":
            return None
        if encryption == "key":
            recipients = self.env["crm.backup.plan"]._crm_get()._crm_recipients()
            if not recipients:
                raise UserError(
                    self.env._("The backup plan has no key to encrypt for.")
                )
            return age.Lock.for_recipients(recipients)
        if encryption != "passphrase":
            raise UserError(self.env._("There is no such encryption."))
        if not isinstance(passphrase, str) or len(passphrase) < 12:
            raise UserError(
                self.env._("A passphrase needs at least 12 characters: use a sentence.")
            )
        return age.Lock.for_passphrase(passphrase)

    @api.model
    def _crm_plan(self, kind, encryption, with_drill, lock=None):
        """Write down that a backup is to be made, and wake whoever makes it.

        :param Lock lock: what to encrypt it with
        :return: the backup
        """
        now = fields.Datetime.now()
        ending = ".tar" if encryption == "none" else ".tar.age"
        stem = f"{self.env.cr.dbname}-{now:%Y%m%d-%H%M%S}"
        number = 0
        name = stem + ending
        # sudo: whoever may back up does not write these fields by hand
        backups = self.sudo()._crm_workflow()
        while backups.search_count([("name", "=", name)], limit=1):
            number += 1
            name = f"{stem}-{number}{ending}"
        backup = backups.create(
            {
                "name": name,
                "kind": kind,
                "encryption": encryption,
                "with_drill": with_drill,
            }
        )
        if lock:
            backup._crm_keep_lock(lock)
        self.env["crm.operation.log"]._crm_log(
            "backup",
            self.env._("Backup ordered: %(name)s", name=name),
            model=self._name,
            res_ids=backup.ids,
            details={"kind": kind, "encryption": encryption},
        )
        backup._crm_wake()
        return self.browse(backup.id)

    def _crm_demand(self, task):
        self._crm_check_may()
        self.check_access("write")
        for backup in self:
            if not backup.is_there:
                raise UserError(
                    self.env._("The file %(name)s is not there.", name=backup.name)
                )
        # sudo: whoever may back up does not write these fields by hand
        self.sudo()._crm_workflow().write({"task": task})
        self._crm_wake()
        return True

    def _crm_wake(self):
        # sudo: scheduled jobs are nobody's to start but the system's
        self.env.ref("crm_backup.ir_cron_back_up").sudo()._trigger()

    @api.model
    def _crm_newest(self):
        """Return the newest good backup whose file is there."""
        # sudo: whoever deletes one must not be able to hide it by a rule
        for backup in self.sudo().search([("state", "=", "done")]):
            if backup._crm_path().is_file():
                return self.browse(backup.id)
        return self.browse()

    # -- files -------------------------------------------------------

    @api.model
    def _crm_folder(self):
        """Return the folder (Path) of this database's backups, made when missing."""
        base = os.environ.get("CRM_BACKUP_FOLDER") or os.path.join(
            config["data_dir"], "backups"
        )
        folder = Path(base) / self.env.cr.dbname
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return folder

    def _crm_path(self):
        """Return where the archive is when it is complete (Path)."""
        self.ensure_one()
        return self._crm_folder() / os.path.basename(self.name)

    def _crm_partial_path(self):
        return self._crm_path().with_name(f".{os.path.basename(self.name)}.partial")

    def _crm_lock_path(self):
        return self._crm_path().with_name(f".{os.path.basename(self.name)}.lock")

    def _crm_paths(self):
        return self._crm_path(), self._crm_partial_path(), self._crm_lock_path()

    def _crm_keep_lock(self, lock):
        """Keep what an archive will be encrypted with, until it is made.

        On the server's disk, where the database itself lies open, never in the
        database, from where it would get into other backups.
        """
        path = self._crm_lock_path()
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(descriptor, "wb") as file:
            file.write(lock.key + lock.header)
        self.env.cr.postrollback.add(lambda: path.unlink(missing_ok=True))

    def _crm_take_lock(self):
        """Return the lock that was kept and forget it; None when there is none."""
        path = self._crm_lock_path()
        if not path.exists():
            return None
        data = path.read_bytes()
        path.unlink()
        return age.Lock(data[16:], data[:16])
