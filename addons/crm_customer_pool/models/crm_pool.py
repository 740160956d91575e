from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL, ormcache

from odoo.addons.base.models.res_partner import _tz_get


class CrmPool(models.Model):
    """A set of customers without owner, open to its members for claiming."""

    _name = "crm.pool"
    _description = "Customer Pool"
    _inherit = ["mail.thread", "crm.scope.mixin"]
    _order = "sequence, name, id"
    _crm_recycle = True
    _check_company_auto = True

    name = fields.Char(required=True, tracking=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True, tracking=True)
    company_id = fields.Many2one(
        "res.company",
        default=lambda self: self.env.company,
        index=True,
        help="Takes in customers of this company and those of no company. Empty: of all"
        " companies.",
    )
    description = fields.Text(
        help="What belongs into this pool, and how to work with it. Members read it."
    )

    # Who
    member_team_ids = fields.Many2many(
        "crm.team",
        "crm_pool_member_team_rel",
        "pool_id",
        "team_id",
        "Member Teams",
        help="Leaders and members of these teams and of all teams below them.",
    )
    member_user_ids = fields.Many2many(
        "res.users",
        "crm_pool_member_user_rel",
        "pool_id",
        "user_id",
        "Further Members",
        # a text: users are not looked up in all records of this at each change of one
        domain="[('share', '=', False)]",
    )
    admin_ids = fields.Many2many(
        "res.users",
        "crm_pool_admin_rel",
        "pool_id",
        "user_id",
        "Administrators",
        # a text: users are not looked up in all records of this at each change of one
        domain="[('share', '=', False)]",
        default=lambda self: self.env.user,
        help="They assign customers of this pool to its members and read its ledger.",
    )
    member_ids = fields.Many2many(
        "res.users", string="All Members", compute="_compute_member_ids"
    )
    member_count = fields.Integer("Members", compute="_compute_member_ids")
    is_member = fields.Boolean("I May Claim", compute="_compute_is_member")
    is_admin = fields.Boolean("I Administrate", compute="_compute_is_member")

    # Limits
    claim_per_day = fields.Integer(
        "Claims per Day",
        tracking=True,
        help="Customers a member may claim from this pool in one day. What was given"
        " back the same day counts. 0 means no limit.",
    )
    holding_limit = fields.Integer(
        "Customers per Member",
        tracking=True,
        help="Customers a member of this pool may own at the same time, wherever they"
        " came from. Holds for every way of getting one: claim, assignment, transfer,"
        " creation, import. 0 means no limit.",
    )
    cooldown_days = fields.Integer(
        "Cool-down (Days)",
        tracking=True,
        help="Days that whoever gave up a customer waits before claiming it again."
        " 0 means no waiting.",
    )
    exclude_previous_owner_days = fields.Integer(
        "Former Owners Excluded (Days)",
        tracking=True,
        help="Days that nobody who owned a customer before it came into this pool gets"
        " it back: not by a claim, and not as a present of a colleague who claimed it."
        " Administrators of the pool and the boss may assign it all the same. 0 means"
        " no exclusion.",
    )
    tz = fields.Selection(
        _tz_get,
        "Time Zone",
        required=True,
        default=lambda self: (
            self.env.company.partner_id.tz or self.env.user.tz or "Asia/Shanghai"
        ),
        help="The day of the claims per day begins at midnight here.",
    )
    masked_field_ids = fields.Many2many(
        "crm.pool.field",
        "crm_pool_masked_field_rel",
        "pool_id",
        "field_id",
        "Hidden from Members",
        ondelete="restrict",
        help="Phone numbers, e-mail, WeChat and QQ are masked in every pool; these"
        " columns are hidden altogether.",
    )

    # Figures
    customer_count = fields.Integer("Customers", compute="_compute_customer_count")
    new_count = fields.Integer("New in 7 Days", compute="_compute_customer_count")

    _limits_positive = models.Constraint(
        "CHECK (claim_per_day >= 0 AND holding_limit >= 0 AND cooldown_days >= 0"
        " AND exclude_previous_owner_days >= 0)",
        "Limits of a pool cannot be negative. 0 means no limit.",
    )

    # whatever decides who is in a pool, what it hides and what it allows is cached
    _crm_scope_fields = frozenset(
        {
            "active",
            "company_id",
            "member_team_ids",
            "member_user_ids",
            "admin_ids",
            "claim_per_day",
            "claim_per_week",
            "newcomer_days",
            "newcomer_claim_per_day",
            "level_limit_ids",
            "exclude_previous_owner_team",
            "holding_limit",
            "cooldown_days",
            "exclude_previous_owner_days",
            "tz",
            "masked_field_ids",
            "is_quarantine",
            "holds",
        }
    )

    # ------------------------------------------------------------
    # CONSTRAINTS
    # ------------------------------------------------------------

    @api.constrains("active")
    def _check_active(self):
        self._crm_check_empty(
            self.filtered(lambda pool: not pool.active),
            self.env._(
                "The pool %(name)s is not empty. Assign what it holds or put it into"
                " another pool before you archive it."
            ),
        )

    @api.constrains("company_id")
    def _check_customer_company(self):
        for pool in self.filtered("company_id"):
            # sudo: also records that whoever configures the pool cannot see
            stranger = (
                pool._crm_held()
                .sudo()
                .search(
                    [
                        ("pool_id", "=", pool.id),
                        ("company_id", "not in", (pool.company_id.id, False)),
                    ],
                    limit=1,
                )
            )
            if stranger:
                raise ValidationError(
                    self.env._(
                        "The pool %(name)s holds something of another company.",
                        name=pool.name,
                    )
                )

    def _crm_check_empty(self, pools, message):
        for alike in pools.grouped("holds").values():
            # sudo: what is pooled is out of everybody's reach as what it is
            held = (
                alike[0]
                ._crm_held()
                .sudo()
                .with_context(active_test=False)
                ._read_group([("pool_id", "in", alike.ids)], ["pool_id"], ["__count"])
            )
            for pool, _count in held:
                raise UserError(message % {"name": pool.name})

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    @api.depends("member_team_ids", "member_user_ids")
    def _compute_member_ids(self):
        members = self._crm_member_ids()
        for pool in self:
            # sudo: colleagues of other companies may be members
            pool.member_ids = (
                self.env["res.users"].sudo().browse(members.get(pool._origin.id, ()))
            )
            pool.member_count = len(pool.member_ids)

    @api.depends_context("uid")
    @api.depends("member_team_ids", "member_user_ids", "admin_ids")
    def _compute_is_member(self):
        user = self.env.user
        boss = user._crm_is_boss()
        members, admins = user._crm_pool_ids("member"), user._crm_pool_ids("admin")
        for pool in self:
            pool.is_member = boss or pool._origin.id in members
            pool.is_admin = boss or pool._origin.id in admins

    def _compute_customer_count(self):
        counts = {}
        for pools in self.grouped("holds").values():
            held = pools[0]._crm_held()
            held.flush_model(["pool_id", "pooled_at", "active"])
            rows = self.env.execute_query(
                SQL(
                    """
                    SELECT pool_id, count(*), count(*) FILTER (WHERE pooled_at >= %s)
                      FROM %s
                     WHERE pool_id IN %s AND active
                     GROUP BY pool_id
                    """,
                    fields.Datetime.subtract(fields.Datetime.now(), days=7),
                    SQL.identifier(held._table),
                    tuple(pools.ids) or (0,),
                )
            )
            counts |= {pool_id: figures for pool_id, *figures in rows}
        for pool in self:
            pool.customer_count, pool.new_count = counts.get(pool._origin.id, (0, 0))

    # ------------------------------------------------------------
    # ORM
    # ------------------------------------------------------------

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        self._crm_check_empty(
            self,
            self.env._(
                "The pool %(name)s is not empty. Assign what it holds or put it into"
                " another pool before you delete it."
            ),
        )
        # sudo: moves out of the reader's scope use the pool as well
        if (
            self.env["crm.owner.move"]
            .sudo()
            .search_count([("pool_id", "in", self.ids)], limit=1)
        ):
            raise UserError(
                self.env._(
                    "Customers have gone through this pool, and the ledger names it."
                    " Archive the pool instead."
                )
            )

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_open_customers(self):
        """Open what is in this pool; return the action (dict)."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            self._crm_held()._crm_pooled_action
        )
        action["context"] = {"search_default_pool_id": self.id}
        return action

    def action_open_ledger(self):
        """Open the moves into and out of this pool; return the action (dict)."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_customer_pool.crm_owner_move_action"
        )
        action["domain"] = [("pool_id", "=", self.id)]
        return action

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _crm_member_ids(self):
        """Return the members of these pools, a dict of pool id to list of user ids."""
        members = {}
        if self.ids:
            self._crm_flush_members()
            for pool_id, user_id in self.env.execute_query(
                SQL(
                    "SELECT pool_id, user_id FROM (%s) AS member WHERE pool_id IN %s",
                    self._crm_member_sql(),
                    tuple(self.ids),
                )
            ):
                members.setdefault(pool_id, []).append(user_id)
        return members

    @api.model
    def _crm_flush_members(self):
        for model in ("crm.pool", "crm.team", "crm.team.member"):
            self.env[model].flush_model()

    @api.model
    def _crm_member_sql(self):
        """Return SQL giving every (pool_id, user_id) of who may claim from where.

        From a person to the teams above, in this order: whoever asks about one person
        would otherwise compare all teams with each other.
        """
        return SQL(
            """
            SELECT rel.pool_id, rel.user_id
              FROM crm_pool_member_user_rel rel
             UNION
            SELECT rel.pool_id, person.user_id
              FROM (
                    SELECT team.user_id, team.id AS team_id
                      FROM crm_team team
                     UNION ALL
                    SELECT member.user_id, member.crm_team_id
                      FROM crm_team_member member
                     WHERE member.active
                   ) AS person
              JOIN crm_team team ON team.id = person.team_id AND team.active
              CROSS JOIN LATERAL unnest(
                    string_to_array(rtrim(team.parent_path, '/'), '/')::int[]
                   ) AS above (id)
              JOIN crm_team top ON top.id = above.id AND top.active
              JOIN crm_pool_member_team_rel rel ON rel.team_id = top.id
             WHERE person.user_id IS NOT NULL
            """
        )

    @api.model
    @ormcache()
    def _crm_hidden_columns(self):
        """Return which pools hide what, a dict of column name to tuple of pool ids."""
        self.flush_model()
        hidden = {}
        for code, pool_id in self.env.execute_query(
            SQL(
                """
                SELECT field.code, rel.pool_id
                  FROM crm_pool_masked_field_rel rel
                  JOIN crm_pool_field field ON field.id = rel.field_id
                """
            )
        ):
            hidden[code] = (*hidden.get(code, ()), pool_id)
        return hidden

    def _crm_check_may_release(self, records):
        """Check that records may be put into this pool by the current user.

        Members put them where they can see them again; who can neither see nor
        administrate a pool could use it to make customers disappear.

        :param records: records of a model with ``crm.pool.mixin``
        :raise AccessError: when the user is no member of the pool
        :raise UserError: archived pool, pool of another kind, record of another company
        """
        self.ensure_one()
        user = self.env.user
        if not user._crm_is_boss() and self.id not in {
            *user._crm_pool_ids("member"),
            *user._crm_pool_ids("admin"),
        }:
            raise AccessError(
                self.env._(
                    "You may release only to pools that you are a member or an"
                    " administrator of."
                )
            )
        # sudo: the rules of reading pools are narrower than being an administrator
        pool = self.sudo()
        if not pool.active:
            raise UserError(
                self.env._("The pool %(name)s is archived.", name=pool.name)
            )
        pool._crm_check_kind(records)
        for record in records:
            if pool.company_id and record.company_id not in (
                pool.company_id,
                self.env["res.company"],
            ):
                raise UserError(
                    self.env._(
                        "%(name)s belongs to %(company)s, and the pool %(pool)s is one"
                        " of another company.",
                        name=record.name,
                        company=record.company_id.name,
                        pool=pool.name,
                    )
                )

    @api.model
    def _crm_dissolve(self, holds="customer"):
        """Give all that is pooled back: to the last owner, else to the boss.

        :param str holds: customers, or another kind that pools hold
        """
        self.env["crm.pool.warning"]._crm_forget(holds)
        # sudo: uninstallation; limits must not keep a record without owner
        pools = self.sudo().search(
            [("active", "in", (True, False)), ("holds", "=", holds)]
        )
        pools.with_context(tracking_disable=True).write(
            {
                "holding_limit": 0,
                "level_limit_ids": [fields.Command.clear()],
                "exclude_previous_owner_days": 0,
                "masked_field_ids": [fields.Command.clear()],
            }
        )
        boss = (
            self.env.ref("crm_base.group_boss")
            .sudo()
            .all_user_ids.filtered(lambda user: user.active and not user.share)
            .sorted("id")
        )
        boss = (boss - self.env.ref("base.user_root"))[:1] or self.env.ref(
            "base.user_admin"
        )
        # sudo: everything pooled needs an owner before the pools disappear
        records = (
            self._crm_held_of(holds)
            .sudo()
            .with_context(active_test=False, tracking_disable=True)
            .search(Domain("pool_id", "!=", False))
        )
        for former, group in records.grouped("pool_former_owner_id").items():
            group._crm_pool_move(
                former if former and former._crm_can_own() else boss,
                "assign",
                self.env._("The customer pool was uninstalled."),
            )
