from odoo import fields, models

# what is entered, by the names of the customer's fields
FIELDS = (
    "name",
    "is_company",
    "phone",
    "mobile",
    "email",
    "state_id",
    "city",
    "street",
    "industry_id",
    "customer_level_id",
    "source_id",
    "comment",
)


class CrmPoolNewCustomer(models.TransientModel):
    """Asks for a customer that goes straight into a pool."""

    _name = "crm.pool.new.customer"
    _description = "New Customer in a Pool"

    pool_id = fields.Many2one(
        "crm.pool",
        required=True,
        domain=[("is_admin", "=", True), ("holds", "=", "customer")],
    )
    name = fields.Char("Customer", required=True)
    is_company = fields.Boolean("Is a Company", default=True)
    phone = fields.Char()
    mobile = fields.Char()
    email = fields.Char("E-mail")
    state_id = fields.Many2one("res.country.state", "Province")
    city = fields.Char()
    street = fields.Char("Address")
    industry_id = fields.Many2one("res.partner.industry")
    customer_level_id = fields.Many2one(
        "crm.dictionary", "Level", domain=[("kind", "=", "customer_level")]
    )
    source_id = fields.Many2one("utm.source")
    comment = fields.Text("Notes")
    reason = fields.Char()

    def action_create(self):
        """Enter the customer and show it in its pool; return the action (dict)."""
        self.ensure_one()
        values = {
            name: self[name].id
            if isinstance(self[name], models.BaseModel)
            else self[name]
            for name in FIELDS
            if self[name] or name == "is_company"
        }
        (customer_id,) = self.pool_id.create_customers([values], self.reason or "")
        return self.env["crm.pool.customer"].browse(customer_id).get_formview_action()
