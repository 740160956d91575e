from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class CrmJoinRequest(models.Model):
    """Somebody met a colleague's customer and asks to work on it as well.

    Whoever asks never reads the customer or its owner here, only what they typed and
    what became of it.
    """

    _name = "crm.join.request"
    _description = "Request to Join a Customer"
    _inherit = ["crm.sealed.mixin"]
    _order = "id desc"
    _rec_name = "asked"

    # out of everybody's reach: a many2one tells its name to whoever reads the record
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        required=True,
        index=True,
        ondelete="cascade",
        copy=False,
        groups=fields.NO_ACCESS,
    )
    requester_id = fields.Many2one(
        "res.users", "Requested By", required=True, index=True, ondelete="cascade"
    )
    asked = fields.Char("Looked Up", required=True)
    note = fields.Text("Reason")
    customer_name = fields.Char(compute="_compute_customer_name")
    state = fields.Selection(
        [("open", "Open"), ("accepted", "Accepted"), ("refused", "Refused")],
        required=True,
        default="open",
        index=True,
    )
    answer = fields.Char()
    answered_at = fields.Datetime("Answered On")
    can_answer = fields.Boolean(compute="_compute_can_answer")

    _open_uniq = models.UniqueIndex(
        "(partner_id, requester_id) WHERE state = 'open'",
        "You have asked to join this customer already.",
    )

    @api.depends_context("uid")
    @api.depends("partner_id", "state")
    def _compute_customer_name(self):
        # sudo: the customer is named below only to those who may read it
        partners = self.sudo().partner_id
        readable = partners.with_env(self.env)._filtered_access("read")
        for request in self:
            partner = request.sudo().partner_id
            request.customer_name = (
                partner.name if partner.id in readable.ids else False
            )

    @api.depends_context("uid")
    @api.depends("partner_id.user_id", "state")
    def _compute_can_answer(self):
        ids = self.env.user._crm_scope_ids("write")
        for request in self:
            # sudo: whose customer it is decides who answers
            owner = request.sudo().partner_id.user_id
            request.can_answer = request.state == "open" and (
                ids is None or owner.id in ids
            )

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_accept(self, mode="read"):
        """Share the customer with whoever asked.

        :param str mode: ``read`` or ``write``
        :return: True
        :raise AccessError: when the customer is not yours to share
        :raise UserError: when the request was answered already
        """
        for request in self:
            partner = request._crm_check_answer()
            partner.action_share(request.requester_id.ids, mode)
            request._crm_answer("accepted", "")
        return True

    def action_accept_write(self):
        """Share the customer for working on it as well; return True."""
        return self.action_accept("write")

    def action_refuse(self, reason=""):
        """Refuse to share the customer.

        :param str reason: told to whoever asked
        :return: True
        :raise AccessError: when the customer is not yours to share
        :raise UserError: when the request was answered already
        """
        for request in self:
            request._crm_check_answer()
            request._crm_answer("refused", reason)
        return True

    def action_open_customer(self):
        """Open the customer; return the action (dict).

        :raise UserError: when it is out of your reach
        """
        self.ensure_one()
        self.check_access("read")
        # sudo: the customer itself is opened with the user's own rights
        partner = self.sudo().partner_id.with_env(self.env)
        if not partner.has_access("read"):
            raise UserError(self.env._("You may not see this customer yet."))
        return partner.action_open_overview()

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    @api.model
    def _crm_ask(self, customer, asked, note):
        """Ask the owner of a customer; return the request.

        :param customer: res.partner record (sudo)
        :param str asked: what was looked up, all that the requester sees of it
        :param str note: why
        """
        user = self.env.user
        if customer.with_env(self.env)._filtered_access("read"):
            raise UserError(
                self.env._("You see this customer already: open it from the list.")
            )
        owner = customer.user_id
        if not owner:
            raise UserError(
                self.env._(
                    "Nobody owns this customer at present. Look for it in the customer"
                    " pool, or ask your manager."
                )
            )
        # sudo: requests are written by the system only
        requests = self.sudo()._crm_workflow()
        request = requests.search(
            [
                ("partner_id", "=", customer.id),
                ("requester_id", "=", user.id),
                ("state", "=", "open"),
            ]
        )
        if request:
            return request.with_env(self.env)
        request = requests.create(
            {
                "partner_id": customer.id,
                "requester_id": user.id,
                "asked": asked or "?",
                "note": note,
            }
        )
        customer.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=self.env._("%(user)s asks to join", user=user.name),
            note=Markup("<p>%s</p>") % (note or ""),
            user_id=owner.id,
        )
        return request.with_env(self.env)

    def _crm_check_answer(self):
        """Return the customer after checking that this user answers for it."""
        self.ensure_one()
        self.check_access("read")
        # sudo: read to be checked with the user's own rights
        partner = self.sudo().partner_id.with_env(self.env)
        if self.state != "open":
            raise UserError(self.env._("This request was answered already."))
        if not partner.has_access("write"):
            raise AccessError(
                self.env._("Only the owner and the owner's superiors answer this.")
            )
        return partner._crm_owned_customers()

    def _crm_answer(self, state, answer):
        """Close the request and tell whoever asked."""
        # sudo: requests are written by the system only; the answer was checked
        request = self.sudo()
        request._crm_workflow().write(
            {"state": state, "answer": answer, "answered_at": fields.Datetime.now()}
        )
        request.partner_id.activity_search(["mail.mail_activity_data_todo"]).filtered(
            lambda activity: activity.create_uid == request.requester_id
        ).action_feedback(feedback=answer or "")
        if state == "accepted":
            text = self.env._("You may now work on the customer that you looked up.")
        else:
            text = self.env._("Your request to join a customer was refused.")
        body = Markup("<p>%s</p><p>%s</p><p>%s</p>") % (
            text,
            request.asked,
            answer or "",
        )
        # sudo: whoever asked is told, whether or not one sees that person's address
        self.env["mail.thread"].sudo().message_notify(
            partner_ids=request.requester_id.partner_id.ids, subject=text, body=body
        )
