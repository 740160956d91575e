from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools import contract_text


class CrmContractTemplate(models.Model):
    """The usual text of a kind of contract, with placeholders for what differs."""

    _name = "crm.contract.template"
    _description = "Contract Template"
    _order = "sequence, id"
    _crm_recycle = True
    _crm_change_log = True

    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index=True)
    lang = fields.Selection(
        lambda self: self.env["res.lang"].get_installed(),
        "Language",
        help="Dates, amounts and the titles of tables are written in it; empty means"
        " the language of whoever writes the contract.",
    )
    body = fields.Html("Text", required=True, sanitize_overridable=False)
    placeholder_list = fields.Html("Placeholders", compute="_compute_placeholder_list")

    def _crm_change_customers(self):
        # a template belongs to no customer
        return dict.fromkeys(self.ids)

    @api.depends_context("lang")
    def _compute_placeholder_list(self):
        row = Markup("<tr><td><code>{{ %s }}</code></td><td>%s</td></tr>")
        labels = self.env["crm.contract"]._crm_placeholders()
        rows = Markup("").join(row % item for item in labels.items())
        for template in self:
            template.placeholder_list = (
                Markup('<table class="table table-sm"><tbody>%s</tbody></table>') % rows
            )

    @api.constrains("body")
    def _check_body(self):
        names = self.env["crm.contract"]._crm_placeholders()
        for template in self:
            self._crm_check_placeholders(template.body, names)

    @api.model
    def _crm_check_placeholders(self, text, names):
        """Refuse a text with what is no placeholder.

        :param str text: HTML
        :param Collection[str] names: the names of the placeholders
        :raise ValidationError: names what is wrong
        """
        unknown = contract_text.unknown(text or "", names)
        if unknown:
            raise ValidationError(
                self.env._(
                    "There is no placeholder “%(name)s”. Take one of the list; nothing"
                    " else may stand between double braces.",
                    name="”, “".join(unknown[:5]),
                )
            )
