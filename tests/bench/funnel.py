"""The sales funnel of 200,000 opportunities, against SQL written by hand.

What is written by hand knows the five stages and the one team, asks nobody's rights and
reads of each opportunity when it first stood in a stage or beyond. The suite finds the
process of each team in the settings, tells people and results apart, leaves out wins
that were taken back, and reads only what whoever asks may see. Both have to come to the
same counts and medians.
"""

import os
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import NamedTuple

from generate import opened
from kit.loading import Pattern, analyze, connect
from kit.options import arguments, explained
from kit.site import Site
from kit.timing import Line, Report, alternate
from recycle import copied

from odoo import api

# decision 0037
AT_MOST = 3.0
PEOPLE = 200
TABLES = ("crm_lead", "crm_stage_move")
BY_HAND = """
WITH step AS (
    SELECT move.lead_id, move.logged_at, stage.place
      FROM crm_stage_move move
      JOIN unnest(%(stages)s) WITH ORDINALITY AS stage (id, place)
        ON stage.id = move.to_stage_id
     WHERE %(user)s IS NULL
        OR move.lead_id IN (SELECT id FROM crm_lead WHERE user_id = %(user)s)
), reached AS (
    SELECT step.lead_id, place.place, min(step.logged_at) AS at,
           min(step.logged_at) FILTER (WHERE step.place = place.place)
               = min(step.logged_at) AS stood
      FROM step
      JOIN generate_series(1, %(count)s) AS place (place) ON step.place >= place.place
     GROUP BY step.lead_id, place.place
), following AS (
    SELECT place, at, stood,
           lead(at) OVER (PARTITION BY lead_id ORDER BY place) AS next_at
      FROM reached
)
SELECT place, count(*), count(next_at),
       percentile_cont(0.5) WITHIN GROUP (
           ORDER BY CASE WHEN stood THEN EXTRACT(epoch FROM next_at - at) / 86400.0 END
       )
  FROM following
 GROUP BY place
 ORDER BY place
"""


class Scene(NamedTuple):
    """Who asks, and the stages of the process."""

    boss: int
    seller: int
    process: int
    stages: list[int]


@explained
def main(argv: Sequence[str]) -> int:
    """Read the funnel by hand and by the suite, as the boss and as a salesperson."""
    parser = arguments(__doc__)
    parser.add_argument("--opportunities", type=int, default=200_000, metavar="N")
    parser.add_argument("--repeat", type=int, default=7, metavar="N")
    options = parser.parse_args(argv)
    count = min(options.opportunities, options.rows)
    report = Report("funnel", count, options.json)
    with (
        opened() as store,
        copied(store, os.environ["PGDATABASE"], "funnel") as database,
    ):
        scene = _fill(database, count)
        site, connection = Site(database), connect(database)
        for job, user in (
            (f"{count:,} opportunities as the boss", scene.boss),
            (f"the salesperson's own of {count:,}", scene.seller),
        ):
            owner = scene.seller if user == scene.seller else None
            calls = {
                "ours": lambda user=user: _ours(site, scene, user),
                "hand": lambda owner=owner: _by_hand(connection, scene, owner),
            }
            wrong = len(set(calls["ours"]()) ^ set(calls["hand"]()))
            timings = alternate(calls, options.repeat, warm_up=1)
            report.slower(f"funnel of {job}", timings["ours"], timings["hand"], AT_MOST)
            report.add(
                Line(f"figures that differ, {job}", wrong, 0, wrong, "= 0", not wrong)
            )
        connection.close()
        site.close()
    return report.end()


def _ours(site: Site, scene: Scene, user: int) -> list[tuple]:
    """Return place, count, those that came further, and days, as the suite says."""
    funnel = site.call(
        user,
        {},
        lambda env: env["crm.funnel"].compute_funnel(process_id=scene.process),
    )
    return [
        (place, stage["entered"], stage["advanced"], stage["median_days"])
        for place, stage in enumerate(funnel["stages"], 1)
        if stage["entered"]
    ]


def _by_hand(connection, scene: Scene, owner: int | None) -> list[tuple]:
    """Return the same by one statement."""
    with connection, connection.cursor() as cursor:
        cursor.execute(
            BY_HAND,
            {"stages": scene.stages, "count": len(scene.stages), "user": owner},
        )
        return [
            (place, entered, came, False if days is None else round(days, 2))
            for place, entered, came, days in cursor.fetchall()
        ]


def _fill(database: str, count: int) -> Scene:
    """Make people, opportunities and their histories; return who asks."""
    site = Site(database)
    with site.registry.cursor() as cursor:
        scene, patterns, sellers = _scene(site.superuser(cursor))
        cursor.commit()
    site.close()
    connection = connect(database)
    with connection, connection.cursor() as cursor:
        cursor.execute("DELETE FROM crm_lead")
    random, now = Random(8), datetime.now()
    histories = [list(_history(random, now, scene.stages)) for _one in range(count)]
    owners = [random.choice(sellers) for _one in range(count)]
    with connection:
        for pattern, rows in zip(
            patterns,
            (
                _leads(histories, owners, scene.stages),
                _moves(histories, owners, scene.stages),
            ),
            strict=True,
        ):
            pattern.copy(connection, [pattern.row(values) for values in rows])
    analyze(connection, TABLES)
    connection.close()
    return scene


def _scene(env: api.Environment) -> tuple[Scene, tuple[Pattern, Pattern], list[int]]:
    """Make a team with its process; return it, the patterns and the salespeople."""
    users = env["res.users"].with_context(no_reset_password=True)
    roles = {
        name: env.ref(f"crm_base.group_{name}") for name in ("boss", "salesperson")
    }

    def people(prefix: str, role: str, number: int):
        return users.create(
            [
                {
                    "name": f"{prefix}{place}",
                    "login": f"bench.{prefix}{place}",
                    "group_ids": [(4, roles[role].id)],
                }
                for place in range(number)
            ]
        )

    boss, sellers = people("boss", "boss", 1), people("seller", "salesperson", PEOPLE)
    team = env["crm.team"].create({"name": "Bench", "member_ids": sellers.ids})
    env["crm.stage"].search([]).team_ids = env["crm.team"].create({"name": "Other"})
    names = ("初步接触", "需求确认", "方案报价", "商务谈判", "成交")
    stages = env["crm.stage"].create(
        [
            {
                "name": name,
                "sequence": place,
                "is_won": place == len(names),
                "team_ids": [(6, 0, team.ids)],
            }
            for place, name in enumerate(names, 1)
        ]
    )
    lead = env["crm.lead"].create(
        {
            "name": "数控机床两台",
            "type": "opportunity",
            "user_id": sellers[0].id,
            "team_id": team.id,
            "expected_revenue": 100,
        }
    )
    env.flush_all()
    patterns = (
        Pattern(lead, omit=("last_stage_move_id",)),
        Pattern(lead.last_stage_move_id, omit=("id",)),
    )
    return (
        Scene(boss.id, sellers[0].id, team.id, stages.ids),
        patterns,
        sellers.ids,
    )


def _history(random: Random, now: datetime, stages: list) -> Iterator[tuple]:
    """Give the steps of one opportunity: when, which stage, how it stands."""
    at = now - timedelta(hours=random.randrange(24 * 700))
    place = 0
    yield at, place, "pending"
    while place < len(stages) - 1:
        at += timedelta(hours=random.randrange(1, 500))
        chance = random.random()
        if chance < 0.2:
            yield at, place, "lost"
            return
        if chance < 0.25:
            return
        if chance < 0.3 and place:
            place -= 1
        else:
            place = min(place + 1 + (chance > 0.9), len(stages) - 1)
        yield at, place, "won" if place == len(stages) - 1 else "pending"


def _leads(histories: list, owners: list, stages: list) -> Iterator[dict]:
    """Give the opportunities as their last step has left them."""
    for number, (history, owner) in enumerate(zip(histories, owners, strict=True), 1):
        _at, place, status = history[-1]
        yield {
            "id": 1_000_000 + number,
            "name": f"商机{number}",
            "user_id": owner,
            "stage_id": stages[place],
            "won_status": status,
            "active": status != "lost",
            "create_date": history[0][0],
        }


def _moves(histories: list, owners: list, stages: list) -> Iterator[dict]:
    """Give the steps of all opportunities, mixed as time has mixed them."""
    rows = [
        (at, number, step, place, status)
        for number, history in enumerate(histories, 1)
        for step, (at, place, status) in enumerate(history)
    ]
    rows.sort()
    for at, number, step, place, status in rows:
        yield {
            "lead_id": 1_000_000 + number,
            "kind": "move" if step else "create",
            "to_stage_id": stages[place],
            "status": status,
            "logged_at": at,
            "owner_id": owners[number - 1],
        }
