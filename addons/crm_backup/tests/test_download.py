import hashlib

from odoo.tests import HttpCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestDownload(HttpCase):
    """The file leaves the house only for those who may have it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for name, groups in (
            ("bella", "crm_base.group_boss"),
            ("mona", "base.group_user,crm_base.group_maintainer"),
            ("sam", "crm_base.group_salesperson"),
        ):
            user = new_test_user(cls.env, login=f"download_{name}", groups=groups)
            setattr(cls, name, user)

    def _backup(self, encryption):
        data = b"crm" * 5000
        backup = (
            self.env["crm.backup"]
            ._crm_workflow()
            .create(
                {
                    "name": f"{self.env.cr.dbname}-download-{encryption}.tar",
                    "state": "done",
                    "encryption": encryption,
                    "size": len(data),
                    "checksum": hashlib.sha256(data).hexdigest(),
                }
            )
        )
        path = backup._crm_path()
        path.write_bytes(data)
        self.addCleanup(path.unlink)
        return backup, data

    def _get(self, user, backup, **headers):
        self.authenticate(user.login, user.login)
        return self.url_open(f"/crm_backup/{backup.id}/download", headers=headers)

    def test_who(self):
        """The boss gets every archive, a maintainer what nobody can read, others none.

        Covers: B01, B20.
        """
        for encryption, allowed in (
            ("none", {"bella"}),
            ("passphrase", {"bella"}),
            ("key", {"bella", "mona"}),
        ):
            backup, data = self._backup(encryption)
            for name in ("bella", "mona", "sam"):
                reply = self._get(getattr(self, name), backup)
                self.assertEqual(
                    reply.status_code, 200 if name in allowed else 403, name
                )
                if name in allowed:
                    self.assertEqual(reply.content, data)
                    self.assertIn("attachment", reply.headers["Content-Disposition"])
            logged = self.env["crm.operation.log"].search(
                [("operation", "=", "backup_download")]
            )
            self.assertEqual(
                {
                    log.user_id.login.rpartition("_")[2]
                    for log in logged
                    if backup.name in log.summary
                },
                allowed,
            )

    def test_pieces(self):
        """An interrupted download goes on where it stopped.

        Covers: B20.
        """
        backup, data = self._backup("key")
        reply = self._get(self.mona, backup, Range="bytes=6000-")
        self.assertEqual(reply.status_code, 206)
        self.assertEqual(reply.content, data[6000:])

    def test_nothing_there(self):
        """What is not there is not found; strangers are sent to log in.

        Covers: B20.
        """
        backup, _data = self._backup("key")
        path = backup._crm_path()
        hidden = path.rename(path.with_suffix(".away"))
        self.assertEqual(self._get(self.bella, backup).status_code, 404)
        hidden.rename(path)
        self.authenticate(None, None)
        reply = self.url_open(
            f"/crm_backup/{backup.id}/download", allow_redirects=False
        )
        self.assertEqual(reply.status_code, 303)
