from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CrmProjectContact(models.Model):
    """Who decides about a project at the customer and its partners, as a tree.

    A person need not be in the address book: the name alone is enough. Phone numbers
    and addresses stay there, where the scope decides who reads them.
    """

    _name = "crm.project.contact"
    _description = "Decision Maker"
    _inherit = ["crm.lead.part.mixin"]
    _order = "lead_id, sequence, id"

    name = fields.Char(
        compute="_compute_name",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
    )
    sequence = fields.Integer(default=10)
    partner_id = fields.Many2one(
        "res.partner",
        "Contact",
        domain=[("is_company", "=", False)],
        ondelete="set null",
        index="btree_not_null",
    )
    organisation = fields.Char(
        compute="_compute_organisation",
        store=True,
        precompute=True,
        readonly=False,
        help="The company or department that the person belongs to.",
    )
    position = fields.Char(
        compute="_compute_position", store=True, precompute=True, readonly=False
    )
    parent_id = fields.Many2one(
        "crm.project.contact",
        "Reports To",
        domain="[('lead_id', '=', lead_id), ('id', '!=', id)]",
        ondelete="set null",
        index="btree_not_null",
    )
    child_ids = fields.One2many("crm.project.contact", "parent_id", "Reports")
    role_id = fields.Many2one(
        "crm.dictionary",
        "Role in the Decision",
        domain=[("kind", "=", "decision_role")],
        ondelete="restrict",
        index="btree_not_null",
        compute="_compute_role_id",
        store=True,
        precompute=True,
        readonly=False,
    )
    attitude = fields.Selection(
        [
            ("champion", "Champions Us"),
            ("supporter", "For Us"),
            ("neutral", "Neither For nor Against"),
            ("opponent", "Against Us"),
            ("unknown", "Unknown"),
        ],
        default="unknown",
        required=True,
    )
    influence = fields.Selection(
        [("1", "Little"), ("2", "Some"), ("3", "Much"), ("4", "Decides")],
        default="2",
        required=True,
    )
    colleague_id = fields.Many2one(
        "res.users",
        "Our Contact Person",
        domain=[("share", "=", False)],
        ondelete="set null",
        index="btree_not_null",
        help="Which of us knows this person best.",
    )
    note = fields.Text()

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    @api.depends("partner_id")
    def _compute_name(self):
        self._crm_take_over("name", "name")

    @api.depends("partner_id")
    def _compute_organisation(self):
        self._crm_take_over("organisation", "commercial_company_name")

    @api.depends("partner_id")
    def _compute_position(self):
        self._crm_take_over("position", "function")

    @api.depends("partner_id")
    def _compute_role_id(self):
        self._crm_take_over("role_id", "decision_role_id")

    def _crm_take_over(self, name, source):
        """Begin with what the address book says of this person."""
        for contact in self:
            contact[name] = contact.partner_id[source] or contact[name]

    @api.constrains("parent_id", "lead_id")
    def _check_parent_id(self):
        if self._has_cycle():
            raise ValidationError(
                self.env._("Nobody reports to somebody below in the tree.")
            )
        if any(one.parent_id and one.parent_id.lead_id != one.lead_id for one in self):
            raise ValidationError(
                self.env._("The superior must belong to the same project.")
            )

    # ------------------------------------------------------------
    # ORM
    # ------------------------------------------------------------

    def _crm_named_partners(self):
        return super()._crm_named_partners() | {"partner_id"}

    def _crm_move_to(self, lead):
        # one by one, a tree would for a moment belong to two projects
        # sudo: as in the mixin
        return self.sudo()._crm_workflow().write({"lead_id": lead.id})
