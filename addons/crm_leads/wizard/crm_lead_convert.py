from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmLeadConvert(models.TransientModel):
    """Turn a lead into a customer: what it may be already, and what comes next."""

    _name = "crm.lead.convert"
    _description = "Convert a Lead"

    lead_id = fields.Many2one("crm.lead", required=True, ondelete="cascade")
    # read as whoever has the dialog open: a lead out of sight tells nothing
    partner_name = fields.Char(related="lead_id.partner_name", related_sudo=False)
    contact_name = fields.Char(related="lead_id.contact_name", related_sudo=False)
    phone = fields.Char(related="lead_id.phone", related_sudo=False)
    match_ids = fields.One2many("crm.lead.convert.match", "convert_id", "Found")
    is_blocked = fields.Boolean(compute="_compute_is_blocked")
    mode = fields.Selection(
        [("create", "Create a Customer"), ("link", "Link to a Customer")],
        "Customer",
        default="create",
        required=True,
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Existing Customer",
        domain=[("is_crm_customer", "=", True)],
        ondelete="cascade",
    )
    document = fields.Selection(
        "_selection_document",
        "Also Make",
        default="opportunity",
        help="What the lead becomes besides a customer.",
    )

    @api.model
    def _selection_document(self):
        documents = self.env["crm.lead"]._crm_conversion_documents()
        return [(code or "none", name) for code, name in documents.items()]

    @api.depends("match_ids", "mode", "partner_id")
    def _compute_is_blocked(self):
        for wizard in self:
            wizard.is_blocked = wizard.mode == "create" and any(
                match.verdict == "certain" and not match.is_visible
                for match in wizard.match_ids
            )

    # ------------------------------------------------------------
    # ORM
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        wizards = super().create(vals_list)
        wizards._crm_check_in_sight()
        for wizard in wizards:
            wizard._crm_look_up()
        return wizards

    def write(self, vals):
        result = super().write(vals)
        self._crm_check_in_sight()
        return result

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_convert(self):
        """Convert the lead; return the action that opens what came of it (dict).

        :raise UserError: no customer chosen, or it is there already out of sight
        """
        self.ensure_one()
        if self.mode == "link" and not self.partner_id:
            raise UserError(self.env._("Choose the customer."))
        partner_id = self.partner_id.id if self.mode == "link" else False
        document = self.document if self.document != "none" else ""
        lead = self.lead_id
        (result,) = lead.action_convert_to_customer(partner_id, document or "")
        if result["document_model"]:
            made = self.env[result["document_model"]].browse(result["document_id"])
            return made.get_formview_action()
        customer = self.env["res.partner"].browse(result["partner_id"])
        return customer.action_open_overview()

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _crm_check_in_sight(self):
        """Refuse what is out of sight: a many2one tells its name to its reader."""
        self.lead_id.check_access("write")
        self.partner_id.check_access("read")

    def _crm_look_up(self):
        """Find who the lead may be already, and propose the customer to link."""
        Partner = self.env["res.partner"]
        lead = self.lead_id
        (matches,) = Partner._crm_find_duplicates([lead._crm_duplicate_row()])
        met = Partner.browse({match.partner_id for match in matches})
        places = met._crm_duplicate_places()
        Match = self.env["crm.lead.convert.match"]
        # sudo: what was met is kept out of the reader's reach
        Match.sudo().create(
            [
                {
                    "convert_id": self.id,
                    **Match._crm_line(match, places[match.partner_id]),
                }
                for match in matches
            ]
        )
        known = lead.partner_id.crm_customer_id._filtered_access("read")
        certain = [match for match in matches if match.exact and match.visible]
        if not known and certain:
            known = Partner.browse(certain[0].partner_id)
        if known:
            self.write({"mode": "link", "partner_id": known.id})
