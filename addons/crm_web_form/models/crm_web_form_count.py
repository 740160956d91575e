import random

from psycopg2.errors import SerializationFailure

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.gate import in_turn

# rows for one day and kind, so that visitors do not wait for each other
SHARDS = 8


class CrmWebFormCount(models.Model):
    """How often a form was shown, and why answers were turned away, by day."""

    _name = "crm.web.form.count"
    _description = "Counter of a Web Form"
    _rec_name = "kind"

    form_id = fields.Many2one("crm.web.form", required=True, ondelete="cascade")
    day = fields.Date(required=True)
    kind = fields.Selection(
        [
            ("view", "Shown"),
            ("trap", "Filled in by a Program"),
            ("token", "Without a Page of Ours"),
            ("limit", "Too Many from One Address"),
            ("invalid", "Not Understood"),
        ],
        required=True,
    )
    shard = fields.Integer(required=True, default=0)
    total = fields.Integer(required=True, default=0)

    _counter_uniq = models.UniqueIndex(
        "(form_id, day, kind, shard)", "One counter for each day."
    )

    @api.model
    def _crm_bump(self, form_id, kind):
        """Count one more; a count that is lost does nobody harm."""
        try:
            in_turn(self, "_crm_bump_now", form_id, kind)
        except SerializationFailure:
            return False
        return True

    @api.model
    def _crm_bump_now(self, form_id, kind):
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO crm_web_form_count AS c (form_id, day, kind, shard, total)
                     VALUES (%s, %s, %s, %s, 1)
                ON CONFLICT (form_id, day, kind, shard) DO UPDATE
                        SET total = c.total + 1
                """,
                form_id,
                fields.Date.today(),
                kind,
                random.randrange(SHARDS),  # noqa: S311
            ),
            log_exceptions=False,
        )
        return True

    @api.model
    def _crm_totals(self, forms, kind):
        """Return how often each form was counted, a dict of id to number."""
        found = self._read_group(
            [("form_id", "in", forms.ids), ("kind", "=", kind)],
            ["form_id"],
            ["total:sum"],
        )
        return {form.id: total for form, total in found}
