import hashlib

from odoo import api, fields, models


class CrmContractArchive(models.Model):
    """The approved contract as a file, with the fingerprint that it had that day.

    Rows and files are never changed or deleted through any door; whether a file is
    still the one that was approved can be checked at any time.
    """

    _name = "crm.contract.archive"
    _description = "Archived Contract"
    _inherit = ["crm.log.mixin"]

    contract_id = fields.Many2one(
        "crm.contract", required=True, index=True, ondelete="restrict"
    )
    kind = fields.Selection(
        [("approved", "As Approved"), ("signed", "Signed Copy")], required=True
    )
    name = fields.Char("File Name", required=True)
    version = fields.Integer(aggregator=None)
    file = fields.Binary(required=True, attachment=True)
    size = fields.Integer("Size (Bytes)", aggregator=None)
    sha256 = fields.Char("SHA-256", required=True)
    owner_id = fields.Many2one("res.users", index="btree_not_null")
    partner_id = fields.Many2one("res.partner", "Customer", index="btree_not_null")
    company_id = fields.Many2one("res.company", index=True)

    @api.model
    def _crm_log_name(self):
        return self.env._("The archive of contracts")

    def action_verify(self):
        """Compare files with their fingerprints.

        :return: True when all are as they were archived
        :raise AccessError: out of sight
        """
        self.check_access("read")
        return not self._crm_spoilt()

    def action_show_verified(self):
        """Check one file; return the action (dict) that tells the result."""
        self.ensure_one()
        is_whole = self.action_verify()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if is_whole else "danger",
                "sticky": not is_whole,
                "message": self.env._("The file is the one that was archived.")
                if is_whole
                else self.env._("The file is not the one that was archived!"),
            },
        }

    def _crm_spoilt(self):
        """Return those of these rows whose file is another one, or lost."""
        # sudo: files of rows that the reader sees
        files = self.env["ir.attachment"].sudo()
        found = files.search(
            [
                ("res_model", "=", self._name),
                ("res_field", "=", "file"),
                ("res_id", "in", self.ids),
            ]
        )
        hashes = {
            file.res_id: hashlib.sha256(file.raw or b"").hexdigest() for file in found
        }
        return self.filtered(lambda row: hashes.get(row.id) != row.sha256)
