from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmBackupStart(models.TransientModel):
    """Asks how the backup to be made now is encrypted."""

    _name = "crm.backup.start"
    _description = "Back Up Now"
    _inherit = ["crm.wizard.mixin"]

    encryption = fields.Selection(
        lambda self: (
            self.env["crm.backup"]
            ._fields["encryption"]
            ._description_selection(self.env)
        ),
        required=True,
        default=lambda self: self._default_encryption(),
    )
    # never stored: what is written here becomes the lock of one archive at once
    passphrase = fields.Char(
        compute="_compute_passphrase", inverse="_inverse_passphrase"
    )
    passphrase_again = fields.Char(
        compute="_compute_passphrase", inverse="_inverse_passphrase"
    )
    with_drill = fields.Boolean(
        "Restore Drill Afterwards",
        help="Restores the archive into a scratch database, checks that and drops it."
        " Takes about as long as the backup.",
    )
    backup_id = fields.Many2one("crm.backup", readonly=True)

    @api.model
    def _default_encryption(self):
        return "key" if self.env["crm.backup.plan"]._crm_get().recipients else "none"

    def _compute_passphrase(self):
        self.passphrase = self.passphrase_again = False

    def _inverse_passphrase(self):
        for wizard in self:
            if wizard.encryption != "passphrase" or not wizard.passphrase:
                continue
            if wizard.passphrase != wizard.passphrase_again:
                raise UserError(self.env._("The two passphrases differ."))
            wizard.backup_id = self.env["crm.backup"].action_back_up(
                "passphrase", wizard.passphrase, wizard.with_drill
            )["id"]

    def action_start(self):
        """Order the backup; return the action (dict) that says so."""
        self.ensure_one()
        backup = self.backup_id
        if not backup:
            result = self.env["crm.backup"].action_back_up(
                self.encryption, "", self.with_drill
            )
            backup = backup.browse(result["id"])
        return self._crm_success(
            self.env._("%(name)s is being made in the background.", name=backup.name)
        )
