from ast import literal_eval
from datetime import date

from dateutil.relativedelta import relativedelta
from pytz import UTC

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

PERIODS = {"day", "week", "month", "quarter", "year"}


class CrmMetric(models.Model):
    """One figure, declared as data: which records, what is measured, whose, and when.

    Reports, tiles, targets, appraisals and daily reports all read metrics. Values are
    computed under the rights of whoever asks: nobody sees a figure of records that are
    out of reach.
    """

    _name = "crm.metric"
    _description = "Metric"
    _order = "sequence, id"
    _crm_recycle = True

    code = fields.Char(
        required=True, help="Fixed key for reports and the external API."
    )
    name = fields.Char(required=True, translate=True)
    description = fields.Char(translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    model_id = fields.Many2one(
        "ir.model", required=True, ondelete="cascade", index=True
    )
    model_name = fields.Char(related="model_id.model", string="Model Name")
    domain = fields.Char(required=True, default="[]")
    measure = fields.Char(
        required=True, default="count", help="“count”, or the name of a number field."
    )
    aggregate = fields.Selection(
        [
            ("sum", "Sum"),
            ("avg", "Average"),
            ("min", "Minimum"),
            ("max", "Maximum"),
            ("count_distinct", "Distinct Values"),
        ],
        required=True,
        default="sum",
    )
    date_field = fields.Char(
        help="The date that decides the period. Empty: a state of affairs without date."
    )
    user_field = fields.Char(help="The person whose achievement it is.")
    group_ids = fields.Many2many(
        "res.groups", string="Groups", help="Empty: everybody who may read the model."
    )
    higher_is_better = fields.Boolean(default=True)

    _code_uniq = models.UniqueIndex("(code)", "This metric code already exists.")

    @api.constrains("model_id", "domain", "measure", "date_field", "user_field")
    def _check_definition(self):
        for metric in self:
            model = self.env.get(metric.model_id.model)
            if model is None:
                continue
            try:
                # sudo: the sense of a definition is checked, not its author's reach
                Domain(metric._crm_domain()).validate(model.sudo())
            except (ValueError, SyntaxError, TypeError) as error:
                raise ValidationError(
                    self.env._(
                        "The condition of metric %(name)s is not valid: %(error)s",
                        name=metric.name,
                        error=error,
                    )
                ) from error
            for field_name, types in (
                (metric.date_field, {"date", "datetime"}),
                (metric.user_field, {"many2one"}),
                (
                    metric.measure if metric.measure != "count" else False,
                    {"integer", "float", "monetary", "many2one"},
                ),
            ):
                field = model._fields.get(field_name) if field_name else None
                if field_name and (
                    not field or field.type not in types or not field.store
                ):
                    raise ValidationError(
                        self.env._(
                            "Metric %(name)s: %(field)s is not a stored field of the"
                            " right kind.",
                            name=metric.name,
                            field=field_name,
                        )
                    )

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    @api.model
    def compute_values(
        self, codes, date_from=False, date_to=False, group_by=False, compare=False
    ):
        """Return figures under the caller's own rights.

        :param list[str] codes: codes of metrics
        :param str date_from: first day ``YYYY-MM-DD``, False for no beginning
        :param str date_to: last day ``YYYY-MM-DD``, False for no end
        :param str group_by: False, ``user``, ``day``, ``week``, ``month``, ``quarter``,
            ``year`` or the name of a stored field of every metric's model
        :param str compare: False, ``previous`` (the span of the same length before) or
            ``year`` (the same span a year earlier); needs both dates
        :return: list of dicts with ``code``, ``name``, ``value`` (number),
            ``compare_value`` (number or False), ``higher_is_better`` and ``groups``, a
            list of dicts with ``key``, ``label`` and ``value``
        :raise AccessError: for users from outside the company
        :raise UserError: unknown code, period or comparison, dates the wrong way round
        """
        self.check_access("read")
        start, end = self._crm_span(date_from, date_to)
        before = self._crm_compare_span(start, end, compare) if compare else None
        result = []
        for metric in self._crm_by_codes(codes):
            value, groups = metric._crm_compute(start, end, group_by)
            result.append(
                {
                    "code": metric.code,
                    "name": metric.name,
                    "value": value,
                    "compare_value": metric._crm_compute(*before, False)[0]
                    if before
                    else False,
                    "higher_is_better": metric.higher_is_better,
                    "groups": groups,
                }
            )
        return result

    def action_open_records(self, date_from=False, date_to=False):
        """List the records behind a figure.

        :param str date_from: first day ``YYYY-MM-DD``, False for no beginning
        :param str date_to: last day ``YYYY-MM-DD``, False for no end
        :return: the action (dict) that opens the list
        """
        self.ensure_one()
        start, end = self._crm_span(date_from, date_to)
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": self.model_name,
            "views": [(False, "list"), (False, "form")],
            "domain": list(self._crm_period_domain(start, end)),
        }

    @api.model
    def _crm_by_codes(self, codes):
        # sudo: definitions are configuration; the figures are computed as the caller
        codes = [codes] if isinstance(codes, str) else codes
        if not isinstance(codes, (list, tuple, set)) or not all(
            isinstance(code, str) for code in codes
        ):
            raise UserError(self.env._("Say which metrics, as a list of their codes."))
        metrics = self.sudo().search([("code", "in", codes)])
        found = {metric.code: metric for metric in metrics}
        missing = [code for code in codes if code not in found]
        if missing:
            raise UserError(
                self.env._("Unknown metrics: %(codes)s", codes=", ".join(missing))
            )
        groups = self.env.user.all_group_ids
        return self.sudo().concat(
            *(
                found[code]
                for code in codes
                if not found[code].group_ids or found[code].group_ids & groups
            )
        )

    def _crm_domain(self):
        return literal_eval(self.domain or "[]")

    @api.model
    def _crm_span(self, date_from, date_to):
        try:
            start, end = fields.Date.to_date(date_from), fields.Date.to_date(date_to)
        except (ValueError, TypeError) as error:
            raise UserError(
                self.env._("Dates are written as YYYY-MM-DD, such as 2026-01-31.")
            ) from error
        if start and end and start > end:
            raise UserError(self.env._("The first day lies after the last day."))
        return start, end

    @api.model
    def _crm_compare_span(self, start, end, compare):
        if compare not in ("previous", "year") or not (start and end):
            raise UserError(
                self.env._("A comparison needs both dates, and “previous” or “year”.")
            )
        if compare == "year":
            return start - relativedelta(years=1), end - relativedelta(years=1)
        return start - (end - start) - relativedelta(days=1), start - relativedelta(
            days=1
        )

    def _crm_period_domain(self, start, end):
        """Return the domain of a period's records, days in the user's time zone."""
        domain = Domain(self._crm_domain())
        if not self.date_field:
            return domain
        field = self.env[self.model_name]._fields[self.date_field]
        if start:
            domain &= Domain(self.date_field, ">=", self._crm_day_value(field, start))
        if end:
            following = end + relativedelta(days=1)
            domain &= Domain(
                self.date_field, "<", self._crm_day_value(field, following)
            )
        return domain

    def _crm_day_value(self, field, day: date):
        if field.type == "date":
            return day
        midnight = fields.Datetime.to_datetime(day)
        return self.env.tz.localize(midnight).astimezone(UTC).replace(tzinfo=None)

    def _crm_compute(self, start, end, group_by):
        # sudo: the definition is configuration, and may be for a group only
        metric = self.sudo()
        # the figure itself is computed as the caller, by the caller's record rules
        model = self.sudo(False).env[metric.model_name]
        # days, weeks and months begin where the total's days begin
        model = model.with_context(tz=str(self.env.tz))
        domain = metric._crm_period_domain(start, end)
        measure = (
            "__count"
            if metric.measure == "count"
            else f"{metric.measure}:{metric.aggregate}"
        )
        ((value,),) = model._read_group(domain, [], [measure])
        groups = []
        if group_by:
            spec = metric._crm_group_spec(group_by)
            for key, amount in model._read_group(domain, [spec], [measure], order=spec):
                groups.append(
                    {**metric._crm_group_label(spec, key), "value": amount or 0}
                )
        return value or 0, groups

    def _crm_group_spec(self, group_by):
        if isinstance(group_by, str) and group_by in PERIODS:
            if not self.date_field:
                raise UserError(
                    self.env._(
                        "Metric %(name)s has no date to group by.", name=self.name
                    )
                )
            return f"{self.date_field}:{group_by}"
        if group_by == "user":
            if not self.user_field:
                raise UserError(
                    self.env._("Metric %(name)s belongs to no person.", name=self.name)
                )
            return self.user_field
        model = self.env[self.model_name]
        field = model._fields.get(group_by) if isinstance(group_by, str) else None
        if (
            not field
            or not field.store
            or field.type in ("date", "datetime", "binary", "text", "html")
        ):
            raise UserError(
                self.env._(
                    "Metric %(name)s cannot be grouped by %(field)s.",
                    name=self.name,
                    field=group_by,
                )
            )
        return group_by

    def _crm_group_label(self, spec, key):
        if isinstance(key, models.BaseModel):
            # sudo: the name of a colleague or a list value behind a readable record
            return {"key": key.id, "label": key.sudo().display_name or ""}
        if hasattr(key, "isoformat"):
            return {"key": key.isoformat(), "label": key.isoformat()}
        field = self.env[self.model_name]._fields.get(spec)
        if field and field.type == "selection":
            labels = dict(field._description_selection(self.env))
            return {"key": key, "label": labels.get(key, "")}
        return {"key": key, "label": str(key or "")}
