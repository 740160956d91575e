from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command

from .base_partner_merge import MergeChoices

MAX_CUSTOMERS = 3


class CrmCustomerMerge(models.TransientModel):
    """Merges customers, with their values side by side."""

    _name = "crm.customer.merge"
    _description = "Merge Customers"

    partner_ids = fields.Many2many("res.partner", string="Customers", required=True)
    target_id = fields.Many2one(
        "res.partner",
        "Customer That Remains",
        required=True,
        domain="[('id', 'in', partner_ids)]",
        help="Keeps its owner, its number and its history; the others go into it.",
    )
    name_1 = fields.Char("First", compute="_compute_names")
    name_2 = fields.Char("Second", compute="_compute_names")
    name_3 = fields.Char("Third", compute="_compute_names")
    line_ids = fields.One2many("crm.customer.merge.line", "wizard_id", "Values")

    @api.depends("partner_ids")
    def _compute_names(self):
        for wizard in self:
            names = [
                f"{partner.name} · {partner.user_id.name or ''}"
                for partner in wizard.partner_ids
            ] + [False] * MAX_CUSTOMERS
            wizard.name_1, wizard.name_2, wizard.name_3 = names[:MAX_CUSTOMERS]

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        partners = self.env["res.partner"].browse(
            self.env.context.get("active_ids")
            if self.env.context.get("active_model") == "res.partner"
            else ()
        )
        if partners and "partner_ids" in fields:
            values.update(self._crm_compare(partners.crm_customer_id))
        return values

    @api.model
    def _crm_compare(self, customers):
        """Return the values (dict) of a wizard for these customers."""
        customers = customers.sorted("id")
        if not 2 <= len(customers) <= MAX_CUSTOMERS:
            raise UserError(self.env._("Choose two or three customers to merge."))
        customers.check_access("read")
        return {
            "partner_ids": [Command.set(customers.ids)],
            "target_id": customers[0].id,
            "line_ids": [
                Command.create(line) for line in self._crm_compare_lines(customers)
            ],
        }

    @api.model
    def _crm_merge_choice_fields(self):
        """Hook: return the names (list of str) of the fields that are compared.

        Call ``super()`` first and append.
        """
        return [
            "name",
            "customer_no",
            "mnemonic",
            "vat",
            "company_registry",
            "phone",
            "mobile",
            "phone_other",
            "email",
            "website",
            "state_id",
            "city",
            "district",
            "street",
            "zip",
            "customer_type_id",
            "customer_stage_id",
            "customer_level_id",
            "source_id",
            "industry_id",
            "territory_id",
            "comment",
        ]

    @api.model
    def _crm_compare_lines(self, customers):
        lines = []
        labels = customers.fields_get(self._crm_merge_choice_fields(), ["string"])
        for sequence, name in enumerate(self._crm_merge_choice_fields()):
            if name not in labels:
                continue
            shown = [
                customer._crm_shown_value(customer._fields[name])
                for customer in customers
            ]
            if len(set(shown)) < 2:
                continue
            picked = next(number for number, text in enumerate(shown, 1) if text)
            shown += [""] * (MAX_CUSTOMERS - len(shown))
            lines.append(
                {
                    "sequence": sequence,
                    "field_name": name,
                    "label": labels[name]["string"],
                    "value_1": shown[0],
                    "value_2": shown[1],
                    "value_3": shown[2],
                    "pick": str(picked),
                }
            )
        return lines

    @api.onchange("target_id")
    def _onchange_target_id(self):
        position = str(self.partner_ids.ids.index(self.target_id._origin.id) + 1)
        for line in self.line_ids:
            if line[f"value_{position}"]:
                line.pick = position

    def action_merge(self):
        """Merge the customers; return the action (dict) that opens what remains.

        :raise AccessError: for other than managers, or out of their reach
        :raise UserError: not two or three customers, or not one of them to remain
        """
        self.ensure_one()
        if not self.env.user._crm_has_group("crm_base.group_manager"):
            raise AccessError(self.env._("Only managers merge customers."))
        customers = self.partner_ids.sorted("id")
        if (
            not 2 <= len(customers) <= MAX_CUSTOMERS
            or customers.filtered(lambda partner: not partner.is_crm_customer)
            or self.target_id not in customers
        ):
            raise UserError(self.env._("Choose two or three customers to merge."))
        customers.check_access("read")
        allowed = set(self._crm_merge_choice_fields())
        chosen = MergeChoices()
        for line in self.line_ids:
            index = int(line.pick) - 1
            if line.field_name in allowed and index < len(customers):
                source = customers[index]
                if source != self.target_id:
                    chosen |= source._convert_to_write(
                        {line.field_name: source[line.field_name]}
                    )
        merger = self.env["base.partner.merge.automatic.wizard"].with_context(
            crm_merge_choices=MergeChoices(chosen)
        )
        target = self.target_id
        merger._merge(customers.ids, target)
        return target.action_open_overview()
