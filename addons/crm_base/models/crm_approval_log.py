from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ..tools.approval import digest, joined


class CrmApprovalLog(models.Model):
    """Everything that happened to an approval, each row sealed by the one before it.

    The hash of a row covers its content and the hash of the row before. Whoever changes
    a row in the database, or takes one out, is found by :meth:`verify`.
    """

    _name = "crm.approval.log"
    _description = "Approval History"
    _inherit = ["crm.log.mixin"]
    _order = "approval_id, number"
    _rec_name = "kind"

    approval_id = fields.Many2one(
        "crm.approval", required=True, index=True, ondelete="restrict"
    )
    number = fields.Integer(required=True, readonly=True)
    kind = fields.Selection(
        [
            ("submit", "Submitted"),
            ("approve", "Approved"),
            ("reject", "Rejected"),
            ("forward", "Forwarded"),
            ("countersign", "Counter-Signature Asked For"),
            ("skip", "Approved Before"),
            ("nobody", "Nobody Stands Above"),
            ("handover", "Handed Over"),
            ("escalate", "Escalated"),
            ("urge", "Urged"),
            ("withdraw", "Withdrawn"),
            ("outdated", "Changed After the Approval"),
            ("done", "Decided"),
        ],
        "Event",
        required=True,
    )
    step_number = fields.Integer(help="The step that it happened to.")
    level_name = fields.Char("Approval Level")
    from_name = fields.Char("From", help="In whose place it was done.")
    to_name = fields.Char("To")
    note = fields.Text("Remark")
    state_after = fields.Char(help="State of the approval from then on.")
    fingerprint = fields.Char(help="SHA-256 of what was approved.")
    previous_hash = fields.Char()
    hash = fields.Char(required=True)

    _number_uniq = models.UniqueIndex(
        "(approval_id, number)", "Each row of a history has a number of its own."
    )

    # what the hash covers, in this order; numbers as text, nothing as empty text
    _crm_covered = (
        "approval_id",
        "number",
        "kind",
        "logged_at",
        "user_name",
        "role",
        "step_number",
        "level_name",
        "from_name",
        "to_name",
        "note",
        "state_after",
        "fingerprint",
        "previous_hash",
    )

    @api.model
    def _crm_hash(self, values):
        """Return the hash (str) of a row with these values."""
        texts = []
        for name in self._crm_covered:
            value = values.get(name)
            if name == "logged_at":
                value = fields.Datetime.to_string(value)
            texts.append("" if value is None or value is False else str(value))
        return digest(joined(texts))

    @api.model
    def _crm_hash_sql(self):
        """Return the SQL of :meth:`_crm_hash` for the rows of a table ``log``."""
        texts = []
        for name in self._crm_covered:
            column = SQL.identifier("log", name)
            if name == "logged_at":
                column = SQL("to_char(%s, 'YYYY-MM-DD HH24:MI:SS')", column)
            text = SQL("COALESCE(%s::text, '')", column)
            texts.append(SQL("length(%s) || ':' || %s", text, text))
        return SQL(
            "encode(sha256(convert_to(%s, 'UTF8')), 'hex')", SQL(" || ").join(texts)
        )

    @api.model
    def verify(self):
        """Recompute the whole history, and say what does not fit.

        :return: list of dicts ``code``, ``label``, ``count`` (int) and ``examples``
            (list of int, ids of approvals); empty when nothing was changed
        :raise AccessError: by anybody but the boss and administrators
        """
        user = self.env.user
        if not (user._crm_is_boss() or user._is_system() or self.env.su):
            raise AccessError(self.env._("This is for the boss."))
        self.env.flush_all()
        found = self.env["crm.consistency"]._crm_run_checks(
            self.env.cr, prefix="approval_"
        )
        return [result for result in found if result["count"]]

    def action_verify(self):
        """Verify the whole history, and say so in a notification.

        :return: an action (dict)
        :raise AccessError: by anybody but the boss and administrators
        """
        found = self.verify()
        # sudo: how many rows there are is no secret to whoever verifies them
        count = self.sudo().search_count([])
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "danger" if found else "success",
                "sticky": bool(found),
                "message": "\n".join(
                    self.env._(
                        "%(label)s: not so for %(count)s (approvals %(examples)s)",
                        label=one["label"],
                        count=one["count"],
                        examples=", ".join(map(str, one["examples"])),
                    )
                    for one in found
                )
                or self.env._("All %(count)s rows are as they were.", count=count),
            },
        }
