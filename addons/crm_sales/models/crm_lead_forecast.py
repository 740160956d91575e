from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .crm_stage_forecast import FORECASTS

# below this it is no commitment, from this on it is likely (in percent)
UNSURE = 50
LIKELY = 80
# a commitment that nobody followed up for so many days is none
QUIET_DAYS = 14
# what is counted on
COUNTED = ("commit", "best")


class CrmLead(models.Model):
    """How sure a deal is, as its owner judges, and where that judgement is doubtful."""

    _inherit = "crm.lead"

    forecast_choice = fields.Selection(
        FORECASTS, "Forecast by the Owner", copy=False, tracking=True
    )
    forecast_category = fields.Selection(
        [*FORECASTS, ("closed", "Won")],
        "Forecast",
        compute="_compute_forecast_category",
        inverse="_inverse_forecast_category",
        store=True,
        index="btree_not_null",
        help="How sure this deal is: as its stage says, or as its owner judges.",
    )
    is_borderline = fields.Boolean(
        "Borderline", compute="_compute_forecast_risk", search="_search_is_borderline"
    )
    forecast_risk = fields.Char(
        "Why It Is Borderline",
        compute="_compute_forecast_risk",
        help="What speaks against the forecast of this deal.",
    )

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    @api.depends("type", "won_status", "stage_id.forecast_category", "forecast_choice")
    def _compute_forecast_category(self):
        for lead in self:
            if lead.type != "opportunity":
                lead.forecast_category = False
            elif lead.won_status == "won":
                lead.forecast_category = "closed"
            elif lead.won_status == "lost":
                lead.forecast_category = "omitted"
            else:
                lead.forecast_category = (
                    lead.forecast_choice
                    or lead.stage_id.forecast_category
                    or "pipeline"
                )

    def _inverse_forecast_category(self):
        for lead in self:
            category = lead.forecast_category
            if lead.won_status != "pending" or category == "closed":
                raise UserError(
                    self.env._(
                        "%(name)s: only open deals have a forecast, and only a deal"
                        " that is won counts as won.",
                        name=lead.name,
                    )
                )
            usual = lead.stage_id.forecast_category or "pipeline"
            lead.forecast_choice = category if category != usual else False
        self._compute_forecast_category()

    @api.depends(
        "active",
        "date_deadline",
        "date_last_stage_update",
        "expected_revenue",
        "forecast_category",
        "last_followup_at",
        "probability",
        "stage_id.rotting_threshold_days",
        "type",
        "won_status",
    )
    def _compute_forecast_risk(self):
        for lead in self:
            reasons = lead._crm_forecast_doubts()
            lead.is_borderline = bool(reasons)
            lead.forecast_risk = self.env._("; ").join(reasons)

    @api.model
    def _search_is_borderline(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self._crm_borderline_domain()

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _crm_change_ignored(self):
        # what the owner has chosen is told, not what follows from it
        return super()._crm_change_ignored() | {"forecast_category"}

    def _crm_forecast_doubts(self):
        """Return what speaks against the forecast (list of str), see decision 0037."""
        self.ensure_one()
        category, texts = self.forecast_category, []
        if (
            self.type != "opportunity"
            or self.won_status != "pending"
            or not self.active
            or category == "omitted"
        ):
            return texts
        if category in COUNTED:
            today = fields.Date.context_today(self)
            if not self.date_deadline:
                texts.append(self.env._("no expected date"))
            elif self.date_deadline < today:
                texts.append(self.env._("the expected date has passed"))
            if not self.expected_revenue:
                texts.append(self.env._("no expected amount"))
            if self._crm_is_stale():
                texts.append(self.env._("too long in its stage"))
        chance = f"{self.probability:.0f}%"
        if category == "commit" and self.probability < UNSURE:
            texts.append(self.env._("committed at %(chance)s", chance=chance))
        if category in ("best", "pipeline") and self.probability >= LIKELY:
            texts.append(self.env._("not committed at %(chance)s", chance=chance))
        followed = self.last_followup_at or self.create_date
        quiet = fields.Datetime.now() - timedelta(days=QUIET_DAYS)
        if category == "commit" and followed and followed < quiet:
            texts.append(
                self.env._("not followed up for %(days)s days", days=QUIET_DAYS)
            )
        return texts

    def _crm_is_stale(self):
        """Return whether this is in its stage for longer than expected (bool)."""
        days = self.stage_id.rotting_threshold_days
        since = self.date_last_stage_update or self.create_date
        return bool(
            days and since and since + timedelta(days=days) < fields.Datetime.now()
        )

    @api.model
    def _crm_borderline_domain(self):
        """Return the domain of what :meth:`_crm_forecast_doubts` has doubts about."""
        now = fields.Datetime.now()
        today = fields.Date.context_today(self)
        doubts = Domain("date_deadline", "=", False)
        doubts |= Domain("date_deadline", "<", today)
        doubts |= Domain("expected_revenue", "=", 0)
        doubts |= self._crm_stale_domain()
        quiet = self._crm_dates_before(
            "last_followup_at", now - timedelta(days=QUIET_DAYS)
        )
        commit = Domain("forecast_category", "=", "commit")
        return Domain(
            [
                ("type", "=", "opportunity"),
                ("won_status", "=", "pending"),
                ("active", "=", True),
            ]
        ) & (
            (Domain("forecast_category", "in", COUNTED) & doubts)
            | (commit & (Domain("probability", "<", UNSURE) | quiet))
            | (
                Domain("forecast_category", "in", ("best", "pipeline"))
                & Domain("probability", ">=", LIKELY)
            )
        )

    @api.model
    def _crm_stale_domain(self):
        """Return the Domain of what :meth:`_crm_is_stale` finds, open or not."""
        now, stale = fields.Datetime.now(), Domain.FALSE
        # sudo: how long a stage takes is no secret
        stages = self.env["crm.stage"].sudo()
        for stage in stages.search([("rotting_threshold_days", ">", 0)]):
            limit = now - timedelta(days=stage.rotting_threshold_days)
            stale |= Domain("stage_id", "=", stage.id) & (
                self._crm_dates_before("date_last_stage_update", limit)
            )
        return stale

    @api.model
    def _crm_dates_before(self, field, limit):
        """Return the domain of what happened before a moment, or never since."""
        return Domain(field, "<", limit) | (
            Domain(field, "=", False) & Domain("create_date", "<", limit)
        )
