import hashlib

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from .contract_common import ContractCase


@tagged("post_install", "-at_install")
class TestContractArchive(ContractCase):
    """What was approved is printed, kept and served as it was."""

    prints = True

    def _files(self, contract):
        return self.env["ir.attachment"].search(
            [
                ("res_model", "=", "crm.contract.archive"),
                ("res_field", "=", "file"),
                ("res_id", "in", contract.archive_ids.ids),
            ]
        )

    def test_archive(self):
        """The approved file never changes, and says so itself. Covers: S13."""
        contract = self._signed()
        archive = contract.archive_ids
        file = self._files(contract)
        self.assertEqual(archive.sha256, hashlib.sha256(file.raw).hexdigest())
        self.assertTrue(file.raw.startswith(b"%PDF"))
        self.assertEqual(contract._crm_pdf(), file.raw)
        self.assertTrue(archive.with_user(self.sam).action_verify())
        for user in (self.sam, self.boss, self.env.user):
            theirs = file.with_user(user)
            for values in (
                {"raw": b"x"},
                {"datas": b"eA=="},
                {"res_id": False},
                {"res_model": False},
                {"name": "x"},
                {"public": True},
            ):
                with self.subTest(values=values), self.assertRaises(AccessError):
                    theirs.sudo(user == self.env.user).write(values)
            with self.assertRaises(AccessError):
                theirs.unlink()
            with self.assertRaises(AccessError):
                archive.with_user(user).write({"file": b"eA=="})
        self.assertTrue(archive.action_verify())
        # a file that is changed behind Odoo is found
        self.env.cr.execute(
            "UPDATE ir_attachment SET store_fname = NULL, db_datas = 'x' WHERE id = %s",
            file.ids,
        )
        self.env.invalidate_all()
        self.assertFalse(archive.with_user(self.sam).action_verify())
        action = archive.with_user(self.sam).action_show_verified()
        self.assertEqual(action["params"]["type"], "danger")
        with self.assertRaises(AccessError):
            archive.with_user(self.xia).action_verify()

        # the scanned copy is kept beside it
        mine = contract.with_user(self.sam)
        mine.action_archive_signed("JVBERi0xLjQ=", "盖章.pdf")
        self.assertEqual(len(contract.archive_ids), 2)
        for file, name in (("", "a"), ("€", "a"), (None, None), ("eA==", 3)):
            with self.assertRaises(UserError):
                mine.action_archive_signed(file, name)

    def test_annexes(self):
        """Annexes are frozen with the contract. Covers: S12, S13."""
        contract = self._contract()
        annex = (
            self.env["ir.attachment"]
            .with_user(self.sam)
            .create(
                {
                    "name": "技术协议.txt",
                    "raw": b"v1",
                    "res_model": "crm.contract",
                    "res_id": contract.id,
                }
            )
        )
        contract.with_user(self.sam).file_ids = annex
        annex.raw = b"v2"
        contract.with_user(self.sam).action_submit()
        for user in (self.sam, self.boss):
            with self.assertRaises(AccessError):
                annex.with_user(user).raw = b"v3"
            with self.assertRaises(AccessError):
                annex.with_user(user).unlink()
        with self.assertRaises(AccessError):
            annex.sudo().write({"res_id": False})


@tagged("post_install", "-at_install")
class TestContractDownload(ContractCase, HttpCase):
    """The file over HTTP."""

    def test_download(self):
        """Served to those who see the contract, and to nobody else. Covers: S13."""
        contract = self._contract()
        url = f"/crm_sales/contract/{contract.id}/pdf"
        self.authenticate("sam", "sam")
        response = self.url_open(url)
        self.assertEqual(response.headers["Content-Type"], "application/pdf")
        self.assertIn(contract.number, response.text)
        self.assertEqual(self.url_open("/crm_sales/contract/0/pdf").status_code, 404)
        self.authenticate("xia", "xia")
        self.assertEqual(self.url_open(url).status_code, 403)
