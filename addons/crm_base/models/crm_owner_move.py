from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL


class CrmOwnerMove(models.Model):
    """The ledger of ownership: who had which customer, since when and why.

    Rows are written by the methods that move customers and by nobody else, and are
    never changed or deleted: not by the boss, and not by server code by mistake.
    """

    _name = "crm.owner.move"
    _description = "Ownership Ledger"
    _inherit = ["crm.sealed.mixin"]
    _order = "moved_at desc, id desc"
    _rec_name = "partner_name"

    partner_id = fields.Many2one(
        "res.partner", "Customer", index=True, ondelete="set null"
    )
    partner_name = fields.Char("Customer Name", required=True)
    kind = fields.Selection(
        [
            ("create", "Created"),
            ("transfer", "Transferred"),
            ("handover", "Handed Over"),
            ("merge", "Merged"),
            ("undo", "Undone"),
        ],
        required=True,
    )
    from_user_id = fields.Many2one("res.users", "From", index="btree_not_null")
    to_user_id = fields.Many2one("res.users", "To", index="btree_not_null")
    reason = fields.Char()
    batch_id = fields.Char(index="btree_not_null")
    moved_at = fields.Datetime("Moved On", required=True, default=fields.Datetime.now)
    actor_id = fields.Many2one("res.users", "Done By", required=True)
    company_id = fields.Many2one("res.company", index=True)

    _to_user_moved_at_idx = models.Index("(to_user_id, kind, moved_at)")
    _partner_moved_at_idx = models.Index("(partner_id, moved_at DESC)")
    # the order of the model, for those who see the moves of many
    _moved_at_idx = models.Index("(moved_at DESC, id DESC)")

    def _crm_sealed_message(self):
        return self.env._("The ownership ledger is written by the system only.")

    # pylint: disable-next=method-required-super; a row is never written
    def write(self, vals):
        raise AccessError(self.env._("The ownership ledger cannot be changed."))

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        raise AccessError(self.env._("The ownership ledger cannot be deleted."))

    def action_open_customer(self):
        """Open the customer of this row; return the action (dict).

        :raise UserError: when it was deleted or is out of reach by now
        """
        self.ensure_one()
        self._crm_check_reach(self.partner_id)
        return self.partner_id.action_open_overview()

    def _crm_check_reach(self, record):
        """Refuse to open what this row is about, if it is gone or out of reach."""
        if not record or not record.has_access("read"):
            raise UserError(
                self.env._(
                    "%(name)s was deleted or now belongs to somebody out of your"
                    " reach.",
                    name=self.partner_name,
                )
            )

    @api.model
    def _crm_log(
        self,
        partners,
        kind,
        to_user,
        from_users=None,
        reason="",
        by_partner=None,
        **extra,
    ):
        """Append one row per customer.

        :param partners: res.partner records, as they are called now
        :param str kind: one of the kinds of this model
        :param to_user: res.users record, empty when nobody owns them afterwards
        :param dict from_users: former owner's id per partner id
        :param str reason: what the person gave as reason
        :param dict by_partner: values of further fields per partner id
        :param extra: values of further fields, such as ``batch_id``
        :return: the rows
        """
        return self._crm_log_of(
            "partner_id", partners, kind, to_user, from_users, reason, by_partner, extra
        )

    @api.model
    def _crm_log_of(
        self, link, records, kind, to_user, from_users, reason, by_record, extra
    ):
        """Append one row per record of whatever has an owner; see :meth:`_crm_log`.

        :param str link: the field of the row that refers to the record
        """
        now = fields.Datetime.now()
        from_users = from_users or {}
        by_record = by_record or {}
        # sudo: nobody has the right to create rows; the caller has checked the move
        return (
            self.sudo()
            ._crm_workflow()
            .create(
                [
                    {
                        link: record.id,
                        "partner_name": record.name,
                        "kind": kind,
                        "from_user_id": from_users.get(record.id),
                        "to_user_id": to_user.id,
                        "reason": reason,
                        "moved_at": now,
                        "actor_id": self.env.uid,
                        "company_id": record.company_id.id,
                        **extra,
                        **by_record.get(record.id, {}),
                    }
                    # sudo: it may have left the reach of whoever moved it
                    for record in records.sudo()
                ]
            )
        )

    def _crm_forget_kind(self):
        """Keep rows of an addon being uninstalled readable: transfers, with their kind.

        The only change that a ledger row ever sees: its kind is about to lose its name.
        """
        if not self:
            return
        self.env.execute_query(
            SQL(
                """
                UPDATE crm_owner_move
                   SET kind = 'transfer',
                       reason = concat_ws(' ', '[' || kind || ']', NULLIF(reason, ''))
                 WHERE id IN %s
             RETURNING id
                """,
                tuple(self.ids),
            )
        )
        self.invalidate_recordset(["kind", "reason"])
