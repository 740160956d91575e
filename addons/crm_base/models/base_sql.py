from odoo import models


class Base(models.AbstractModel):
    _inherit = "base"

    def _crm_changed_by_sql(self, operation, names=()):
        """Hook: these records were made or changed by a statement, not by the ORM.

        For whoever listens in ``create()`` and ``write()`` and would miss it. Called in
        the transaction of the change, with the caches dropped. Call ``super()``.

        :param str operation: ``create`` or ``write``
        :param Iterable[str] names: the fields that were written
        """
