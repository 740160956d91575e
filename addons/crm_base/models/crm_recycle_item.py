from odoo import fields, models


class CrmRecycleItem(models.Model):
    """A row of some table, as it was when it was deleted.

    Worked with by the recycle bin alone, in bulk; nobody has any right to it.
    """

    _name = "crm.recycle.item"
    _description = "Deleted Row"
    _log_access = False
    _order = "id"
    _rec_name = "table_name"

    entry_id = fields.Many2one(
        "crm.recycle.entry", required=True, index=True, ondelete="cascade"
    )
    depth = fields.Integer(required=True)
    kind = fields.Selection(
        [
            ("row", "Deleted row"),
            ("file", "File that was put aside"),
            ("link", "Link of a row that stays"),
        ],
        required=True,
    )
    table_name = fields.Char(required=True)
    column_name = fields.Char()
    res_id = fields.Integer()
    data = fields.Json()

    # a row is copied once, by however many ways it is reached
    _row_uniq = models.UniqueIndex(
        "(entry_id, table_name, res_id) WHERE kind != 'link' AND res_id IS NOT NULL"
    )
    _res_idx = models.Index("(table_name, res_id) WHERE kind = 'row'")
