from odoo import models


class MailAliasMixinOptional(models.AbstractModel):
    """The e-mail address of a record goes with it and comes back with it."""

    _inherit = "mail.alias.mixin.optional"
    _crm_recycle_along = ("alias_id",)
