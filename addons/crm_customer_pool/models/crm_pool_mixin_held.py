from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, Query, format_datetime

from odoo.addons.crm_base.tools.search_key_field import SearchKey


class CrmPoolMixin(models.AbstractModel):
    """Records in a pool: owned by nobody, out of sight as what they are.

    An addon that has pools of its own kind inherits the mixin in a model with
    ``crm.workflow.mixin``, names the kind and the link, and says how an owner changes.
    The fields are workflow fields.
    """

    _inherit = "crm.pool.mixin"

    # the kind of pool that holds records of this model, see crm.pool.holds
    _crm_pool_kind = ""
    # the many2one to this model, of the ledger and of follow-ups
    _crm_pool_link = ""
    # XML id of the action that asks which pool, and the field the records are in
    _crm_release = ("", "")
    # the masked read model of what is in pools, and the XML id of its action
    _crm_pool_rows = ""
    _crm_pooled_action = ""
    # the columns of the facts that dates follow from, see _crm_deadline_columns()
    _crm_facts = {}
    # whether the ledger of a pool tells the names that members see
    _crm_masked_in_ledger = True
    # the column of the level, and the list of crm.dictionary that it is of
    _crm_level = ("", "")

    pool_id = fields.Many2one(
        "crm.pool",
        readonly=True,
        copy=False,
        ondelete="restrict",
    )
    pooled_at = fields.Datetime("In Pool Since", readonly=True, copy=False)
    pool_former_owner_id = fields.Many2one(
        "res.users",
        "Former Owner",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Who the owner was when it came into the pool.",
    )
    pool_reason_id = fields.Many2one(
        "crm.dictionary",
        "Release Reason",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
    )
    pool_name = fields.Char(
        "Name in Pool",
        compute="_compute_pool_name",
        store=True,
        help="What pool members see of the name.",
    )
    pool_search_key = SearchKey(
        compute="_compute_pool_name",
        store=True,
        help="What pool members find it by: never phones or e-mail.",
    )

    # ------------------------------------------------------------
    # HOOKS
    # ------------------------------------------------------------

    @api.model
    def _crm_ties_sql(self):
        """Hook: return what tells that something hangs on a row ``held`` (list of SQL).

        Each a condition. Where none holds, what leaves a pool leaves it alone, see
        ``tools/locked.py``. Call ``super()`` first and append.
        """
        self.env["crm.pool.watch"].flush_model(["customer_res_id", "holds"])
        return [
            SQL(
                "EXISTS (SELECT FROM crm_pool_watch watch"
                " WHERE watch.customer_res_id = held.id AND watch.holds = %s)",
                self._crm_pool_kind,
            )
        ]

    def _crm_masked(self):
        """Hook: return what members see of a name, and find it by (two str)."""
        self.ensure_one()
        return "", ""

    def _crm_masked_name(self):
        """Return what pool members see of the name (str)."""
        return self._crm_masked()[0]

    def _crm_masked_depends(self):
        """Hook: return the names (list of str) of the fields behind that."""
        return []

    def _crm_releasable(self):
        """Hook: return these records after checking that the user may give them up.

        :raise AccessError: one of them is out of reach
        :raise UserError: one of them is nothing that a pool takes in
        """
        self.check_access("write")
        if not self or self.filtered_domain(self._crm_counted()) != self:
            raise UserError(self.env._("Choose what is still open."))
        return self

    def _crm_released(self):
        """Hook: return the records that are released when the user chose these."""
        return self

    @api.model
    def _crm_counted(self):
        """Hook: return the domain (list) of what counts against its owner's limit.

        And of what goes back to a pool.
        """
        return []

    def _crm_spare_locked(self):
        """Hook: leave out what is locked; return (records, list of refusals)."""
        return self, []

    def _crm_family(self):
        """Hook: return these records and those that go along with them."""
        return self

    def _crm_pooled_with(self):
        """Hook: return the record along with which this one is in a pool."""
        return self

    def _crm_pool_move(self, user, kind, reason, *, values=None, rows=None, **extra):
        """Hook: change the owner by the engine of the model; return the ledger rows.

        :param user: res.users record, empty for a record that goes into a pool
        :param str kind: kind of the ledger rows
        :param str reason: reason of the ledger rows
        :param dict values: written together with the owner
        :param dict rows: further values of the ledger rows, by id of the record
        :param extra: further values of the ledger rows
        """
        return self.env["crm.owner.move"]

    def _crm_open(self):
        """Hook: return the action (dict) that opens this record for its owner."""
        self.ensure_one()
        return self.get_formview_action()

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    @api.depends(lambda self: ["pool_id", *self._crm_masked_depends()])
    def _compute_pool_name(self):
        for record in self:
            record.pool_name, record.pool_search_key = (
                record._crm_masked() if record.pool_id else (False, False)
            )

    @api.depends_context("uid")
    def _compute_display_name(self):
        """What is pooled is called by its masked name, whatever still points there.

        No dependency on the pool: names of partners are stored by other addons, which
        would store the mask, and lose such fields when this addon goes.
        """
        result = super()._compute_display_name()
        if not self._crm_sees_names():
            # sudo: a name is told to whoever sees what points there
            for record in self.sudo().filtered("pool_id"):
                record.display_name = record._crm_masked_name()
        return result

    # ------------------------------------------------------------
    # ORM
    # ------------------------------------------------------------

    def write(self, vals):
        result = super().write(vals)
        if "pool_id" in vals:
            # see _compute_display_name; contacts are called after their customer
            self.invalidate_model(["display_name"], flush=False)
        return result

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    @api.model
    def _crm_sees_names(self):
        """Return whether the user reads the full names of what is pooled (bool)."""
        return self.env.uid == SUPERUSER_ID or self.env.user._crm_is_boss()

    def _crm_refuse_pooled(self):
        """Refuse to end what waits in a pool.

        :raise UserError: names the first one
        """
        # sudo: nobody but the boss reads what is pooled
        for record in self.sudo().filtered("pool_id"):
            raise UserError(
                self.env._(
                    "%(name)s waits in the pool %(pool)s. Assign it to somebody first.",
                    name=record.name,
                    pool=record.pool_id.name,
                )
            )

    def _crm_by_pool(self, user, kind):
        """Tell apart what leaves a pool in a change of owner.

        Whatever door it is taken out by, an owned record is in no pool. The transfer of
        a pooled one, as only the boss can make it, is an assignment.

        :param user: the new owner (res.users), empty for none
        :param str kind: kind of the ledger rows
        :return: list of records, the kind of their rows, what is written together with
            the owner (dict), and further values of the rows (dict)
        """
        # sudo: nobody but the boss reads what is pooled
        pooled = self.browse(user and self.sudo().filtered("pool_id").ids)
        parts = [(self - pooled, kind, {}, {})]
        kind = "assign" if kind == "transfer" else kind
        for pool, records in pooled.sudo().grouped("pool_id").items():
            records._crm_follow_new_owner(user)
            alike = records.with_env(self.env)
            parts.append((alike, kind, self._crm_pool_left(), {"pool_id": pool.id}))
        return parts

    @api.model
    def _crm_pool_fields(self):
        """Return the fields (set of str) that the moves of the pool alone write."""
        return {
            "pool_id",
            "pooled_at",
            "pool_former_owner_id",
            "pool_reason_id",
            "pool_name",
            "pool_search_key",
            "pool_deadline",
            "pool_deadline_rule_id",
            "pool_clock",
            "pool_clock_at",
        }

    @api.model
    def _crm_pool_left(self):
        """Return what is written when a record leaves its pool (dict)."""
        return dict.fromkeys(
            ("pool_id", "pooled_at", "pool_former_owner_id", "pool_reason_id"), False
        )

    @api.model
    def _crm_counted_sql(self):
        """Return the condition (SQL) of what counts against its owner's limit.

        The table has the alias ``record``.
        """
        counted = Domain(self._crm_counted()).optimize_full(self)
        query = Query(self.env, "record", self._table)
        return counted._to_sql(self, "record", query)

    @api.model
    def _crm_local_time(self, when):
        """Return a time (datetime, UTC) as the user reads it (str)."""
        return format_datetime(self.env, when, dt_format="yyyy-MM-dd HH:mm")
