from datetime import timedelta
from typing import NamedTuple
from uuid import uuid4

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from odoo.addons.crm_base.tools.search_key_field import SearchKey

from ..tools import masking
from .crm_owner_move import POOL_OUT


class PooledRow(NamedTuple):
    """A pooled customer, locked."""

    id: int
    pool_id: int
    name: str
    pooled_at: object
    former_owner_id: int


class CrmPoolCustomer(models.Model):
    """What may be seen of the customers in pools, and the ways out of a pool.

    A read model: its rows are made by the query below and hold nothing that a member
    may not know. Searching, sorting, grouping and exporting work on these masked
    values, so no door can give the full ones away. The ids are those of the customers.
    """

    _name = "crm.pool.customer"
    _description = "Pooled Customer"
    _auto = False
    _order = "pooled_at desc, id desc"
    _rec_names_search = ["search_key"]
    _depends = {
        "res.partner": [
            "active",
            "city",
            "company_id",
            "customer_level_id",
            "customer_no",
            "customer_stage_id",
            "customer_type_id",
            "email",
            "industry_id",
            "is_company",
            "last_followup_at",
            "mobile",
            "phone",
            "pool_former_owner_id",
            "pool_id",
            "pool_name",
            "pool_reason_id",
            "pool_search_key",
            "pooled_at",
            "qq",
            "source_id",
            "state_id",
            "territory_id",
            "wechat",
        ],
        "crm.owner.move": ["partner_id", "kind"],
    }

    name = fields.Char("Customer", readonly=True)
    search_key = SearchKey(readonly=True)
    pool_id = fields.Many2one("crm.pool", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    is_company = fields.Boolean("Is a Company", readonly=True)
    customer_no = fields.Char("Customer Number", readonly=True)
    customer_type_id = fields.Many2one("crm.dictionary", "Type", readonly=True)
    customer_stage_id = fields.Many2one("crm.dictionary", "Stage", readonly=True)
    customer_level_id = fields.Many2one("crm.dictionary", "Level", readonly=True)
    industry_id = fields.Many2one("res.partner.industry", readonly=True)
    source_id = fields.Many2one("utm.source", readonly=True)
    territory_id = fields.Many2one("crm.territory", readonly=True)
    state_id = fields.Many2one("res.country.state", "Province", readonly=True)
    city = fields.Char(readonly=True)
    phone = fields.Char(readonly=True)
    mobile = fields.Char(readonly=True)
    email = fields.Char("E-mail", readonly=True)
    wechat = fields.Char("WeChat", readonly=True)
    qq = fields.Char("QQ", readonly=True)
    pooled_at = fields.Datetime("In Pool Since", readonly=True)
    former_owner_id = fields.Many2one("res.users", readonly=True)
    reason_id = fields.Many2one("crm.dictionary", "Release Reason", readonly=True)
    last_followup_at = fields.Datetime("Last Follow-up", readonly=True)
    claim_count = fields.Integer(
        "Times Claimed",
        readonly=True,
        aggregator=None,
        help="How often this customer has been claimed or assigned from a pool.",
    )

    @property
    def _table_query(self):
        columns = self._crm_columns()
        hidden = self.env["crm.pool"]._crm_hidden_columns()
        for code, pool_ids in hidden.items():
            if code in columns:
                columns[code] = SQL(
                    "CASE WHEN partner.pool_id NOT IN %s THEN %s END",
                    pool_ids,
                    columns[code],
                )
        return SQL(
            """
            SELECT %s
              FROM res_partner partner
             WHERE partner.pool_id IS NOT NULL AND partner.active
            """,
            SQL(", ").join(
                SQL("%s AS %s", column, SQL.identifier(name))
                for name, column in columns.items()
            ),
        )

    @api.model
    def _crm_columns(self):
        """Hook: return the columns of the read model, a dict of field name to SQL.

        What is added here is seen by every member of a pool: mask it.
        """
        partner = {
            name: SQL.identifier("partner", name)
            for name in (
                "id",
                "pool_id",
                "company_id",
                "is_company",
                "customer_no",
                "customer_type_id",
                "customer_stage_id",
                "customer_level_id",
                "industry_id",
                "source_id",
                "territory_id",
                "state_id",
                "city",
                "pooled_at",
                "last_followup_at",
            )
        }
        return {
            **partner,
            "name": SQL.identifier("partner", "pool_name"),
            "search_key": SQL.identifier("partner", "pool_search_key"),
            "former_owner_id": SQL.identifier("partner", "pool_former_owner_id"),
            "reason_id": SQL.identifier("partner", "pool_reason_id"),
            "phone": masking.sql_phone(SQL.identifier("partner", "phone")),
            "mobile": masking.sql_phone(SQL.identifier("partner", "mobile")),
            "email": masking.sql_email(SQL.identifier("partner", "email")),
            "wechat": masking.sql_account(SQL.identifier("partner", "wechat")),
            "qq": masking.sql_account(SQL.identifier("partner", "qq")),
            "claim_count": SQL(
                """(
                    SELECT count(*)
                      FROM crm_owner_move move
                     WHERE move.partner_id = partner.id AND move.kind IN %s
                )""",
                POOL_OUT,
            ),
        }

    # ------------------------------------------------------------
    # VIEWS
    # ------------------------------------------------------------

    @api.model
    def _get_view_cache_key(self, view_id=None, view_type="form", **options):
        key = super()._get_view_cache_key(view_id, view_type, **options)
        return (*key, self._crm_may_assign())

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        arch, view = super()._get_view(view_id, view_type, **options)
        if not self._crm_may_assign():
            for button in arch.xpath("//button[@name='action_open_assign']"):
                button.getparent().remove(button)
        return arch, view

    @api.model
    def _crm_may_assign(self):
        """Return whether there may be customers that the user can assign (bool)."""
        user = self.env.user
        return user._crm_has_group("crm_base.group_manager") or bool(
            user._crm_pool_ids("admin")
        )

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_claim(self):
        """Take customers out of their pools, for yourself.

        Each customer is decided on its own, by the limits of the pool that it is in:
        exactly one claimant gets it, the others are told who. Claimed ones are yours at
        once; refused ones stay as they are.

        :return: dict with ``batch_id`` (str), ``claimed`` (list of int) and ``refused``
            (list of dicts ``id``, ``name``, ``reason``)
        :raise UserError: a single customer is refused
        """
        self._crm_check_chosen()
        user = self.env.user
        user._crm_check_can_own()
        pool_ids = None if user._crm_is_boss() else user._crm_pool_ids("member")
        rows = self._crm_lock_pooled(pool_ids)
        refused = self._crm_refuse_gone(rows, pool_ids)
        refused |= self._crm_refuse_claims(
            [rows[id_] for id_ in self.ids if id_ in rows], user
        )
        return self._crm_leave_pool(rows, refused, user, "claim", "claimed")

    def action_assign(self, user_id, reason=""):
        """Give pooled customers to a colleague.

        Administrators of a pool give its customers to its members and to their own
        subordinates, managers to their subordinates, the boss to anybody. The limit of
        customers per person holds; assignments are no claims of that day.

        :param int user_id: the new owner
        :param str reason: kept in the ledger
        :return: dict with ``batch_id`` (str), ``assigned`` (list of int) and
            ``refused`` (list of dicts ``id``, ``name``, ``reason``)
        :raise AccessError: when you may assign nothing to this colleague
        :raise UserError: a single customer is refused
        """
        self._crm_check_chosen()
        user = self.env["res.users"].browse(user_id).exists()
        if not user:
            raise UserError(self.env._("Choose the colleague who takes over."))
        user._crm_check_can_own()
        pool_ids = self._crm_assignable_pools(user)
        rows = self._crm_lock_pooled(pool_ids)
        refused = self._crm_refuse_gone(rows, pool_ids)
        refused |= self._crm_refuse_assignments(
            [rows[id_] for id_ in self.ids if id_ in rows], user
        )
        result = self._crm_leave_pool(
            rows, refused, user, "assign", "assigned", reason=(reason or "").strip()
        )
        assigned = result["assigned"]
        if assigned:
            # sudo: they belong to the new owner now, who is told their names
            names = self.env["res.partner"].sudo().browse(assigned[:20]).mapped("name")
            user._crm_tell_pool(
                self.env._("%(count)s customers for you", count=len(assigned)),
                self.env._(
                    "%(actor)s assigned customers from the pool to you. %(reason)s",
                    actor=self.env.user.name,
                    reason=reason or "",
                ),
                names,
                len(assigned),
            )
        return result

    def action_claim_and_show(self):
        """Claim customers and say what became of each; return the action (dict)."""
        claimed = self.action_claim()
        return self.env["crm.pool.outcome"]._crm_show(
            self.env._(
                "%(count)s customers are yours now.", count=len(claimed["claimed"])
            ),
            claimed["refused"],
        )

    def action_claim_and_open(self):
        """Claim this customer and open it; return the action (dict)."""
        self.ensure_one()
        self.action_claim()
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.partner",
            "res_id": self.id,
            "views": [(self.env.ref("crm_base.res_partner_view_form").id, "form")],
            # the row of the pool that was open here is gone
            "target": "main",
        }

    def action_open_assign(self):
        """Open the assignment wizard for these customers; return the action (dict)."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_customer_pool.crm_pool_assign_action"
        )
        action["context"] = {
            "default_customer_ids": self.ids,
            "crm_leave_form": self.env.context.get("crm_leave_form", False),
        }
        return action

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _crm_check_chosen(self):
        if not self:
            raise UserError(self.env._("Choose at least one customer."))

    def _crm_assignable_pools(self, user):
        """Return the ids of the pools whose customers may be given to ``user``.

        :return: tuple of int, None for all pools
        :raise AccessError: when there are none
        """
        actor = self.env.user
        if actor._crm_is_boss():
            return None
        if user == actor:
            # assignments do not count as claims, so nobody assigns to oneself
            raise AccessError(
                self.env._(
                    "Claim customers to get them yourself; assign them to others."
                )
            )
        below = user.id in actor._crm_scope_ids("write")
        administrated = actor._crm_pool_ids("admin")
        if below:
            pool_ids = set(administrated)
            if actor._crm_has_group("crm_base.group_manager"):
                pool_ids.update(actor._crm_pool_ids("read"))
        else:
            pool_ids = set(administrated) & set(user._crm_pool_ids("member"))
        if not pool_ids:
            raise AccessError(
                self.env._(
                    "You may assign customers to people below you, and as administrator"
                    " of a pool to its members."
                )
            )
        return tuple(sorted(pool_ids))

    def _crm_lock_pooled(self, pool_ids):
        """Lock those of these customers that still wait in one of the pools.

        Whoever comes second waits here until the first one has committed. PostgreSQL
        then refuses the stale snapshot, Odoo replays the call, and the replay finds the
        customer owned. Rows come in one order for everybody, so that no two wait for
        each other.

        :param pool_ids: tuple of int, None for all pools
        :return: dict of id to PooledRow
        """
        if pool_ids is not None and not pool_ids:
            return {}
        self.env["res.partner"].flush_model()
        return {
            row[0]: PooledRow(*row)
            for row in self.env.execute_query(
                SQL(
                    """
                    SELECT id, pool_id, pool_name, pooled_at, pool_former_owner_id
                      FROM res_partner
                     WHERE id IN %s AND user_id IS NULL AND active AND %s
                     ORDER BY id
                       FOR NO KEY UPDATE
                    """,
                    tuple(self.ids),
                    SQL("pool_id IS NOT NULL")
                    if pool_ids is None
                    else SQL("pool_id IN %s", pool_ids),
                )
            )
        }

    def _crm_refuse_gone(self, rows, pool_ids):
        """Return why customers are not to be had, a dict of id to (name, reason).

        Who got them is told to those who could have seen them in the pool.
        """
        gone = [id_ for id_ in self.ids if id_ not in rows]
        if not gone:
            return {}
        self.env["crm.owner.move"].flush_model()
        # sudo: the last move of a customer that is out of reach by now
        moves = (
            self.env["crm.owner.move"]
            .sudo()
            .search(
                [
                    ("partner_id", "in", gone),
                    ("kind", "in", POOL_OUT),
                    ("partner_id.pool_id", "=", False),
                ],
                order="id desc",
            )
        )
        last = {}
        for move in moves:
            last.setdefault(move.partner_id.id, move)
        refused = {}
        for id_ in gone:
            move = last.get(id_)
            if not move or (pool_ids is not None and move.pool_id.id not in pool_ids):
                refused[id_] = (
                    "",
                    self.env._(
                        "This customer is in no pool that you may take it from."
                    ),
                )
                continue
            customer = move.partner_id
            name = (
                masking.mask_text(customer.name)
                if customer.is_company
                else masking.mask_person(customer.name)
            )
            text = (
                self.env._(
                    "%(winner)s has already claimed %(name)s.",
                    winner=move.to_user_id.name,
                    name=name,
                )
                if move.kind == "claim"
                else self.env._(
                    "%(name)s has already been assigned to %(winner)s.",
                    winner=move.to_user_id.name,
                    name=name,
                )
            )
            refused[id_] = (name, text)
        return refused

    def _crm_refuse_claims(self, rows, user):
        """Return which locked customers may not be claimed, {id: (name, reason)}."""
        if not rows:
            return {}
        limits = self.env["crm.pool"]._crm_limits()
        pool_ids = {row.pool_id for row in rows}
        holding_limit, holding_pool_id = user._crm_holding_limit()
        held = 0
        claimed = {}
        if holding_limit or any(limits[id_].claim_per_day for id_ in pool_ids):
            self.env["crm.pool.quota"]._crm_serialize(user)
            claimed = self._crm_claimed_today(user, pool_ids, limits)
        if holding_limit:
            held = user._crm_held_count()
        excluded = {}
        if any(limits[id_].exclude_days for id_ in limits):
            excluded = self.env["crm.pool"]._crm_excluded(
                user, [row.id for row in rows]
            )
        refused = {}
        for row in rows:
            reason = self._crm_refuse_former(row, user, limits[row.pool_id], excluded)
            if not reason:
                per_day = limits[row.pool_id].claim_per_day
                today = claimed.get(row.pool_id, 0)
                if per_day and today >= per_day:
                    reason = self.env._(
                        "You have claimed %(count)s customers of this pool today; the"
                        " limit is %(limit)s.",
                        count=today,
                        limit=per_day,
                    )
                elif holding_limit and held >= holding_limit:
                    reason = user._crm_holding_message(
                        held, holding_limit, holding_pool_id
                    )
            if reason:
                refused[row.id] = (row.name, reason)
            else:
                claimed[row.pool_id] = claimed.get(row.pool_id, 0) + 1
                held += 1
        return refused

    def _crm_refuse_former(self, row, user, limits, excluded):
        """Return why a former owner may not claim a customer (str), "" if nothing."""
        if limits.cooldown_days and row.former_owner_id == user.id:
            until = row.pooled_at + timedelta(days=limits.cooldown_days)
            if until > fields.Datetime.now():
                return self.env._(
                    "You gave up %(name)s yourself and may claim it again from"
                    " %(until)s on.",
                    name=row.name,
                    until=self.env["res.partner"]._crm_local_time(until),
                )
        if row.id in excluded:
            return self.env["res.partner"]._crm_excluded_message(
                row.name, user, *excluded[row.id]
            )
        return ""

    @api.model
    def _crm_claimed_today(self, user, pool_ids, limits):
        """Return how many customers ``user`` has claimed today, a dict by pool id.

        Counted in the ledger: what was given back since counts as well.
        """
        self.env["crm.owner.move"].flush_model()
        now = fields.Datetime.now()
        return dict(
            self.env.execute_query(
                SQL(
                    """
                    SELECT pool_id, count(*)
                      FROM crm_owner_move
                     WHERE to_user_id = %s AND kind = 'claim' AND (%s)
                     GROUP BY pool_id
                    """,
                    user.id,
                    SQL(" OR ").join(
                        SQL(
                            "(pool_id = %s AND moved_at >= %s)",
                            pool_id,
                            limits[pool_id].day_start(now),
                        )
                        for pool_id in sorted(pool_ids)
                    ),
                )
            )
        )

    def _crm_refuse_assignments(self, rows, user):
        """Return which locked customers may not be assigned to ``user``."""
        if not rows:
            return {}
        actor = self.env.user
        limit, limit_pool_id = user._crm_holding_limit()
        held = 0
        if limit:
            self.env["crm.pool.quota"]._crm_serialize(user)
            held = user._crm_held_count()
        excluded = {}
        if not actor._crm_is_boss():
            administrated = actor._crm_pool_ids("admin")
            excluded = {
                id_: why
                for id_, why in self.env["crm.pool"]
                ._crm_excluded(user, [row.id for row in rows])
                .items()
                if why[0] not in administrated
            }
        refused = {}
        for row in rows:
            if row.id in excluded:
                reason = self.env["res.partner"]._crm_excluded_message(
                    row.name, user, *excluded[row.id]
                )
            elif limit and held >= limit:
                reason = user._crm_holding_message(held, limit, limit_pool_id)
            else:
                held += 1
                continue
            refused[row.id] = (row.name, reason)
        return refused

    def _crm_leave_pool(self, rows, refused, user, kind, key, reason=""):
        """Give the locked customers that are not refused to ``user``.

        :param dict rows: id to PooledRow
        :param dict refused: id to (name, reason)
        :param str key: name of the list of ids in the result
        :return: what :meth:`action_claim` returns
        """
        if refused and len(self) == 1:
            ((_name, why),) = refused.values()
            raise UserError(why)
        ids = [id_ for id_ in rows if id_ not in refused]
        batch_id = uuid4().hex
        if ids:
            # sudo: pooled customers are out of everybody's reach as partners; the
            # ledger, not each customer's chatter, tells the story
            customers = (
                self.env["res.partner"].sudo().with_context(tracking_disable=True)
            ).browse(ids)
            customers._crm_change_owner(
                user, kind, reason, with_open=False, batch_id=batch_id
            )
        return {
            "batch_id": batch_id,
            key: ids,
            "refused": [
                {"id": id_, "name": refused[id_][0], "reason": refused[id_][1]}
                for id_ in self.ids
                if id_ in refused
            ],
        }
