from odoo import api, fields, models
from odoo.tools import ormcache


class CrmPool(models.Model):
    """Pools whose members read the full file of what nobody has won so far.

    The quarantine is a pool like any other, with members, limits, rules and ledger.
    What comes into it has been worked on for long without success, most simply by a
    rule "no deal in N days" of this pool: whoever thinks of taking it over has to know
    what was tried, so nothing is masked. Nothing can be changed until it is claimed.
    """

    _inherit = "crm.pool"

    is_quarantine = fields.Boolean(
        "Quarantine",
        tracking=True,
        help="Members and their superiors read the full file of these customers,"
        " contact details and history too, before they claim one. For customers that"
        " colleagues have not won for a long time.",
    )

    @api.model
    @ormcache()
    def _crm_quarantine_ids(self):
        """Return the ids (tuple of int) of the pools with full files."""
        # sudo: which pools they are decides what others of them may be read
        return tuple(self.sudo().search([("is_quarantine", "=", True)]).ids)
