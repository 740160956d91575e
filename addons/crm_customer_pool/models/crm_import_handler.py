from collections import defaultdict

from odoo import api, models

from .crm_pool_intake import STRAIGHT_KEY

COLUMN = "pool_id"


class CrmImportHandler(models.AbstractModel):
    """New rows that go straight into a pool: that of the file, or of their column."""

    _inherit = "crm.import.handler"

    @api.model
    def _crm_pool_of(self, batch, line):
        """Return the id (int) of the pool that a new row goes into, 0 for none."""
        if not batch.pool_kind:
            return 0
        return line.vals.get(COLUMN) or batch.pool_id.id or 0

    @api.model
    def _crm_choices(self, field):
        choices = super()._crm_choices(field)
        kind = getattr(self.env[field.model_name], "_crm_pool_kind", "")
        if field.name == COLUMN and kind:
            # a pool of customers and one of leads may have one name
            return [*choices, ("holds", "=", kind)]
        return choices

    # ------------------------------------------------------------
    # CHECKING
    # ------------------------------------------------------------

    @api.model
    def _crm_check(self, batch, lines, targets):
        pooled = defaultdict(list)
        for line in lines:
            if pool_id := self._crm_pool_of(batch, line):
                pooled[pool_id].append(line)
        column = next((one.index for one in targets if one.path == COLUMN), None)
        for pool_id, group in pooled.items():
            pool = self.env["crm.pool"].browse(pool_id)
            why = pool._crm_refuse_import(self.env[batch.model])
            for line in group:
                at = column if line.vals.get(COLUMN) else None
                self._crm_check_pooled(line, at, why, pool)
        return super()._crm_check(batch, lines, targets)

    @api.model
    def _crm_check_pooled(self, line, column, why, pool):
        """Refuse a row that does not go into its pool.

        :param column: position (int) of the column that names it, None for the file
        :param str why: the pool takes in nothing of this importer, "" if it does
        :param pool: crm.pool record
        """
        company = self.env["res.company"].browse(line.vals.get("company_id") or ())
        why = why or pool._crm_refuse_company(company)
        if why:
            line.refuse(column, "pool", why)
        elif line.vals.get("user_id"):
            why = self.env._(
                "What goes into a pool has no owner: leave the person in charge empty."
            )
            line.refuse(None, "pool_owner", why)

    @api.model
    def _crm_foresee(self, batch):
        told = super()._crm_foresee(batch)
        named = batch.pool_kind and COLUMN in batch.column_ids.target_id.mapped("field")
        if batch.pool_kind and batch.pool_id:
            # sudo: an administrator need not be a member, who alone reads a pool
            pool = batch.sudo().pool_id.name
            told.append(
                self.env._(
                    "New rows that name no pool go into %(pool)s: nobody owns them, and"
                    " its members may claim them.",
                    pool=pool,
                )
                if named
                else self.env._(
                    "All new rows go into %(pool)s: nobody owns them, and its members"
                    " may claim them.",
                    pool=pool,
                )
            )
        elif named:
            told.append(
                self.env._(
                    "New rows that name a pool go there: nobody owns them, and its"
                    " members may claim them."
                )
            )
        return told

    # ------------------------------------------------------------
    # STORING
    # ------------------------------------------------------------

    @api.model
    def _crm_plain_values(self, model, vals):
        plain = super()._crm_plain_values(model, vals)
        if getattr(model, "_crm_pool_kind", ""):
            # a move of the pool writes it
            plain.pop(COLUMN, None)
        return plain

    @api.model
    def _crm_create(self, batch, model, lines):
        by_pool = defaultdict(list)
        for line in lines:
            by_pool[self._crm_pool_of(batch, line)].append(line)
        made = {}
        for pool_id, group in by_pool.items():
            straight = {}
            if pool_id:
                # asked once more when it runs: rights may have ended since
                pool = self.env["crm.pool"]._crm_administrated(pool_id)
                straight[STRAIGHT_KEY] = pool._crm_straight(
                    batch.name, f"import-{batch.id}"
                )
            there = model.with_context(**straight)
            records = super()._crm_create(batch, there, group)
            made.update(zip((line.id for line in group), records.ids, strict=True))
        return model.browse([made[line.id] for line in lines])
