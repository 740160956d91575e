from datetime import datetime, timedelta
from random import Random
from statistics import median

from odoo.tests import tagged
from odoo.tools import SQL

from .common import SaleCase

START = datetime(2026, 1, 1)


@tagged("post_install", "-at_install")
class TestFunnelHistory(SaleCase):
    """The statement reads histories of any kind as a slow reading in Python does."""

    def test_any_history(self):
        """Skips, steps back, wins taken back, changes of team, lost and reopened.

        Covers: S04.
        """
        random = Random(20260101)
        leads = self._histories(random, 100)
        wanted = {}
        for lead, history in leads.items():
            wanted.update(self._read(lead, history))
        report = self.env["crm.stage.report"]
        rows = report.search([("lead_id", "in", [lead.id for lead in leads])])
        found = {
            (row.lead_id, row.process_id, row.stage_id): (
                row.reached_at,
                row.owner_id,
                row.amount,
                row.is_passed,
                row.is_furthest,
                row.result,
                row.began_at,
                row.began_owner_id,
                row.is_first,
                row.is_first or row.place > 1,
            )
            for row in rows
        }
        self.assertEqual(len(found), len(rows), "One row for each stage reached")
        self.assertEqual(found.keys(), wanted.keys())
        for key, values in wanted.items():
            self.assertEqual(found[key], values, key)
        self.assertGreater(len(found), 200)
        self._check_medians(leads, wanted)

    def _check_medians(self, leads, wanted):
        """Compare the time to the next stage with the one read slowly."""
        days = {}
        by_path = {}
        for (lead, process, stage), values in wanted.items():
            by_path.setdefault((lead, process), []).append((stage, values))
        for (_lead, process), stages in by_path.items():
            if process != self.beijing.id:
                continue
            stages.sort(key=lambda pair: self._places(self.beijing).index(pair[0]))
            for (stage, values), (_stage, later) in zip(
                stages, stages[1:], strict=False
            ):
                if not values[3]:
                    passed = (later[0] - values[0]).total_seconds() / 86400
                    days.setdefault(stage.id, []).append(passed)
        funnel = self.env["crm.funnel"].compute_funnel(process_id=self.beijing.id)
        for stage in funnel["stages"]:
            times = days.get(stage["stage_id"])
            self.assertAlmostEqual(
                stage["median_days"], median(times) if times else False, places=1
            )

    # ------------------------------------------------------------
    # MAKING HISTORIES
    # ------------------------------------------------------------

    def _histories(self, random, count):
        """Write histories without any sense; return them (dict of lead to rows)."""
        leads = self.env["crm.lead"].create(
            [
                {"name": f"商机{number}", "type": "opportunity", "user_id": self.sam.id}
                for number in range(count)
            ]
        )
        self.env.flush_all()
        # sudo is no way around an append-only log: only a statement is
        self.env.execute_query(
            SQL(
                "DELETE FROM crm_stage_move WHERE lead_id IN %s RETURNING id",
                leads._ids,
            )
        )
        self.env.invalidate_all()
        return {lead: self._history_of(random, lead) for lead in leads}

    def _history_of(self, random, lead):
        """Write the rows of one opportunity; return them (list of dict)."""
        rows, at = [], START + timedelta(days=random.randrange(20))
        team = self.beijing
        for _step in range(random.randrange(1, 8)):
            if random.random() < 0.15:
                team = self.south if team == self.beijing else self.beijing
            stage = random.choice(self._places(team))
            status = (
                "won" if stage.is_won else random.choice(["pending"] * 4 + ["lost"])
            )
            row = {
                "lead_id": lead.id,
                "lead_name": lead.name,
                "kind": "move",
                "to_stage_id": stage.id,
                "status": status,
                "logged_at": at,
                "owner_id": random.choice([self.sam.id, self.sue.id, None]),
                "team_id": team.id,
                "company_id": lead.company_id.id or None,
                "currency_id": self.env.company.currency_id.id,
                "amount": random.randrange(1000),
                "probability": 10,
            }
            self.env.execute_query(
                SQL(
                    "INSERT INTO crm_stage_move (%s) VALUES %s RETURNING id",
                    SQL(", ").join(SQL.identifier(name) for name in row),
                    tuple(row.values()),
                )
            )
            rows.append({**row, "stage": stage, "team": team})
            at += timedelta(hours=random.randrange(1, 300))
        return rows

    # ------------------------------------------------------------
    # READING THEM SLOWLY
    # ------------------------------------------------------------

    def _places(self, team):
        """Return the stages of a team's process (list), from the stages themselves."""
        stages = self.env["crm.stage"].search([])
        return sorted(
            (stage for stage in stages if not stage.team_ids or team in stage.team_ids),
            key=lambda stage: (stage.sequence, stage.id),
        )

    def _read(self, lead, history):
        """Return what the report should say of one opportunity (dict)."""
        result = {}
        for team in (self.beijing, self.south):
            result.update(self._read_process(lead, history, team))
        return result

    def _read_process(self, lead, history, team):
        places = self._places(team)
        kept_from = len(history)
        while kept_from and history[kept_from - 1]["status"] == "won":
            kept_from -= 1
        steps = [
            (row, number >= kept_from)
            for number, row in enumerate(history)
            if row["team"] == team and (not row["stage"].is_won or number >= kept_from)
        ]
        if not steps:
            return {}
        outcome = history[-1]["status"] if history[-1]["team"] == team else "moved"
        reached = []
        for place, stage in enumerate(places):
            for row, is_kept in steps:
                stood = places.index(row["stage"])
                if stood >= place and (is_kept or not stage.is_won):
                    reached.append((stage, row, stood > place))
                    break
        first = steps[0][0]
        return {
            (lead, team.id, stage): (
                row["logged_at"],
                self.env["res.users"].browse(row["owner_id"] or ()),
                row["amount"],
                is_passed,
                number == len(reached) - 1,
                outcome,
                first["logged_at"],
                self.env["res.users"].browse(first["owner_id"] or ()),
                number == 0,
                True,
            )
            for number, (stage, row, is_passed) in enumerate(reached)
        }
