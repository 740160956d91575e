from collections import defaultdict
from uuid import uuid4

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL

from ..tools.arguments import as_id, as_text
from ..tools.ownership import door_of

# Up to this many customers in one go, each tells its followers on its own.
CHATTER_LIMIT = 50


class ResPartner(models.Model):
    """Who owns a customer: create, transfer, and the ledger of it all.

    Every change of ``user_id``, whatever door it comes through (form, import, API,
    wizard, pool), ends in :meth:`_crm_change_owner`.
    """

    _inherit = "res.partner"
    _crm_followers_in_scope = True

    owner_since = fields.Datetime("Owned Since", readonly=True, copy=False)
    owner_move_ids = fields.One2many("crm.owner.move", "partner_id", "Ownership Ledger")

    # ------------------------------------------------------------
    # ORM
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if self._crm_in_workflow():
            return super().create(vals_list)
        # sudo: whoever is above them, also out of sight. All at once; and what is
        # computed of what is created must not have to read in the middle: that would
        # write what depends on it too early
        above = {vals["parent_id"] for vals in vals_list if vals.get("parent_id")}
        self.browse(above).sudo().fetch()
        partners = super().create(self._crm_prepare_owners(vals_list))
        partners.filtered("is_crm_customer")._crm_start_ownership()
        partners._crm_follow_customer()
        if not self.env.su:
            # the name of a parent shows in the name of what is put below it
            partners.parent_id.check_access("read")
        return partners

    def _add_missing_default_values(self, values):
        values = super()._add_missing_default_values(values)
        if values.get("is_crm_customer") and not self._crm_in_workflow():
            # with the row itself: an import would write each customer once more
            values["owner_since"] = fields.Datetime.now()
        return values

    def write(self, vals):
        if self._crm_in_workflow():
            return super().write(vals)
        # server code may write records, the API writes ids
        vals = {
            name: value.id
            if name in ("user_id", "parent_id") and isinstance(value, models.BaseModel)
            else value
            for name, value in vals.items()
        }
        if "is_crm_customer" in vals:
            self._crm_check_customer_mark(vals["is_crm_customer"])
        if "active" in vals:
            self._crm_check_archive(vals["active"])
        if "parent_id" in vals:
            self._crm_check_new_parent(self.browse(vals["parent_id"] or ()))
        starting = (
            self.filtered(lambda partner: not partner.is_crm_customer)
            if vals.get("is_crm_customer")
            else self.browse()
        )
        moving = self.browse()
        if "user_id" in vals and vals.get("is_crm_customer", True):
            moving = (self - starting).filtered(
                lambda partner: (
                    partner.is_crm_customer and partner.user_id.id != vals["user_id"]
                )
            )
            self._crm_check_contact_owner(vals["user_id"])
        ownerless = starting.filtered(lambda partner: not partner.user_id)
        if ownerless and not vals.get("user_id"):
            # named in the same write, or the customer would be out of reach halfway
            ownerless._crm_check_first_owner()
            super(ResPartner, ownerless).write({**vals, "user_id": self.env.uid})
        else:
            ownerless = self.browse()
        others = self - moving - ownerless
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
        # sudo: since when is kept by the system
        starting.sudo()._crm_workflow().with_context(tracking_disable=True).write(
            {"owner_since": fields.Datetime.now()}
        )
        starting._crm_start_ownership()
        if "parent_id" in vals:
            self._crm_follow_customer()
        return result

    def _children_sync(self, values):
        # an owner, a stage or a date concern nobody below: spare each customer of a
        # batch the walk through its family, which Odoo makes to find nothing to do
        if values.keys() & {*self._commercial_fields(), *self._address_fields()}:
            return super()._children_sync(values)
        return None

    def _compute_user_id(self):
        # whoever owns a customer was given it; it never comes from the company above
        return super(
            ResPartner, self.filtered(lambda partner: not partner.crm_customer_id)
        )._compute_user_id()

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
        user = self.env["res.users"].browse(as_id(user_id)).exists()
        reason = as_text(reason)
        if not user:
            raise UserError(self.env._("Choose the colleague who takes over."))
        batch_id = self._crm_new_batch_id()
        moving = customers.filtered(lambda partner: partner.user_id != user)
        moving._crm_change_owner(
            user, "transfer", reason, with_open=with_open, batch_id=batch_id
        )
        return {"batch_id": batch_id, "moved": len(moving)}

    def action_open_transfer(self):
        """Open the transfer wizard for these customers; return the action (dict)."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_base.crm_customer_transfer_action"
        )
        action["context"] = {"default_partner_ids": self.crm_customer_id.ids}
        return action

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    @api.model
    def _crm_new_batch_id(self):
        """Hook: return the id (str) of the rows that a batch writes into the ledger."""
        return uuid4().hex

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
                                " may transfer, share or archive it.",
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
        customers._crm_lock()
        former = {partner.id: partner.user_id for partner in customers}
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
        customers._crm_end_shares(user)
        family._crm_end_following_of(
            self.env["res.users"].union(*former.values()) - user
        )
        moves = self.env["crm.owner.move"]._crm_log(
            customers,
            kind,
            user,
            {partner_id: owner.id for partner_id, owner in former.items()},
            reason,
            **extra,
        )
        if with_open and user:
            groups = customers.grouped(lambda partner: former[partner.id])
            for owner, given in groups.items():
                if owner and owner != user:
                    theirs = family.filtered(
                        lambda partner, given=given: partner.crm_customer_id in given
                    )
                    owner._crm_handover(user, theirs)
        return moves

    def _crm_end_following_of(self, users):
        """Let people no longer follow these records: followers may write to them.

        :param users: res.users records; outsiders among them are left alone
        """
        # sudo: the partners of former owners, and the followers of what they gave away
        partners = users.sudo().filtered(lambda user: not user.share).partner_id
        if partners:
            self.env["mail.followers"].sudo().search(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "in", self.ids),
                    ("partner_id", "in", partners.ids),
                ]
            ).unlink()

    def _crm_lock(self):
        """Wait until no other transaction moves these customers, and lock them.

        Whoever waited for a move that was committed gets a serialization error, which
        Odoo answers by running the call again on the new state.
        """
        self.flush_recordset(["user_id"])
        rows = self.env.execute_query(
            SQL(
                "SELECT id, user_id FROM res_partner WHERE id IN %s ORDER BY id"
                " FOR NO KEY UPDATE",
                tuple(self.ids),
            )
        )
        self.invalidate_recordset(["user_id"])
        # who has them now has just been read
        found = self.browse(id_ for id_, _user_id in rows)
        self._fields["user_id"]._insert_cache(found, [user_id for _id, user_id in rows])

    def _crm_check_owner_change(self, user, kind):
        """Hook: refuse a change of owner (caps, exclusions), by raising UserError.

        Called with the customers locked, for every door: create, import, transfer,
        assign, claim, convert, merge, restore, API. Nobody gets a customer of a company
        that is out of reach.

        :param user: res.users record, empty when the customers go to nobody
        :param str kind: kind of the ledger row to come
        """
        if not user or kind in ("merge", "restore"):
            return
        company_ids = user._get_company_ids()
        # sudo: the customers may be out of reach of whoever gives them away
        for customer in self.sudo():
            company = customer.company_id
            if company and company.id not in company_ids:
                raise UserError(
                    self.env._(
                        "%(user)s does not work for %(company)s, which %(name)s belongs"
                        " to.",
                        # sudo: the name of a colleague
                        user=user.sudo().name,
                        company=company.name,
                        name=customer.name,
                    )
                )

    def _crm_sync_contacts(self):
        """Give the contacts of these customers the owner of their customer.

        :return: the customers and their contacts
        """
        contacts = self.with_context(active_test=False).search(
            [("crm_customer_id", "in", self.ids), ("is_crm_customer", "=", False)],
            order="id",
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

    @api.model
    def _crm_prepare_owners(self, vals_list):
        """Return the values of new records, completed with owner and number."""
        defaults = self.default_get(
            ["is_crm_customer", "user_id", "parent_id", "company_id"]
        )
        may_own = self.env.user._crm_has_group("crm_base.group_salesperson")
        prepared = []
        unnumbered = defaultdict(list)
        for given in vals_list:
            vals = dict(given)
            known = {**defaults, **vals}
            if known.get("is_crm_customer"):
                if not known.get("user_id") and may_own:
                    vals["user_id"] = self.env.uid
                if not vals.get("customer_no"):
                    unnumbered[known.get("company_id") or False].append(vals)
            elif known.get("parent_id"):
                # sudo: the parent may be a customer that this user cannot see
                customer = self.browse(known["parent_id"]).sudo().crm_customer_id
                if customer:
                    vals["user_id"] = customer.user_id.id
            prepared.append(vals)
        for company_id, waiting in unnumbered.items():
            numbers = self._crm_next_customer_numbers(company_id, len(waiting))
            for vals, number in zip(waiting, numbers, strict=True):
                vals["customer_no"] = number
        return prepared

    def _crm_start_ownership(self):
        """Number new customers and open their ledger."""
        if not self:
            return
        self.filtered(lambda customer: not customer.user_id)._crm_check_first_owner()
        door = door_of(self.env)
        for user, customers in self.grouped("user_id").items():
            user._crm_check_can_own()
            customers._crm_check_owner_change(user, door.kind)
        # sudo: numbers and ledger are kept by the system
        customers = self.sudo()._crm_workflow().with_context(tracking_disable=True)
        unnumbered = customers.filtered(lambda customer: not customer.customer_no)
        for company, group in unnumbered.grouped("company_id").items():
            numbers = self._crm_next_customer_numbers(company.id, len(group))
            for customer, number in zip(group, numbers, strict=True):
                customer.customer_no = number
        Move = self.env["crm.owner.move"]
        for user, group in self.grouped("user_id").items():
            Move._crm_log(group, door.kind, user, **door.values)
        customers._crm_sync_contacts()

    def _crm_check_first_owner(self):
        """Refuse new customers without owner from users who cannot be their owner."""
        if self and not self.env.user._crm_has_group("crm_base.group_salesperson"):
            raise UserError(
                self.env._(
                    "%(name)s needs an owner to become a customer.", name=self[0].name
                )
            )

    def _crm_check_new_parent(self, parent):
        """Refuse to carry contacts from one customer to another past their owners."""
        if self.env.su:
            return
        parent.check_access("read")
        # sudo: which customer it belongs to, also when that one is out of reach
        target = parent.sudo().crm_customer_id
        for contact in self:
            source = contact.crm_customer_id
            if source and not contact.is_crm_customer and source != target:
                source._crm_owned_customers()
            if target and not contact.is_crm_customer and source != target:
                target.sudo(False).check_access("write")

    def _crm_check_customer_mark(self, is_customer):
        losing = self.browse() if is_customer else self.filtered("is_crm_customer")
        if losing and not (self.env.su or self.env.user._crm_is_boss()):
            raise AccessError(
                self.env._(
                    "Only the boss can turn a customer back into an ordinary contact."
                )
            )

    def _crm_check_archive(self, active):
        """Keep customers from vanishing by the hand of somebody who borrowed them."""
        changing = self.filtered(
            lambda partner: partner.is_crm_customer and partner.active != bool(active)
        )
        if changing and not self.env.su:
            changing._crm_owned_customers()

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
