from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from .crm_lead_stage import SELLERS


class CrmLead(models.Model):
    """Deals that want attention now. What makes one hot is said by its company."""

    _inherit = "crm.lead"

    is_hot = fields.Boolean(
        "Hot Deal", compute="_compute_hot_reason", search="_search_is_hot"
    )
    hot_reason = fields.Char(
        "Why It Is Hot",
        compute="_compute_hot_reason",
        help="What makes this deal a hot one.",
    )

    # what reminders of the expected closing look for
    _open_deadline_idx = models.Index(
        "(date_deadline) WHERE type = 'opportunity' AND won_status = 'pending'"
    )

    @api.depends(
        "active",
        "company_id",
        "date_deadline",
        "forecast_category",
        "is_key_project",
        "last_stage_move_id",
        "probability",
        "type",
        "won_status",
    )
    @api.depends_context("company", "tz", "uid")
    def _compute_hot_reason(self):
        is_seller = self._crm_knows_hot()
        for lead in self:
            reasons = lead._crm_hot_reasons() if is_seller else []
            lead.is_hot = bool(reasons)
            lead.hot_reason = " · ".join(reasons)

    @api.model
    def _search_is_hot(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._crm_hot_domain()

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    @api.model
    def _crm_knows_hot(self):
        """Return whether the histories of stages are open to this user (bool)."""
        return self.env.su or self.env.user.has_group(SELLERS)

    @api.model
    def _crm_open_deals(self):
        """Return the Domain of open deals that their owners have not left out."""
        return Domain(
            [
                ("type", "=", "opportunity"),
                ("won_status", "=", "pending"),
                ("active", "=", True),
                ("forecast_category", "!=", "omitted"),
            ]
        )

    def _crm_hot_reasons(self):
        """Return what makes this deal hot (list of str), see decision 0046."""
        self.ensure_one()
        if not self.filtered_domain(self._crm_open_deals()):
            return []
        # sudo: from when on a deal is hot is no secret
        company = self.sudo().company_id or self.env.company.sudo()
        texts = []
        if company.crm_hot_days and self.date_deadline:
            ahead = (self.date_deadline - fields.Date.context_today(self)).days
            if abs(ahead) <= company.crm_hot_days:
                texts.append(self._crm_hot_date_text(ahead))
        chance = company.crm_hot_probability
        if chance and self.probability >= chance:
            texts.append(
                self.env._("probability %(chance)s", chance=f"{self.probability:.0f}%")
            )
        if company.crm_hot_key_projects and self.is_key_project:
            texts.append(self.env._("key project"))
        # sudo: the last step of a deal in sight
        step = self.sudo().last_stage_move_id
        since = fields.Datetime.now() - timedelta(days=company.crm_hot_moved_days)
        is_moved = step.kind == "move" and step.logged_at >= since
        if company.crm_hot_moved_days and is_moved:
            texts.append(self.env._("moved to %(stage)s", stage=step.to_name))
        return texts

    def _crm_hot_date_text(self, ahead):
        """Return how far off the expected closing is (str).

        :param int ahead: in days; negative when it has passed
        """
        if not ahead:
            return self.env._("expected to close today")
        if ahead > 0:
            return self.env._("expected to close in %(days)s days", days=ahead)
        return self.env._("should have closed %(days)s days ago", days=-ahead)

    @api.model
    def _crm_hot_domain(self):
        """Return the Domain of what :meth:`_crm_hot_reasons` has reasons for."""
        if not self._crm_knows_hot():
            return Domain.FALSE
        # sudo: as above
        companies = self.env["res.company"].sudo().search([("active", "=", True)])
        alike = {}
        for company in companies:
            limits = (
                company.crm_hot_days,
                company.crm_hot_probability,
                company.crm_hot_moved_days,
                company.crm_hot_key_projects,
            )
            alike.setdefault(limits, []).append(company.id)
        hot = Domain.FALSE
        for limits, ids in alike.items():
            rule = self._crm_hot_rule(*limits)
            if len(alike) > 1:
                # a deal of no company is judged by that of whoever asks
                mine = [False] if self.env.company.id in ids else []
                rule &= Domain("company_id", "in", [*ids, *mine])
            hot |= rule
        return self._crm_open_deals() & hot

    @api.model
    def _crm_hot_rule(self, days, chance, moved_days, key_projects):
        """Return the Domain of what is hot by the limits of a company."""
        today = fields.Date.context_today(self)
        hot = Domain.FALSE
        if days:
            first = fields.Date.subtract(today, days=days)
            last = fields.Date.add(today, days=days)
            hot |= Domain("date_deadline", ">=", first) & (
                Domain("date_deadline", "<=", last)
            )
        if chance:
            hot |= Domain("probability", ">=", chance)
        if key_projects:
            hot |= Domain("is_key_project", "=", True)
        if moved_days:
            since = fields.Datetime.now() - timedelta(days=moved_days)
            hot |= Domain(
                "last_stage_move_id",
                "any!",
                Domain("kind", "=", "move") & Domain("logged_at", ">=", since),
            )
        return hot
