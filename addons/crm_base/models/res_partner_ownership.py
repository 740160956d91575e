from uuid import uuid4

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

# Up to this many customers in one go, each tells its followers on its own.
CHATTER_LIMIT = 50


class ResPartner(models.Model):
    """Who owns a customer: create, transfer, share, and the ledger of it all.

    Every change of ``user_id``, whatever door it comes through (form, import, API,
    wizard, pool), ends in :meth:`_crm_change_owner`.
    """

    _inherit = "res.partner"

    owner_since = fields.Datetime("Owned Since", readonly=True, copy=False)
    share_ids = fields.One2many("crm.share", "partner_id", "Shared With")
    owner_move_ids = fields.One2many("crm.owner.move", "partner_id", "Ownership Ledger")

    # ------------------------------------------------------------
    # ORM
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if self._crm_in_workflow():
            return super().create(vals_list)
        for vals in vals_list:
            self._crm_prepare_owner(vals)
        partners = super().create(vals_list)
        partners.filtered("is_crm_customer")._crm_start_ownership()
        partners._crm_follow_customer()
        return partners

    def write(self, vals):
        if self._crm_in_workflow():
            return super().write(vals)
        if "is_crm_customer" in vals:
            self._crm_check_customer_mark(vals["is_crm_customer"])
        starting = (
            self.filtered(lambda partner: not partner.is_crm_customer)
            if vals.get("is_crm_customer")
            else self.browse()
        )
        moving = self.browse()
        if "user_id" in vals:
            moving = (self - starting).filtered(
                lambda partner: (
                    partner.is_crm_customer and partner.user_id.id != vals["user_id"]
                )
            )
            self._crm_check_contact_owner(vals["user_id"])
        others = self - moving
        rest = {name: value for name, value in vals.items() if name != "user_id"}
        result = True
        if others:
            result = super(ResPartner, others).write(vals)
        if moving:
            if rest:
                super(ResPartner, moving).write(rest)
            moving._crm_change_owner(
                self.env["res.users"].browse(vals["user_id"] or ()), "transfer"
            )
        starting._crm_start_ownership()
        if "parent_id" in vals:
            self._crm_follow_customer()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_customer(self):
        if self.env.su or self.env.user._crm_is_boss():
            return
        if any(partner.is_crm_customer for partner in self):
            raise UserError(
                self.env._(
                    "Customers cannot be deleted. Archive the customer instead, or ask"
                    " the boss to delete it."
                )
            )

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_transfer(self, user_id, reason="", with_open=True):
        """Move customers to another owner.

        :param int user_id: the new owner
        :param str reason: kept in the ledger
        :param bool with_open: also hand over planned follow-ups and other open work
        :return: dict with ``batch_id`` (str) and ``moved`` (int)
        :raise AccessError: when one of the customers is not yours to move
        :raise UserError: when the new owner cannot own customers
        """
        customers = self._crm_owned_customers()
        user = self.env["res.users"].browse(user_id).exists()
        if not user:
            raise UserError(self.env._("Choose the colleague who takes over."))
        batch_id = uuid4().hex
        moving = customers.filtered(lambda partner: partner.user_id != user)
        moving._crm_change_owner(
            user, "transfer", reason, with_open=with_open, batch_id=batch_id
        )
        return {"batch_id": batch_id, "moved": len(moving)}

    def action_share(self, user_ids, mode="read", until=False):
        """Lend customers to colleagues, or change how they are lent.

        :param list[int] user_ids: the colleagues
        :param str mode: ``read`` or ``write``
        :param str until: last day as ``YYYY-MM-DD``, False for no end
        :return: number of shares made or changed (int)
        :raise AccessError: when one of the customers is not yours to share
        """
        customers = self._crm_owned_customers()
        Share = self.env["crm.share"]
        existing = Share.search(
            [("partner_id", "in", customers.ids), ("user_id", "in", user_ids)]
        )
        existing.write({"mode": mode, "until": until})
        known = {(share.partner_id.id, share.user_id.id) for share in existing}
        created = Share.create(
            [
                {
                    "partner_id": partner.id,
                    "user_id": user_id,
                    "mode": mode,
                    "until": until,
                }
                for partner in customers
                for user_id in user_ids
                if (partner.id, user_id) not in known
            ]
        )
        return len(existing) + len(created)

    def action_unshare(self, user_ids):
        """Take back customers from colleagues.

        :param list[int] user_ids: the colleagues
        :return: number of shares revoked (int)
        """
        shares = self.env["crm.share"].search(
            [
                ("partner_id", "in", self._crm_owned_customers().ids),
                ("user_id", "in", user_ids),
            ]
        )
        count = len(shares)
        shares.unlink()
        return count

    def action_open_transfer(self):
        """Open the transfer wizard for these customers; return the action (dict)."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_base.crm_customer_transfer_action"
        )
        action["context"] = {"default_partner_ids": self.crm_customer_id.ids}
        return action

    def action_open_share(self):
        """Open the sharing wizard for these customers; return the action (dict)."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_base.crm_customer_share_action"
        )
        action["context"] = {"default_partner_ids": self.crm_customer_id.ids}
        return action

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _crm_owned_customers(self):
        """Return the customers of ``self`` after checking that they may be moved.

        A share for writing lets a colleague work on a customer, not give it away.

        :raise AccessError: names the first one that is out of reach
        :raise UserError: when there is no customer among the records
        """
        customers = self.filtered("is_crm_customer")
        if not customers:
            raise UserError(self.env._("Choose at least one customer."))
        customers.check_access("write")
        if not self.env.su:
            ids = self.env.user._crm_scope_ids("write")
            if ids is not None:
                for partner in customers:
                    if partner.user_id.id not in ids:
                        raise AccessError(
                            self.env._(
                                "Only the owner of %(name)s and the owner's superiors"
                                " may transfer or share it.",
                                name=partner.name,
                            )
                        )
        return customers

    def _crm_change_owner(
        self, user, kind, reason="", *, with_open=True, log=None, **extra
    ):
        """Move customers to another owner: the one engine of all doors.

        :param user: res.users record, empty to leave them without owner (pool only)
        :param str kind: kind of the ledger rows
        :param str reason: reason of the ledger rows
        :param bool with_open: hand over open work
        :param dict log: values written together with the owner (workflow fields)
        :param extra: further values of the ledger rows
        :return: the ledger rows
        """
        customers = self
        if kind == "transfer":
            customers = self._crm_owned_customers() if self else self
            if not user:
                raise UserError(
                    self.env._(
                        "A customer needs an owner. Choose one, or release the customer"
                        " to a pool."
                    )
                )
        if not customers:
            return self.env["crm.owner.move"]
        if user:
            user._crm_check_can_own()
        # serializes with other moves of the same customers; the loser retries
        customers.lock_for_update()
        customers.invalidate_recordset(["user_id"])
        former = {partner.id: partner.user_id.id for partner in customers}
        customers._crm_check_owner_change(user, kind)
        # sudo: the new owner is out of the old one's reach as soon as it is written
        movers = customers.sudo()._crm_workflow()
        if len(customers) > CHATTER_LIMIT:
            movers = movers.with_context(
                tracking_disable=True, mail_auto_subscribe_no_notify=True
            )
        movers.write(
            {"user_id": user.id, "owner_since": fields.Datetime.now(), **(log or {})}
        )
        family = movers._crm_sync_contacts()
        moves = self.env["crm.owner.move"]._crm_log(
            customers, kind, user, former, reason, **extra
        )
        if with_open and user:
            owners = self.env["res.users"].browse(
                {user_id for user_id in former.values() if user_id}
            )
            (owners - user)._crm_handover(user, family)
        return moves

    def _crm_check_owner_change(self, user, kind):
        """Hook: refuse a change of owner (caps, exclusions), by raising UserError.

        Called with the customers locked, for every door: create, import, transfer,
        assign, claim, convert, merge, restore, API.

        :param user: res.users record, empty when the customers go to nobody
        :param str kind: kind of the ledger row to come
        """

    def _crm_sync_contacts(self):
        """Give the contacts of these customers the owner of their customer.

        :return: the customers and their contacts
        """
        contacts = self.with_context(active_test=False).search(
            [("crm_customer_id", "in", self.ids), ("is_crm_customer", "=", False)]
        )
        for owner, group in contacts.grouped(
            lambda c: c.crm_customer_id.user_id
        ).items():
            stale = group.filtered(
                lambda contact, owner=owner: contact.user_id != owner
            )
            if stale:
                stale.with_context(
                    tracking_disable=True, mail_auto_subscribe_no_notify=True
                ).write({"user_id": owner.id})
        return self | contacts

    def _crm_follow_customer(self):
        """Bring contacts that came under a customer in line with its owner."""
        customers = self.filtered(
            lambda partner: partner.crm_customer_id and not partner.is_crm_customer
        ).crm_customer_id
        if customers:
            # sudo: the contact follows, whoever put it there
            customers.sudo()._crm_workflow()._crm_sync_contacts()

    def _crm_prepare_owner(self, vals):
        """Complete the values of a new record with the owner it must have."""
        parent_id = vals.get("parent_id") or self.env.context.get("default_parent_id")
        is_customer = vals.get(
            "is_crm_customer", self.env.context.get("default_is_crm_customer")
        )
        if is_customer:
            if not vals.get("user_id") and self.env.user._crm_has_group(
                "crm_base.group_salesperson"
            ):
                vals["user_id"] = self.env.uid
        elif parent_id:
            # sudo: the parent may be a customer that this user cannot see
            customer = self.browse(parent_id).sudo().crm_customer_id
            if customer:
                vals["user_id"] = customer.user_id.id

    def _crm_start_ownership(self):
        """Number new customers and open their ledger."""
        if not self:
            return
        ownerless = self.filtered(lambda customer: not customer.user_id)
        if ownerless and self.env.user._crm_has_group("crm_base.group_salesperson"):
            ownerless._crm_workflow().user_id = self.env.user
        for user, customers in self.grouped("user_id").items():
            if user:
                user._crm_check_can_own()
            customers._crm_check_owner_change(user, "create")
        now = fields.Datetime.now()
        # sudo: numbers and ledger are kept by the system
        for customer in self.sudo()._crm_workflow():
            values = {"owner_since": now}
            if not customer.customer_no:
                values["customer_no"] = (
                    self.env["ir.sequence"]
                    .sudo()
                    .with_company(customer.company_id or self.env.company)
                    .next_by_code("crm.customer")
                )
            customer.with_context(tracking_disable=True).write(values)
        Move = self.env["crm.owner.move"]
        for user, customers in self.grouped("user_id").items():
            Move._crm_log(customers, "create", user)
        self.sudo()._crm_workflow()._crm_sync_contacts()

    def _crm_check_customer_mark(self, is_customer):
        losing = self.browse() if is_customer else self.filtered("is_crm_customer")
        if losing and not (self.env.su or self.env.user._crm_is_boss()):
            raise AccessError(
                self.env._(
                    "Only the boss can turn a customer back into an ordinary contact."
                )
            )

    def _crm_check_contact_owner(self, user_id):
        for contact in self:
            customer = contact.crm_customer_id
            if (
                customer
                and not contact.is_crm_customer
                and customer not in self
                and (user_id or False) != customer.user_id.id
            ):
                raise ValidationError(
                    self.env._(
                        "%(contact)s belongs to the customer %(customer)s and follows"
                        " its owner. Transfer the customer instead.",
                        contact=contact.name,
                        customer=customer.name,
                    )
                )
