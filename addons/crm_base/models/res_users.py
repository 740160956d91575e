from typing import NamedTuple

from odoo import api, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL, ormcache

# Up to so many people in charge, see ResUsers._crm_on_customer_domain
ARRAY_SCOPE = 30


class HandoverModel(NamedTuple):
    """What changes hands together with a customer or a leaver's desk.

    :ivar str model: technical name of the model
    :ivar str user_field: many2one to the person in charge
    :ivar list open_domain: domain of what is still open; the rest stays as history
    :ivar str partner_field: field holding the customer, "" if there is none
    :ivar bool bars_pool: whether a customer with something open goes into no pool
    """

    model: str
    user_field: str
    open_domain: list
    partner_field: str = ""
    bars_pool: bool = True


class ResUsers(models.Model):
    _inherit = "res.users"

    @api.constrains("partner_id", "group_ids")
    def _check_crm_partner(self):
        for user in self:
            # sudo: whoever makes accounts need not see every customer
            partner = user.sudo().partner_id
            if partner.crm_customer_id and not user.share:
                raise ValidationError(
                    self.env._(
                        "%(name)s is a customer or a customer's contact and cannot have"
                        " an account of your own company.",
                        name=partner.name,
                    )
                )

    # Who sees what
    # -------------
    # One scope decides everything. Reading: yourself, the members of the teams you
    # lead or assist, and everybody below those teams; the boss sees everybody.
    # Writing is the same without the teams you only assist. Record rules of every
    # addon are built from the domains below, so lists, forms, counts, exports,
    # attachments, messages and the API agree.

    def _crm_scope(self, mode="read"):
        """Return the users whose records this user may see or change.

        :param str mode: ``read`` or ``write``
        :return: recordset of res.users, archived ones included; everybody internal
            for the boss
        """
        self.ensure_one()
        ids = self._crm_scope_ids(mode)
        # sudo: archived colleagues are part of the scope, but not of everybody's rules
        users = self.env["res.users"].sudo().with_context(active_test=False)
        if ids is None:
            return users.search([("share", "=", False)]).sudo(False)
        return users.browse(ids).sudo(False)

    @ormcache("self.id", "mode")
    def _crm_scope_ids(self, mode="read"):
        """Return the ids (tuple of int) of :meth:`_crm_scope`, None for everybody.

        The cache is shared through the registry and is dropped on all workers by
        :meth:`_crm_clear_scope` and by every change of groups.
        """
        self.ensure_one()
        if self._crm_is_boss():
            return None
        self.env["crm.team"].flush_model()
        self.env["crm.team.member"].flush_model()
        self.env["res.users"].flush_model(["active"])
        assisted = (
            SQL(
                """OR EXISTS (
                    SELECT FROM crm_team_assistant_rel rel
                     WHERE rel.team_id = own.id AND rel.user_id = %s
                )""",
                self.id,
            )
            if mode == "read"
            else SQL()
        )
        rows = self.env.execute_query(
            SQL(
                """
                WITH own AS (
                    SELECT own.id, own.parent_path
                      FROM crm_team own
                     WHERE own.active AND (own.user_id = %(user)s %(assisted)s)
                ), below AS (
                    SELECT DISTINCT team.id, team.user_id
                      FROM own
                      JOIN crm_team team
                        ON team.parent_path LIKE own.parent_path || %(any)s
                )
                SELECT member.user_id
                  FROM below
                  JOIN crm_team_member member
                    ON member.crm_team_id = below.id
                  JOIN res_users colleague
                    ON colleague.id = member.user_id
                 WHERE member.active OR (member.is_leaver AND NOT colleague.active)
                 UNION
                SELECT below.user_id
                  FROM below
                 WHERE below.user_id IS NOT NULL
                """,
                user=self.id,
                assisted=assisted,
                any="%",
            )
        )
        return tuple(sorted({self.id, *(user_id for (user_id,) in rows)}))

    @api.model
    def _crm_clear_scope(self):
        """Forget every cached scope, here and on the other workers."""
        self.env.flush_all()
        self.env.registry.clear_cache()

    def _crm_is_boss(self):
        return self._crm_has_group("crm_base.group_boss")

    def _crm_has_group(self, xml_id):
        """Return whether this user, not only the current one, is in a group (bool)."""
        self.ensure_one()
        group_id = self.env["ir.model.data"]._xmlid_to_res_id(
            xml_id, raise_if_not_found=False
        )
        return bool(group_id) and group_id in self._get_group_ids()

    def _crm_owner_domain(self, mode="read", field="user_id"):
        """Return the domain of records whose person in charge is in the scope.

        :param str mode: ``read`` or ``write``
        :param str field: the many2one to res.users, a path is allowed
        """
        ids = self._crm_scope_ids(mode)
        return Domain.TRUE if ids is None else Domain(field, "in", ids)

    def _crm_customer_domain(self, mode="read"):
        """Return the domain on res.partner of the customers and contacts in sight.

        In sight are the scope's own and those shared with this user. What is neither
        customer nor contact of one is not in this domain.
        """
        owned = self._crm_owner_domain(mode)
        if owned.is_true():
            return Domain("crm_customer_id", "!=", False)
        customer = Domain("crm_customer_id", "!=", False)
        return customer & (
            owned | self._crm_shared_domain(mode) | self._crm_extra_sight(mode)
        )

    def _crm_shared_domain(self, mode):
        """Return the domain on res.partner of what is shared with this user.

        An array built once per query, so that PostgreSQL can combine the index on the
        customer with the one on the owner (a plain subquery in an OR cannot).
        """
        uid = self.id

        def shares(env):
            # sudo: the rule of partners reads shares, the rule of shares reads partners
            return (
                env["crm.share"]
                .sudo()
                ._search(
                    [("user_id", "=", uid), *env["crm.share"]._crm_valid_domain(mode)]
                )
            )

        def to_sql(model, alias, query):
            return SQL(
                "%s = ANY(ARRAY(%s))",
                model._field_to_sql(alias, "crm_customer_id", query),
                shares(model.env).subselect("crm_share.partner_id"),
            )

        def is_shared(partner):
            # sudo: as above; through the field, so that many partners cost one query
            shares = partner.sudo().crm_customer_id.share_ids
            return bool(
                shares.filtered_domain(
                    [("user_id", "=", uid), *shares._crm_valid_domain(mode)]
                )
            )

        return Domain.custom(to_sql=to_sql, predicate=is_shared)

    def _crm_extra_sight(self, mode):
        """Hook: return a domain on res.partner that widens this user's sight.

        For departments that must see customers of everybody (finance, service). Call
        ``super()`` first and OR your own domain to it.
        """
        return Domain.FALSE

    @api.model
    def _crm_sealed_domain(self, model):
        """Hook: return the domain of records that nobody in the ranks may read for now.

        Whoever has something of his own that tells about one of them, an answer to a
        form for example, does not read that either. For rules; the boss has none.

        :param str model: the name of the model of the records
        """
        return Domain.FALSE

    def _crm_partner_rule(self, mode):
        """Return the record rule of res.partner for one operation.

        :param str mode: ``read`` or ``write`` (which also serves create and unlink)
        """
        if self.share:
            # portal and public users see their own company by Odoo's rule
            return Domain.TRUE
        if self._crm_scope_ids(mode) is None:
            return Domain.TRUE
        other = Domain("crm_customer_id", "=", False)
        if mode != "read" and not self._crm_has_group("base.group_partner_manager"):
            # the right to edit customers is no right to edit everybody's address book
            other = Domain("id", "=", self.partner_id.id)
        sight = (
            self._crm_owner_domain(mode)
            | self._crm_shared_domain(mode)
            | self._crm_extra_sight(mode)
        )
        return other | (
            sight if mode == "read" else Domain("crm_customer_id", "!=", False) & sight
        )

    def _crm_record_rule(self, mode, user_field="user_id", partner_field="partner_id"):
        """Return the record rule of a model that belongs to a person and a customer.

        Readable: what the scope is in charge of, and what hangs on a customer in sight.
        Writable: only what the scope is in charge of.
        """
        owned = self._crm_owner_domain(mode, user_field)
        if mode != "read" or owned.is_true() or not partner_field:
            return owned
        return owned | self._crm_on_customer_domain(mode, partner_field)

    def _crm_in_hand_domain(self, is_open, partner_field="partner_id"):
        """Return the domain of what does not go out of hand together with its customer.

        For records that bear a customer's phone numbers, addresses or words. What is
        open goes along with the customer by itself (``_crm_handover_models``); what is
        over stays with whoever had it, and would go on telling about a customer who is
        somebody else's now, or waits in a pool. So it is seen with the customer.

        :param Domain is_open: the records that are not over
        :param str partner_field: the many2one to the customer
        """
        with_customer = Domain("crm_customer_id", "!=", False)

        def to_sql(model, alias, query):
            # asked by the key: customers may be most of the table
            # sudo: part of the rule itself
            partners = model.env["res.partner"].sudo().with_context(active_test=False)
            found = partners._search(with_customer)
            column = model._field_to_sql(alias, partner_field, query)
            found.add_where(SQL("%s = %s", SQL.identifier(found.table, "id"), column))
            return SQL("NOT EXISTS %s", found.subselect("1"))

        def is_alone(record):
            # sudo: as above
            return not record.sudo()[partner_field].crm_customer_id

        alone = Domain.custom(to_sql=to_sql, predicate=is_alone)
        alone |= Domain(partner_field, "=", False)
        return is_open | alone | self._crm_on_customer_domain("read", partner_field)

    def _crm_followup_rule(self):
        """Hook: return the record rule for reading follow-ups.

        For addons whose records have follow-ups as well. Call ``super()`` first and OR
        your own domain to it.
        """
        return self._crm_record_rule("read")

    def _crm_on_customer_domain(self, mode, partner_field="partner_id"):
        """Return the domain of records that hang on a customer in sight.

        For a few people in charge the condition is written twice. As an array of their
        customers, built once per query, PostgreSQL combines the index on it with the
        one on the person, where it would otherwise join each record of everybody with
        its customer. As a sub-select it is a hash: a list that walks an index of dates
        asks it of every record, and an array would be compared element by element.

        :param str mode: ``read`` or ``write``
        :param str partner_field: the many2one to the customer
        """
        sight = self._crm_customer_domain(mode)
        joined = Domain(partner_field, "any", sight)
        ids = self._crm_scope_ids(mode)
        is_wide = ids is None or len(ids) > ARRAY_SCOPE
        if is_wide or not self._crm_extra_sight(mode).is_false():
            return joined

        def to_sql(model, alias, query):
            # sudo: the domain is the rule of partners itself
            partners = model.env["res.partner"].sudo().with_context(active_test=False)
            column = model._field_to_sql(alias, partner_field, query)
            ids = partners._search(sight).subselect()
            # the hash first: what it refuses is never compared with the array
            return SQL("(%s IN %s AND %s = ANY(ARRAY(%s)))", column, ids, column, ids)

        def is_in_sight(record):
            return bool(record.filtered_domain(joined))

        return Domain.custom(to_sql=to_sql, predicate=is_in_sight)

    def _crm_behind_partner_rule(self, mode="read"):
        """Return the record rule of stock models that tell about a partner.

        Bank accounts, followers and invitations are listed to every colleague by Odoo:
        names and addresses of customers stood there for everybody.

        :param str mode: ``read`` or ``write``
        """
        if self.share or self._crm_scope_ids(mode) is None:
            return Domain.TRUE
        # whether other partners may be changed is left to Odoo
        seen = Domain("crm_customer_id", "=", False) | self._crm_customer_domain(mode)
        return Domain("partner_id", "any", seen)

    def _crm_attendee_rule(self):
        """Return the record rule of invitations: also to meetings of one's own."""
        rule = self._crm_behind_partner_rule()
        if rule.is_true():
            return rule
        return (
            rule
            | Domain("event_id.user_id", "=", self.id)
            | Domain("event_id.partner_ids", "in", self.partner_id.ids)
        )

    def _crm_ledger_rule(self):
        """Return the record rule of the ledger: moves from, to and of the scope."""
        owned = self._crm_owner_domain("read", "to_user_id")
        if owned.is_true():
            return owned
        return (
            owned
            | self._crm_owner_domain("read", "from_user_id")
            | self._crm_on_customer_domain("read")
        )

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_archive(self):
        # closing an account ends the memberships; superiors still have to reach what
        # the leaver owns, until it is handed over
        memberships = self.env["crm.team.member"].search([("user_id", "in", self.ids)])
        result = super().action_archive()
        memberships.is_leaver = True
        return result

    def action_unarchive(self):
        result = super().action_unarchive()
        self.env["crm.team.member"].with_context(active_test=False).search(
            [("user_id", "in", self.ids), ("is_leaver", "=", True)]
        ).is_leaver = False
        return result

    # ------------------------------------------------------------
    # HAND-OVER
    # ------------------------------------------------------------

    @api.model
    def _crm_handover_models(self):
        """Hook: return what changes hands with a customer, a list of HandoverModel.

        Read by transfers, the pool and off-boarding. Call ``super()`` first and append.
        """
        return [
            HandoverModel(
                "crm.followup", "user_id", [("state", "=", "planned")], "partner_id"
            ),
            HandoverModel(
                "mail.activity",
                "user_id",
                [("active", "=", True), ("res_model", "=", "res.partner")],
                "res_id",
            ),
        ]

    def _crm_handover(self, to_user, partners=None):
        """Hand what is open from ``self`` to another user.

        :param to_user: res.users record
        :param partners: limit to what hangs on these customers and their contacts;
            None for everything this person has
        :return: dict of model name to number of records moved
        """
        moved = {}
        for entry in self._crm_handover_models():
            domain = Domain(entry.open_domain)
            domain &= Domain(entry.user_field, "in", self.ids)
            if partners is not None:
                if not entry.partner_field:
                    continue
                domain &= Domain(entry.partner_field, "in", partners.ids)
            # sudo: who may move the customer moves what hangs on it, whoever made it
            records = self.env[entry.model].sudo().search(domain)
            if records:
                # whoever hands over tells it once, not once for every plan
                records = records.with_context(
                    mail_auto_subscribe_no_notify=True, mail_activity_quick_update=True
                )
                if isinstance(records, self.env.registry["crm.workflow.mixin"]):
                    records = records._crm_workflow()
                records.write({entry.user_field: to_user.id})
            moved[entry.model] = len(records)
        return moved

    def _crm_check_can_own(self):
        """Refuse users who cannot be in charge of customers.

        :raise UserError: archived, external, or without a role in the suite
        """
        # sudo: that an account is active and has a role is no secret
        for user in self.sudo():
            if (
                not user.active
                or user.share
                or not user._crm_has_group("crm_base.group_salesperson")
            ):
                raise UserError(
                    self.env._(
                        "%(user)s cannot own customers: the account must be active and"
                        " have a role in the CRM.",
                        user=user.name,
                    )
                )

    def _crm_room(self):
        """Hook: return how many customers more this user may own.

        What an import tells before it begins; the limit itself is kept by
        ``res.partner._crm_check_owner_change``.

        :return: (int, str): the number and what it comes from; (None, "") for no limit
        """
        return None, ""
