from odoo import api, fields, models
from odoo.exceptions import AccessError

from .crm_lead_stage import SELLERS

# what stays with those in charge: whose it is, for whom, who sees it, and giving it up
IN_CHARGE = frozenset(
    {
        "active",
        "company_id",
        "is_confidential",
        "is_project",
        "partner_id",
        "team_id",
        "type",
        "user_id",
    }
)


class CrmLead(models.Model):
    """Project selling: many companies, many people who decide, and a team of ours.

    Members of the team see the project, whoever owns it; those who may change it work
    on it, but do not give it away, close it or decide who is in the team.
    """

    _inherit = "crm.lead"

    is_project = fields.Boolean(
        "Project Selling",
        tracking=True,
        index="btree_not_null",
        help="Sold by a team, to several companies that decide together.",
    )
    is_confidential = fields.Boolean(
        "Confidential",
        compute="_compute_is_confidential",
        store=True,
        readonly=False,
        tracking=True,
        help="Seen only by the owner, the owner's superiors and the project team: not"
        " by assistants, nor by those who see the customer for another reason.",
    )
    project_partner_ids = fields.One2many(
        "crm.project.partner", "lead_id", "Companies Involved", groups=SELLERS
    )
    project_contact_ids = fields.One2many(
        "crm.project.contact", "lead_id", "Decision Tree", groups=SELLERS
    )
    project_member_ids = fields.One2many(
        "crm.project.member", "lead_id", "Project Team", groups=SELLERS
    )
    is_in_charge = fields.Boolean(
        "In Charge", compute="_compute_is_in_charge", exportable=False, groups=SELLERS
    )

    _confidential_idx = models.Index("(id) WHERE is_confidential IS TRUE")

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    @api.depends("is_project")
    def _compute_is_confidential(self):
        for lead in self:
            lead.is_confidential = lead.is_project and lead.is_confidential

    @api.depends("user_id", "team_id")
    @api.depends_context("uid")
    def _compute_is_in_charge(self):
        led = self._origin._crm_led()
        for lead in self:
            # what is not saved yet is still its author's
            lead.is_in_charge = not lead._origin or lead._origin in led

    # ------------------------------------------------------------
    # ORM
    # ------------------------------------------------------------

    def write(self, vals):
        if not IN_CHARGE.isdisjoint(vals) and not self._crm_in_workflow():
            self._crm_check_in_charge()
        return super().write(vals)

    def _crm_check_lead_owner_change(self, user, kind):
        result = super()._crm_check_lead_owner_change(user, kind)
        if kind == "transfer":
            self._crm_check_in_charge()
        return result

    def _merge_opportunity(
        self, user_id=False, team_id=False, auto_unlink=True, max_length=5
    ):
        # what is merged away is gone
        self._crm_check_in_charge()
        return super()._merge_opportunity(
            user_id=user_id,
            team_id=team_id,
            auto_unlink=auto_unlink,
            max_length=max_length,
        )

    def _merge_get_fields(self):
        return [*super()._merge_get_fields(), "is_project", "is_confidential"]

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _crm_led(self):
        """Return those of these that this user is in charge of, not only a member."""
        # sudo: the question is whose they are, not whether they are in sight
        return self.sudo().filtered_domain(self.env.user._crm_charge_rule()).sudo(False)

    def _crm_check_in_charge(self):
        """Refuse members of a project team what stays with those in charge.

        :raise AccessError: names the projects
        """
        if not self._crm_is_suite_user():
            return
        others = self.filtered("is_project") - self._crm_led()
        if others:
            raise AccessError(
                self.env._(
                    "Only the owner of a project and the owner's superiors decide that:"
                    " %(projects)s",
                    projects=", ".join(others.mapped("name")),
                )
            )
