from typing import Any

from odoo import api, models
from odoo.exceptions import UserError

from ..tools import engine

PAGE = 50
MAX_PAGE = 200
# answers looked at for charts
MAX_CHARTED = 20_000
CHUNK = 1000


class CrmWebForm(models.Model):
    """What came in: a table with a column for each question, and figures for each."""

    _inherit = "crm.web.form"

    def get_results(self, offset: int = 0, limit: int = PAGE) -> dict:
        """Return a page of the table of answers, the newest first.

        :param int offset: how many to leave out
        :param int limit: how many, at most 200
        :return: dict with ``columns`` (``id``, ``label``, ``kind``), ``rows`` (``id``,
            ``date``, ``state``, ``contact``, ``user``, ``cells``, ``files``) and
            ``total``; only answers that the user may read
        """
        self.ensure_one()
        self.check_access("read")
        offset, limit = _whole(offset, 0, 10**9), _whole(limit, PAGE, MAX_PAGE)
        answers = self.env["crm.web.form.answer"]
        domain = [("form_id", "=", self.id)]
        columns = self._crm_columns()
        found = answers.search(domain, offset=offset, limit=limit)
        return {
            "columns": [
                {key: column[key] for key in ("id", "label", "kind")}
                for column in columns
            ],
            "rows": [answer._crm_row(columns) for answer in found],
            "total": answers.search_count(domain),
        }

    def get_statistics(self) -> dict:
        """Return figures for each question, over the answers that the user may read.

        :return: dict with ``name``, ``answers``, ``views``, ``conversion``, ``refused``
            (by reason), ``waiting``, ``is_partial``, ``questions``: ``id``, ``label``,
            ``kind``, ``answered``, and ``bars`` (label, count) or ``average``,
            ``least``, ``most``
        """
        self.ensure_one()
        self.check_access("read")
        answers = self.env["crm.web.form.answer"]
        domain = [("form_id", "=", self.id)]
        total = answers.search_count(domain)
        tallies = [_Tally(column) for column in self._crm_columns()]
        for start in range(0, min(total, MAX_CHARTED), CHUNK):
            chunk = answers.search_fetch(domain, ["content"], start, CHUNK)
            for answer in chunk:
                values = answer.content or {}
                for tally in tallies:
                    tally.add(values.get(tally.element["id"]))
            chunk.invalidate_recordset(["content"])
        # sudo: figures of a form that the user may read
        counts = self.env["crm.web.form.count"].sudo()
        kinds = dict(counts._fields["kind"]._description_selection(self.env))
        refused = [
            {"label": label, "count": counts._crm_totals(self, kind).get(self.id, 0)}
            for kind, label in kinds.items()
            if kind != "view"
        ]
        return {
            "name": self.name,
            "answers": total,
            "views": self.view_count,
            "conversion": self.conversion,
            "waiting": self.waiting_count,
            "refused": refused,
            "is_partial": total > MAX_CHARTED,
            "questions": [tally.result(self.env) for tally in tallies],
        }

    def _crm_columns(self):
        """Return the questions ever asked, the latest wording first in order (list)."""
        # sudo: the user may read the form
        versions = self.sudo().env["crm.web.form.version"]
        columns = {}
        for version in versions.search([("form_id", "=", self.id)], limit=50):
            for element in versions._crm_content(version.id)["elements"]:
                if element["kind"] not in engine.LAYOUT:
                    columns.setdefault(element["id"], element)
        return list(columns.values())

    @api.model
    def _crm_export_rows(self, answers, columns):
        """Yield the rows of a file: number, time, state, contact, person, answers."""
        states = dict(answers._fields["state"]._description_selection(self.env))
        for start in range(0, len(answers), CHUNK):
            chunk = answers[start : start + CHUNK]
            for answer in chunk:
                values = answer.content or {}
                yield [
                    answer.id,
                    answer.create_date,
                    states[answer.state],
                    answer.contact or "",
                    answer.user_id.sudo().name or "",  # sudo: a colleague's name
                    *(
                        answer._crm_text(column, values.get(column["id"]))
                        for column in columns
                    ),
                ]
            chunk.invalidate_recordset()

    def action_export_results(self) -> dict:
        """Return the action (dict) that downloads all answers as a workbook.

        :raise AccessError: without the right to export
        :raise UserError: when there is nothing to export
        """
        self.ensure_one()
        self.check_access("read")
        self.env["crm.export"]._crm_check_right()
        if not self.env["crm.web.form.answer"].search_count(
            [("form_id", "=", self.id)], limit=1
        ):
            raise UserError(self.env._("There are no answers yet."))
        return {
            "type": "ir.actions.act_url",
            "url": f"/crm/form/results/{self.id}.xlsx",
            "target": "download",
        }


class _Tally:
    """Figures of one question."""

    def __init__(self, element: dict):
        self.element = element
        self.answered = 0
        self.counts: dict = {}
        self.numbers: list = []

    def add(self, value: Any) -> None:
        if engine.is_empty(value):
            return
        self.answered += 1
        kind = self.element["kind"]
        if kind in engine.CHOICES:
            for part in value if isinstance(value, list) else [value]:
                self.counts[part] = self.counts.get(part, 0) + 1
        elif kind == "place" and isinstance(value, list):
            self.counts[value[0]] = self.counts.get(value[0], 0) + 1
        elif kind in ("rating", "number"):
            number = engine.number_of(value)
            if number is not None:
                self.numbers.append(number)

    def result(self, env: Any) -> dict:
        kind = self.element["kind"]
        found = {
            "id": self.element["id"],
            "label": self.element["label"],
            "kind": kind,
            "answered": self.answered,
            "bars": [],
        }
        if kind in engine.CHOICES:
            labels = {part["value"]: part["label"] for part in self.element["options"]}
            keys = [*labels, *(key for key in self.counts if key not in labels)]
            found["bars"] = [
                {"label": labels.get(key, key), "count": self.counts.get(key, 0)}
                for key in keys
            ]
        elif kind == "place":
            ordered = sorted(self.counts.items(), key=lambda part: -part[1])[:20]
            found["bars"] = [{"label": key, "count": count} for key, count in ordered]
        elif self.numbers:
            found["average"] = round(sum(self.numbers) / len(self.numbers), 2)
            found["least"], found["most"] = min(self.numbers), max(self.numbers)
            if kind == "rating":
                found["bars"] = [
                    {"label": str(step), "count": self.numbers.count(step)}
                    for step in range(1, self.element.get("scale", 5) + 1)
                ]
        return found


def _whole(value, default, most):
    is_whole = isinstance(value, int) and not isinstance(value, bool) and value >= 0
    return min(value, most) if is_whole else default
