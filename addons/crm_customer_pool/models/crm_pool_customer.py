from odoo import api, fields, models
from odoo.tools import SQL

from ..tools import masking
from .crm_pool_row_mixin import COLUMNS


class CrmPoolCustomer(models.Model):
    """What may be seen of the customers in pools, and the ways out of a pool.

    A read model: its rows are made by the query below and hold nothing that a member
    may not know. Searching, sorting, grouping and exporting work on these masked
    values, so no door can give the full ones away. The ids are those of the customers.
    """

    _name = "crm.pool.customer"
    _inherit = ["crm.pool.row.mixin"]
    _description = "Pooled Customer"
    _crm_pool_model = "res.partner"
    _crm_home = "crm_customer_pool.crm_pool_customer_action"
    _crm_assign = ("crm_customer_pool.crm_pool_assign_action", "customer_ids")
    _crm_move = ("crm_customer_pool.crm_pool_move_action", "customer_ids")
    _auto = False
    _order = "pooled_at desc, id desc"
    _depends = {
        "res.partner": [
            *COLUMNS,
            "active",
            "customer_level_id",
            "customer_no",
            "customer_stage_id",
            "customer_type_id",
            "email",
            "is_company",
            "mobile",
            "pool_name",
            "pool_search_key",
            "qq",
        ],
        "crm.owner.move": ["partner_id", "kind", "undo_of_id"],
    }

    name = fields.Char("Customer")
    is_company = fields.Boolean("Is a Company", readonly=True)
    customer_no = fields.Char("Customer Number", readonly=True)
    customer_type_id = fields.Many2one("crm.dictionary", "Type", readonly=True)
    customer_stage_id = fields.Many2one("crm.dictionary", "Stage", readonly=True)
    customer_level_id = fields.Many2one("crm.dictionary", "Level", readonly=True)
    mobile = fields.Char(readonly=True)
    qq = fields.Char("QQ", readonly=True)

    @api.model
    def _crm_columns(self):
        return {
            **super()._crm_columns(),
            **{
                name: SQL.identifier("record", name)
                for name in (
                    "is_company",
                    "customer_no",
                    "customer_type_id",
                    "customer_stage_id",
                    "customer_level_id",
                )
            },
            "mobile": masking.sql_phone(SQL.identifier("record", "mobile")),
            "qq": masking.sql_account(SQL.identifier("record", "qq")),
        }
