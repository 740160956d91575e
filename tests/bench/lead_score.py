"""New scores for all leads after a change of rules, against one UPDATE by hand.

What is written by hand knows the seven rules that come with the addon and joins each
kind of event once, in one transaction; the suite makes one statement of whatever rules
there are, writes in steps in the background, and would go on where it was interrupted.
Both write every row, and have to come to the same scores.
"""

import os
import time
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from random import Random

from generate import opened
from kit.loading import Pattern, analyze, connect
from kit.options import arguments, explained
from kit.site import Site
from kit.timing import Line, Report
from recycle import by_hand, copied

from odoo import api

# decision 0030
AT_MOST = 3.0
TABLES = ("crm_lead", "crm_followup", "mail_message")
CHANNELS = ("manual", "call", "web_form", "email", "import")
TODAY = "(now() AT TIME ZONE 'UTC' + interval '8 hours')::date"
BY_HAND = f"""
UPDATE crm_lead lead
   SET crm_score = scored.score,
       crm_grade = CASE WHEN scored.score >= 80 THEN 'a'
                        WHEN scored.score >= 50 THEN 'b'
                        WHEN scored.score >= 20 THEN 'c' ELSE 'd' END
  FROM (
        SELECT one.id,
               CASE intent.code WHEN 'high' THEN 30 WHEN 'low' THEN -20 ELSE 0 END
               + CASE WHEN one.phone IS NULL THEN 0 ELSE 10 END
               + CASE WHEN one.partner_name IS NULL THEN 0 ELSE 10 END
               + CASE WHEN one.capture_channel IN ('call', 'web_form', 'email')
                      THEN round(20 * round(greatest(
                           1 - ({TODAY} - (one.create_date + interval '8 hours')::date)
                               ::numeric / 30, 0), 4))::int
                      ELSE 0 END
               + coalesce(followed.points, 0) + coalesce(wrote.points, 0) AS score
          FROM crm_lead one
          LEFT JOIN crm_dictionary intent ON intent.id = one.intent_id
          LEFT JOIN (
                SELECT lead_id, round(10 * sum(round(
                           greatest(1 - age::numeric / 60, 0), 4)))::int AS points
                  FROM (
                        SELECT lead_id, {TODAY} - (done_at + interval '8 hours')::date
                                        AS age,
                               row_number() OVER (PARTITION BY lead_id
                                                  ORDER BY done_at DESC) AS number
                          FROM crm_followup
                         WHERE state = 'done' AND is_effective AND lead_id IS NOT NULL
                       ) event
                 WHERE number <= 3 AND age <= 60
                 GROUP BY lead_id
               ) followed ON followed.lead_id = one.id
          LEFT JOIN (
                SELECT res_id, round(10 * sum(round(
                           power(0.5::float8, age::float8 / 14)::numeric, 4)))::int
                           AS points
                  FROM (
                        SELECT res_id, {TODAY} - (date + interval '8 hours')::date
                                       AS age,
                               row_number() OVER (PARTITION BY res_id
                                                  ORDER BY date DESC) AS number
                          FROM mail_message
                         WHERE model = 'crm.lead' AND message_type = 'email'
                       ) event
                 WHERE number <= 3
                 GROUP BY res_id
               ) wrote ON wrote.res_id = one.id
         WHERE one.lead_state IN ('new', 'working')
       ) scored
 WHERE lead.id = scored.id
"""


@explained
def main(argv: Sequence[str]) -> int:
    """Score all leads, by hand and by the suite, on copies of the same data."""
    parser = arguments(__doc__)
    parser.add_argument("--leads", type=int, default=100_000, metavar="N")
    options = parser.parse_args(argv)
    leads = min(options.leads, options.rows)
    report = Report("lead_score", leads, options.json)
    with (
        opened() as store,
        copied(store, os.environ["PGDATABASE"], "lead-score") as data,
    ):
        _fill(data, leads)
        with copied(store, data, "sql") as database:
            rows, seconds = by_hand(database, BY_HAND)
            wanted = _scores(database)
        with copied(store, data, "ours") as database:
            ours = _score(database)
            wrong = len(wanted ^ _scores(database))
    report.add(
        Line(
            f"new scores for {rows:,} leads",
            ours * 1000,
            seconds * 1000,
            ours / seconds,
            f"≤ {AT_MOST:g}",
            ours / seconds <= AT_MOST,
        )
    )
    report.add(Line("scores that differ", wrong, 0, wrong, "= 0", wrong == 0, "scores"))
    return report.end()


def _fill(database: str, leads: int) -> None:
    """Make leads, a follow-up for each on average, and e-mails of some."""
    site = Site(database)
    with site.environment() as env:
        patterns = _patterns(env)
        intents = env["crm.dictionary"].search([("kind", "=", "lead_intent")]).ids
    site.close()
    random, now = Random(4), datetime.now()
    connection = connect(database)
    with connection, connection.cursor() as cursor:
        # those that come along have scores already
        cursor.execute("DELETE FROM crm_lead")
    with connection:
        for pattern, rows in zip(
            patterns,
            (
                _leads(random, now, leads, intents),
                _events(random, now, leads, leads, "lead_id", "done_at"),
                _events(random, now, leads, leads // 5, "res_id", "date"),
            ),
            strict=True,
        ):
            pattern.copy(connection, [pattern.row(values) for values in rows])
    analyze(connection, TABLES)
    connection.close()


def _patterns(env: api.Environment) -> tuple[Pattern, Pattern, Pattern]:
    """Return what the ORM stores for a lead, a follow-up and an e-mail."""
    lead = env["crm.lead"].create(
        {
            "name": "上海华瑞机电设备有限公司采购意向",
            "type": "lead",
            "partner_name": "上海华瑞机电设备有限公司",
            "contact_name": "王小明",
            "phone": "13800138000",
        }
    )
    followup = env["crm.followup"].create(
        {
            "name": "电话沟通",
            "lead_id": lead.id,
            "state": "done",
            "content": "谈了机床的型号和交期",
        }
    )
    message = lead.message_post(body="请报价", message_type="email")
    return (
        Pattern(lead),
        Pattern(followup, omit=("id",)),
        Pattern(message, omit=("id", "message_id")),
    )


def _leads(random: Random, now: datetime, count: int, intents: list) -> Iterator[dict]:
    for number in range(1, count + 1):
        is_named = random.random() < 0.7
        yield {
            "id": 1_000_000 + number,
            "name": f"采购意向{number}",
            "partner_name": "上海华瑞机电设备有限公司" if is_named else None,
            "phone": f"138{number:08d}" if random.random() < 0.8 else None,
            "intent_id": random.choice([None, *intents]),
            "capture_channel": random.choice(CHANNELS),
            "create_date": now - timedelta(hours=random.randrange(24 * 60)),
            "crm_score": None,
            "crm_grade": None,
        }


def _events(
    random: Random, now: datetime, leads: int, count: int, lead: str, at: str
) -> Iterator[dict]:
    for _number in range(count):
        moment = now - timedelta(hours=random.randrange(1, 24 * 90))
        is_followup = at == "done_at"
        more = (
            {"is_effective": random.random() < 0.8}
            if is_followup
            else {"parent_id": None}
        )
        yield {lead: 1_000_001 + random.randrange(leads), at: moment, **more}


def _score(database: str) -> float:
    """Return the seconds until every lead has its score."""
    site = Site(database)
    with site.registry.cursor() as cursor:
        env = site.superuser(cursor)
        # both begin with the same tables in memory
        cursor.execute("SELECT count(*) FROM crm_lead WHERE name IS NOT NULL")
        runs = env["crm.lead.score.run"]
        runs.create({"date": env["crm.lead.score.rule"]._crm_score_day()})
        cursor.commit()
        started = time.perf_counter()
        runs._cron_score()
        seconds = time.perf_counter() - started
    site.close()
    return seconds


def _scores(database: str) -> set[tuple]:
    """Return lead, score and grade of all leads."""
    connection = connect(database)
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, crm_score, crm_grade FROM crm_lead")
        found = set(cursor.fetchall())
    connection.close()
    return found
