from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL


class CrmPool(models.Model):
    """What a pool holds. One kind each: its limits and rules count one thing."""

    _inherit = "crm.pool"

    holds = fields.Selection(
        [("customer", "Customers")],
        required=True,
        default="customer",
        tracking=True,
        help="A pool holds records of one kind. Its limits and rules are about these.",
    )

    @api.constrains("holds", "is_quarantine")
    def _check_holds(self):
        for pool in self:
            if pool.is_quarantine and pool.holds != "customer":
                raise ValidationError(
                    self.env._(
                        "%(name)s: a quarantine holds customers.", name=pool.name
                    )
                )

    def write(self, vals):
        changing = self.filtered(
            lambda pool: "holds" in vals and pool.holds != vals["holds"]
        )
        if changing:
            # sudo: moves out of the reader's scope use the pool as well
            moves = self.env["crm.owner.move"].sudo()
            if moves.search_count([("pool_id", "in", changing.ids)], limit=1):
                raise ValidationError(
                    self.env._(
                        "The ledger names the pool %(name)s. Make a new pool for what"
                        " else there is.",
                        name=changing[0].name,
                    )
                )
        result = super().write(vals)
        if changing:
            changing.rule_ids._check_trigger()
        return result

    # ------------------------------------------------------------
    # HOOKS
    # ------------------------------------------------------------

    @api.model
    def _crm_held_models(self):
        """Hook: return which model each kind of pool holds, a dict of kind to name.

        The model inherits ``crm.pool.mixin``.
        """
        return {"customer": "res.partner"}

    @api.model
    def _crm_triggers(self):
        """Hook: return the triggers of the rules of each kind, {kind: set of str}."""
        return {
            "customer": {"no_followup", "no_opportunity", "no_deal", "contract_end"}
        }

    @api.model
    def _crm_kind_names(self):
        """Return what pools hold, a dict of kind to its name in the user's language."""
        return dict(self._fields["holds"]._description_selection(self.env))

    def _crm_held(self):
        """Return the model (an empty recordset) of what this pool holds."""
        return self._crm_held_of(self.holds or "customer")

    @api.model
    def _crm_all_held(self):
        """Return the models (list of empty recordsets) of all that pools hold."""
        return [self.env[model] for model in self._crm_held_models().values()]

    @api.model
    def _crm_held_of(self, holds):
        """Return the model (an empty recordset) of a kind of pool."""
        return self.env[self._crm_held_models()[holds]]

    def _crm_retire(self):
        """Archive pools of a kind that leaves with its addon; the ledger names them."""
        self.flush_recordset()
        self.env.cr.execute(
            SQL(
                "UPDATE crm_pool SET holds = 'customer', active = FALSE WHERE id IN %s",
                tuple(self.ids) or (0,),
            )
        )
        self.invalidate_recordset()

    def _crm_check_kind(self, records):
        """Refuse records of another kind than this pool holds.

        :raise UserError: names the pool
        """
        if self.holds != records._crm_pool_kind:
            raise UserError(
                self.env._(
                    "The pool %(pool)s holds: %(kind)s. Choose another pool.",
                    pool=self.name,
                    kind=self._crm_kind_names()[self.holds],
                )
            )
