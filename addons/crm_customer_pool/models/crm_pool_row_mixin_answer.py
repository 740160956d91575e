from odoo import api, fields, models
from odoo.tools import SQL


class CrmPoolRowMixin(models.AbstractModel):
    """Rows tell that somebody has answered, never what."""

    _inherit = "crm.pool.row.mixin"

    _depends = {
        "mail.message": ["author_id", "message_type", "model", "res_id"],
        "res.users": ["partner_id", "share"],
    }

    answered_at = fields.Datetime(
        "Answered On",
        readonly=True,
        help="When somebody last wrote by e-mail since it has been in the pool. Whoever"
        " claims it reads the message.",
    )

    @api.model
    def _crm_columns(self):
        return {
            **super()._crm_columns(),
            "answered_at": SQL(
                "(SELECT max(answer.create_date) %s)",
                self._crm_held()._crm_answers_sql(),
            ),
        }
