import base64
import hashlib

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.crm_base.tools.arguments import as_text
from odoo.addons.crm_base.tools.pdf_document import write_document

from .crm_contract import CANCELLED, DRAFT, REVIEW


class CrmContract(models.Model):
    """A contract on paper: the archived file once it is approved, a draft before."""

    _inherit = "crm.contract"

    archive_ids = fields.One2many("crm.contract.archive", "contract_id", readonly=True)

    def action_print(self):
        """Return the action (dict) that opens the contract as PDF."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_url",
            "url": f"/crm_sales/contract/{self.id}/pdf",
            "target": "new",
        }

    def _crm_file_name(self):
        """Return the name (str) of the file that this contract is printed to."""
        return f"{self.display_name}.pdf".replace("/", "_")

    def _crm_pdf(self):
        """Return this contract as PDF (bytes): once approved the archived file."""
        self.ensure_one()
        kept = self.archive_ids.filtered(lambda row: row.kind == "approved")
        kept = kept.sorted("id")[-1:]
        if kept and self.state not in (DRAFT, REVIEW, CANCELLED):
            # the row is read as the user, its file is what it tells of
            return base64.b64decode(kept.with_context(bin_size=False).file)
        return self._crm_print()

    def _crm_print(self):
        """Return this contract as PDF (bytes), as it stands now."""
        # sudo: what is printed is the contract's own, and the name of its company
        contract = self.sudo().with_context(lang=self.lang or self.env.lang)
        env = contract.env
        states = dict(contract._fields["state"]._description_selection(env))
        parties = contract.party_ids
        is_final = contract.state not in (DRAFT, REVIEW, CANCELLED)
        return write_document(
            env,
            "crm_sales.crm_contract_document",
            {
                "contract": contract,
                "lang": (env.lang or "en_US").replace("_", "-"),
                "mark": "" if is_final else states[contract.state],
                "changes": contract._crm_labelled_changes(),
                "pairs": [parties[place : place + 2] for place in (0, 2)],
                "roles": dict(
                    env["crm.contract.party"]
                    ._fields["role"]
                    ._description_selection(env)
                ),
            },
        )

    def _crm_archive(self, kind, content=None, name=""):
        """Keep contracts as files that never change.

        :param str kind: ``approved``, or ``signed`` for a copy that somebody scanned
        :param bytes content: the file; the printed contract if it is left out
        :param str name: the name of the file
        """
        Archive = self.env["crm.contract.archive"]
        author = Archive._crm_log_author()
        rows = []
        for contract in self:
            data = contract._crm_print() if content is None else content
            rows.append(
                {
                    **author,
                    "contract_id": contract.id,
                    "kind": kind,
                    "name": name or contract._crm_file_name(),
                    "version": contract.version,
                    "file": base64.b64encode(data),
                    "size": len(data),
                    "sha256": hashlib.sha256(data).hexdigest(),
                    "owner_id": contract.user_id.id,
                    "partner_id": contract.partner_id.id,
                    "company_id": contract.company_id.id,
                }
            )
        # sudo: nobody has the right to create rows
        return Archive.sudo()._crm_workflow().create(rows)

    def action_archive_signed(self, file, name):
        """Keep the scanned copy of a signed contract in its archive.

        :param str file: the file in base64
        :param str name: its name
        :return: the fingerprint (str) of the file, SHA-256
        :raise AccessError: somebody else's contract
        :raise UserError: not signed yet, or no file
        """
        self.ensure_one()
        self.check_access("write")
        if not self.date_sign:
            raise UserError(self.env._("The contract is not signed yet."))
        content, name = self._crm_uploaded(file, name)
        return self._crm_archive("signed", content, name).sha256

    @api.model
    def _crm_uploaded(self, file, name):
        """Return content (bytes) and name (str) of a file that somebody sends."""
        try:
            content = base64.b64decode(file, validate=True)
        except (TypeError, ValueError):
            content = b""
        name = as_text(name)[:200]
        if not content or not name:
            raise UserError(self.env._("Choose a file."))
        return content, name
