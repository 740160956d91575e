from odoo import api, fields, models

# What only methods change, see crm_pipeline.
FACTS = frozenset(
    {
        "capture_channel",
        "close_note",
        "close_reason_id",
        "closed_at",
        "closed_by_id",
        "converted_at",
        "converted_by_id",
        "conversion_result",
        "converted_partner_id",
        "crm_match_keys",
        "is_captured",
        "lead_state",
    }
)


class CrmLead(models.Model):
    """Leads on their way to becoming customers: states and classes."""

    _inherit = "crm.lead"

    # Classification
    intent_id = fields.Many2one(
        "crm.dictionary",
        domain=[("kind", "=", "lead_intent")],
        ondelete="restrict",
        index="btree_not_null",
        tracking=True,
        help="How seriously somebody thinks of buying.",
    )
    industry_id = fields.Many2one("res.partner.industry", index="btree_not_null")
    territory_id = fields.Many2one(
        "crm.territory", index="btree_not_null", ondelete="restrict"
    )
    wechat = fields.Char("WeChat")

    # State
    lead_state = fields.Selection(
        [
            ("new", "Not Contacted"),
            ("working", "Being Followed Up"),
            ("converted", "Converted"),
            ("closed", "Closed"),
        ],
        compute="_compute_lead_state",
        store=True,
        precompute=True,
        index=True,
        group_expand=True,
    )
    converted_at = fields.Datetime("Converted On", readonly=True, copy=False)
    converted_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    converted_partner_id = fields.Many2one(
        "res.partner",
        "Converted To",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    closed_at = fields.Datetime("Closed On", readonly=True, copy=False)
    closed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    close_reason_id = fields.Many2one(
        "crm.dictionary",
        "Reason for Closing",
        domain=[("kind", "=", "lead_close_reason")],
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
        tracking=True,
    )
    close_note = fields.Char("Note on Closing", readonly=True, copy=False)

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    @api.depends("type", "closed_at", "converted_at", "last_followup_at")
    def _compute_lead_state(self):
        for lead in self:
            if lead.converted_at:
                lead.lead_state = "converted"
            elif lead.type != "lead":
                lead.lead_state = False
            elif lead.closed_at:
                lead.lead_state = "closed"
            else:
                lead.lead_state = "working" if lead.last_followup_at else "new"

    # ------------------------------------------------------------
    # ORM
    # ------------------------------------------------------------

    def _crm_workflow_fields(self):
        return super()._crm_workflow_fields() | FACTS

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def get_formview_id(self, access_uid=None):
        """Return the id (int) of the form: leads have their own.

        :param int access_uid: the user who opens it
        """
        if self.type == "lead":
            return self.env.ref("crm_leads.crm_lead_view_form").id
        return super().get_formview_id(access_uid=access_uid)
