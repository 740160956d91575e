from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.crm_base.tools.search_key_field import SearchKey

from ..tools import masking
from ..tools.locked import Locked, Lone
from .crm_owner_move import POOL_OUT

# columns that are read as they are from whatever is pooled, and those they are made of
PLAIN = (
    "id",
    "pool_id",
    "company_id",
    "industry_id",
    "source_id",
    "territory_id",
    "state_id",
    "city",
    "pooled_at",
    "last_followup_at",
)
COLUMNS = (
    *PLAIN[1:],
    "phone",
    "pool_former_owner_id",
    "pool_name",
    "pool_reason_id",
    "pool_search_key",
    "wechat",
)


class PooledRow(NamedTuple):
    """A pooled record, locked."""

    id: int
    pool_id: int
    name: str
    pooled_at: object
    former_owner_id: int
    level_id: int | None
    is_lone: bool


class CrmPoolRowMixin(models.AbstractModel):
    """Rows of a masked read model over pooled records, and the ways out of a pool.

    The read model is a query over a model with ``crm.pool.mixin``, under the same ids.
    It has the fields ``name`` and ``pool_id`` and a record rule of its own; everything
    else that members may not know is not in it.
    """

    _name = "crm.pool.row.mixin"
    _description = "Pooled Record"
    _order = "pooled_at desc, id desc"
    _rec_names_search = ["search_key"]

    # the model behind the rows
    _crm_pool_model = ""
    # XML id of the action that shows the rows
    _crm_home = ""
    # XML id of the action that asks for their new owner, and the field they are in
    _crm_assign = ("", "")
    # the column with the e-mail address
    _crm_email = "email"
    # further columns that are read as they are, a dict of field to column
    _crm_plain = {}

    name = fields.Char(readonly=True)
    search_key = SearchKey(readonly=True)
    pool_id = fields.Many2one("crm.pool", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    industry_id = fields.Many2one("res.partner.industry", readonly=True)
    source_id = fields.Many2one("utm.source", readonly=True)
    territory_id = fields.Many2one("crm.territory", readonly=True)
    state_id = fields.Many2one("res.country.state", "Province", readonly=True)
    city = fields.Char(readonly=True)
    phone = fields.Char(readonly=True)
    email = fields.Char("E-mail", readonly=True)
    wechat = fields.Char("WeChat", readonly=True)
    pooled_at = fields.Datetime("In Pool Since", readonly=True)
    former_owner_id = fields.Many2one("res.users", readonly=True)
    reason_id = fields.Many2one("crm.dictionary", "Release Reason", readonly=True)
    last_followup_at = fields.Datetime("Last Follow-up", readonly=True)
    claim_count = fields.Integer(
        "Times Claimed",
        readonly=True,
        aggregator=None,
        help="How often it has been claimed or assigned from a pool.",
    )

    @property
    def _table_query(self):
        columns = self._crm_columns()
        hidden = self.env["crm.pool"]._crm_hidden_columns()
        for code, pool_ids in hidden.items():
            if code in columns:
                columns[code] = SQL(
                    "CASE WHEN record.pool_id NOT IN %s THEN %s END",
                    pool_ids,
                    columns[code],
                )
        return SQL(
            """
            SELECT %s
              FROM %s record
             WHERE record.pool_id IS NOT NULL AND record.active
            """,
            SQL(", ").join(
                SQL("%s AS %s", column, SQL.identifier(name))
                for name, column in columns.items()
            ),
            SQL.identifier(self._crm_held()._table),
        )

    @api.model
    def _crm_columns(self):
        """Hook: return the columns of the read model, a dict of field name to SQL.

        The table has the alias ``record``. What is added here is seen by every member
        of a pool: mask it.
        """
        return {
            **{name: SQL.identifier("record", name) for name in PLAIN},
            **{
                name: SQL.identifier("record", column)
                for name, column in self._crm_plain.items()
            },
            "name": SQL.identifier("record", "pool_name"),
            "search_key": SQL.identifier("record", "pool_search_key"),
            "former_owner_id": SQL.identifier("record", "pool_former_owner_id"),
            "reason_id": SQL.identifier("record", "pool_reason_id"),
            "phone": masking.sql_phone(SQL.identifier("record", "phone")),
            "email": masking.sql_email(SQL.identifier("record", self._crm_email)),
            "wechat": masking.sql_account(SQL.identifier("record", "wechat")),
            "claim_count": SQL(
                """(
                    SELECT count(*)
                      FROM crm_owner_move move
                     WHERE move.%s = record.id AND move.kind IN %s AND %s
                )""",
                SQL.identifier(self._crm_held()._crm_pool_link),
                POOL_OUT,
                self.env["crm.owner.move"]._crm_not_undone("move"),
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
        """Return whether there may be rows that the user can assign (bool)."""
        user = self.env.user
        return user._crm_has_group("crm_base.group_manager") or bool(
            user._crm_pool_ids("admin")
        )

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    @api.model
    def _crm_held(self):
        """Return the model (an empty recordset) of what is in these pools."""
        return self.env[self._crm_pool_model]

    def _crm_check_chosen(self):
        if not self:
            raise UserError(self.env._("Choose at least one row."))

    def _crm_lock_pooled(self, pool_ids):
        """Lock those of these records that still wait in one of the pools.

        Whoever comes second waits here until the first one has committed. PostgreSQL
        then refuses the stale snapshot, Odoo replays the call, and the replay finds the
        record owned. Rows come in one order for everybody, so that no two wait for
        each other.

        :param pool_ids: tuple of int, None for all pools
        :return: dict of id to PooledRow
        """
        if pool_ids is not None and not pool_ids:
            return {}
        held = self._crm_held()
        held.flush_model()
        level = held._crm_level[0]
        return {
            row[0]: PooledRow(*row)
            for row in self.env.execute_query(
                SQL(
                    """
                    SELECT id, pool_id, pool_name, pooled_at, pool_former_owner_id, %s,
                           NOT (%s)
                      FROM %s AS held
                     WHERE id IN %s AND user_id IS NULL AND active AND %s
                       AND (company_id IS NULL OR company_id = ANY(%s))
                     ORDER BY id
                       FOR NO KEY UPDATE
                    """,
                    SQL.identifier(level) if level else SQL("NULL"),
                    SQL(" OR ").join(held._crm_ties_sql()),
                    SQL.identifier(held._table),
                    tuple(self.ids),
                    SQL("pool_id IS NOT NULL")
                    if pool_ids is None
                    else SQL("pool_id IN %s", pool_ids),
                    list(self.env.user._get_company_ids()),
                )
            )
        }

    def _crm_refuse_gone(self, rows, pool_ids):
        """Return why records are not to be had, a dict of id to (name, reason).

        Who got them is told to those who could have seen them in the pool.
        """
        gone = [id_ for id_ in self.ids if id_ not in rows]
        if not gone:
            return {}
        link = self._crm_held()._crm_pool_link
        self.env["crm.owner.move"].flush_model()
        # sudo: the last move of a record that is out of reach by now
        moves = (
            self.env["crm.owner.move"]
            .sudo()
            .search(
                [
                    (link, "in", gone),
                    ("kind", "in", POOL_OUT),
                    (f"{link}.pool_id", "=", False),
                ],
                order="id desc",
            )
        )
        last = {}
        for move in moves:
            last.setdefault(move[link].id, move)
        refused = {}
        for id_ in gone:
            move = last.get(id_)
            if not move or (pool_ids is not None and move.pool_id.id not in pool_ids):
                refused[id_] = (
                    "",
                    self.env._("It is in no pool that you may take it from."),
                )
                continue
            name = move[link]._crm_masked_name()
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

    def _crm_leave_pool(self, rows, refused, user, kind, key, reason=""):
        """Give the locked records that are not refused to ``user``.

        :param dict rows: id to PooledRow
        :param dict refused: id to (name, reason)
        :param str key: name of the list of ids in the result
        :return: what :meth:`action_claim` returns
        """
        if refused and len(self) == 1:
            ((_name, why),) = refused.values()
            raise UserError(why)
        ids = [id_ for id_ in rows if id_ not in refused]
        batch_id = self._crm_held()._crm_new_batch_id()
        if ids:
            # sudo: what is pooled is out of everybody's reach as what it is; the
            # ledger, not the chatter of each, tells the story
            records = (
                self._crm_held()
                .sudo()
                .with_context(
                    tracking_disable=True,
                    **{
                        Locked.KEY: Locked(ids),
                        Lone.KEY: Lone(id_ for id_ in ids if rows[id_].is_lone),
                    },
                )
            )
            records.browse(ids)._crm_pool_move(user, kind, reason, batch_id=batch_id)
        told = [
            {"id": id_, "name": refused[id_][0], "reason": refused[id_][1]}
            for id_ in self.ids
            if id_ in refused
        ]
        pools = {row.pool_id for row in rows.values()}
        self.env["crm.pool.batch"]._crm_record(
            kind,
            batch_id,
            len(ids),
            told,
            holds=self._crm_held()._crm_pool_kind,
            pool=self.env["crm.pool"].browse(pools if len(pools) == 1 else ()),
            to_user=user,
            reason=reason,
        )
        return {"batch_id": batch_id, key: ids, "refused": told}
