from typing import NamedTuple
from uuid import uuid4

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from odoo.addons.crm_base.tools.arguments import as_id, as_text

# Where new customers go straight away stands in the context under this key; the value
# is an object of this process, which no external call can send.
STRAIGHT_KEY = "crm_pool_straight"


class Straight(NamedTuple):
    """A pool that new customers go into, instead of to whoever enters them."""

    pool_id: int
    batch_id: str
    reason: str


class CrmPool(models.Model):
    """New customers, and those of other pools, that are put into a pool."""

    _inherit = "crm.pool"

    is_admin = fields.Boolean(search="_search_is_admin")

    @api.model
    def _search_is_admin(self, operator, value):
        if operator != "in":
            return NotImplemented
        user = self.env.user
        found = (
            Domain("active", "=", True)
            if user._crm_is_boss()
            else Domain("id", "in", user._crm_pool_ids("admin"))
        )
        return found if True in value else ~found

    def create_customers(self, vals_list, reason=""):
        """Enter customers straight into this pool, without an owner in between.

        Allowed to its administrators and the boss, who may create customers. Nobody's
        limit of customers counts; the duplicate check does.

        :param list[dict] vals_list: values as for creating a customer, without owner
        :param str reason: kept in the ledger
        :return: ids (list of int) of the customers, which are those in the pool
        :raise AccessError: somebody else administrates this pool
        :raise UserError: an owner is named, or the pool takes in another company
        """
        defaults, fixed = {"is_company": True}, {"is_crm_customer": True}
        return self._crm_create_held("res.partner", vals_list, defaults, fixed, reason)

    def _crm_create_held(self, model, vals_list, defaults, fixed, reason):
        """Enter records straight into this pool; see :meth:`create_customers`.

        :param str model: of the records
        :param dict defaults: values that those given replace
        :param dict fixed: values that replace those given
        """
        self.ensure_one()
        pool = self._crm_administrated(self.id)
        if not isinstance(vals_list, list) or not all(
            isinstance(vals, dict) for vals in vals_list
        ):
            raise UserError(self.env._("Give the values of what is new."))
        if any(vals.get("user_id") or vals.get("parent_id") for vals in vals_list):
            raise UserError(
                self.env._("What is in a pool has no owner, and is no contact.")
            )
        straight = {STRAIGHT_KEY: pool._crm_straight(reason)}
        held = self.env[model].with_context(**straight)
        # sudo: an administrator need not be a member, who alone reads a pool
        pool.sudo()._crm_check_kind(held)
        return held.create([{**defaults, **vals, **fixed} for vals in vals_list]).ids

    def action_open_new_customer(self):
        """Open the dialog that enters a customer; return the action (dict)."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_customer_pool.crm_pool_new_customer_action"
        )
        action["context"] = {"default_pool_id": self.id}
        return action

    def _crm_straight(self, reason="", batch_id=""):
        """Return what new customers go straight into this pool by (Straight)."""
        return Straight(self.id, batch_id or uuid4().hex, as_text(reason))

    @api.model
    def _crm_administrated(self, pool_id):
        """Return a pool that the current user administrates.

        :raise AccessError: somebody else does
        :raise UserError: there is no such pool
        """
        pool = self.browse(as_id(pool_id)).exists()
        # sudo: an administrator need not be a member, who alone reads a pool
        if not pool or not pool.sudo().active:
            raise UserError(self.env._("Choose the pool that takes them in."))
        user = self.env.user
        if not user._crm_is_boss() and pool.id not in user._crm_pool_ids("admin"):
            raise AccessError(
                self.env._("Only administrators of a pool put customers into it.")
            )
        return pool

    def _crm_refuse_record(self, record):
        """Return why a record does not go into this pool (str), "" if it does."""
        # sudo: as above
        pool = self.sudo()
        pool._crm_check_kind(record)
        if record.pool_id == pool:
            return self.env._("It is in the pool %(pool)s already.", pool=pool.name)
        return pool._crm_refuse_company(record.company_id)

    def _crm_refuse_company(self, company):
        """Return why what belongs to a company does not go into this pool (str).

        :param company: res.company record, empty for what every company may see
        """
        # sudo: as above
        pool = self.sudo()
        companies = (pool.company_id, self.env["res.company"])
        if pool.company_id and company not in companies:
            return self.env._(
                "It belongs to %(company)s, and the pool %(pool)s is one of another"
                " company.",
                company=company.sudo().name,
                pool=pool.name,
            )
        return ""

    def _crm_refuse_import(self, model):
        """Return why the current user imports nothing into this pool (str).

        :param model: empty recordset of what is imported
        """
        user = self.env.user
        if not user._crm_is_boss() and self.id not in user._crm_pool_ids("admin"):
            return self.env._(
                "You are no administrator of this pool, and only they put records into"
                " it. Ask one of them to import the list, or leave the pool out."
            )
        # sudo: as above
        pool = self.sudo().exists()
        if not pool.active:
            return self.env._("The pool is archived. Choose another one.")
        try:
            pool._crm_check_kind(model)
        except UserError as error:
            return str(error)
        return ""
