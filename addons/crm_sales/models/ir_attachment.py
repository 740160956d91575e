from odoo import api, models
from odoo.exceptions import AccessError

from odoo.addons.base.models.ir_model import MODULE_UNINSTALL_FLAG

ARCHIVE, CONTRACT = "crm.contract.archive", "crm.contract"
# what may be written on any file: it changes neither content nor place
HARMLESS = frozenset({"description", "index_content", "access_token"})


class IrAttachment(models.Model):
    """Archived contracts, and the annexes of what is no draft, stay as they are."""

    _inherit = "ir.attachment"

    def write(self, vals):
        if not HARMLESS.issuperset(vals):
            self._crm_check_contract_files()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_contract_file(self):
        self._crm_check_contract_files()

    def _crm_check_contract_files(self):
        """Refuse to touch files that a contract froze, also to the system."""
        if self.env.context.get(MODULE_UNINSTALL_FLAG):
            return
        # sudo: where a file belongs
        files = self.sudo()
        if any(file.res_model == ARCHIVE and file.res_id for file in files):
            raise AccessError(
                self.env._("An archived contract cannot be changed or deleted.")
            )
        if any(file.res_model == CONTRACT for file in files):
            frozen = files.env[CONTRACT].search(
                [("file_ids", "in", files.ids), ("state", "!=", "draft")], limit=1
            )
            if frozen:
                raise AccessError(frozen._crm_frozen_message())
