"""Fifty people claim at once, each in a process, through the doors open to all.

A live server with several worker processes; the clients are processes of their own that
know nothing of each other. The same races between Odoo processes, with all limits, are
in ``crm_customer_pool/tests/test_claim_concurrency.py``.
"""

import json
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from command import addons

from .conftest import PASSWORD

CLAIMANT = Path(__file__).with_name("claimant.py")
WORKERS = 4
PEOPLE = 50

_SET_UP = """
import json
from datetime import datetime, timedelta

env = env(context={"tracking_disable": True, "no_reset_password": True})
groups = env.ref("base.group_user") + env.ref("crm_base.group_salesperson")
people = env["res.users"].create(
    [
        {
            "name": f"销售员{number:02d}",
            "login": f"claimant{number:02d}",
            "lang": "zh_CN",
            "tz": "Asia/Shanghai",
            "group_ids": [(6, 0, groups.ids)],
        }
        for number in range(%(people)s)
    ]
)
# making the hash of a password takes long, on purpose: one for all
people[0].password = %(password)r
env.flush_all()
env.cr.execute(
    "UPDATE res_users SET password = one.password FROM res_users one"
    " WHERE one.id = %%s AND res_users.id = ANY(%%s)",
    [people[0].id, people.ids],
)
boss = env.ref("base.user_admin")
members = [(6, 0, people.ids)]
pools = env["crm.pool"].create(
    [
        {"name": "单个公海", "member_user_ids": members},
    ]
)
customers = {}
for pool, count in zip(pools, (2,)):
    made = env["res.partner"].with_user(boss).create(
        [
            {
                "name": f"{pool.name}客户{number:03d}",
                "is_company": True,
                "is_crm_customer": True,
            }
            for number in range(count)
        ]
    )
    made.action_release_to_pool(pool.id, "名单")
    customers[pool.name] = made.ids
keys = [
    env(user=one.id)["res.users.apikeys"].sudo()._generate(
        None, "race", datetime.now() + timedelta(hours=12)
    )
    for one in people
]
env.cr.commit()
print("SETUP " + json.dumps({
    "people": [
        {"uid": one.id, "login": one.login, "name": one.name, "key": key}
        for one, key in zip(people, keys)
    ],
    "customers": customers,
}))
"""


@dataclass
class Crowd:
    """Fifty salespeople of one pool, and a server.

    :ivar list people: dicts ``uid``, ``login``, ``name``, ``key``
    :ivar dict customers: ids by the name of their pool
    """

    lab: object
    url: str
    database: str
    people: list
    customers: dict

    def race(self, tasks):
        """Let everybody claim at the same time.

        :param Callable tasks: gives the tasks of the person with a number, see claimant
        :return: for each person, for each of the tasks, what became of each call
        """
        with self._started() as processes:
            for number, process in enumerate(processes):
                say(process, self._who(number, tasks(number)))
            # everybody is logged in before anybody claims
            for process in processes:
                assert process.stdout.readline().strip() == "ready"
            for process in processes:
                say(process, "go")
            return [json.loads(process.stdout.readline()) for process in processes]

    def _who(self, number, tasks):
        return {
            **self.people[number],
            "url": self.url,
            "database": self.database,
            "password": PASSWORD,
            "tasks": tasks,
        }

    @contextmanager
    def _started(self):
        processes = [
            subprocess.Popen(
                [sys.executable, "-I", str(CLAIMANT)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for _person in self.people
        ]
        try:
            yield processes
        finally:
            for process in processes:
                process.kill()
                process.wait()
                process.stdin.close()
                process.stdout.close()

    def ledger(self, ids):
        """Return who claimed which customer, a list of (customer, user)."""
        rows = self.lab.sql(
            self.database,
            "SELECT partner_id, to_user_id FROM crm_owner_move"
            f" WHERE kind = 'claim' AND partner_id IN ({','.join(map(str, ids))})",
        )
        return sorted((int(partner), int(user)) for partner, user in rows)

    def owners(self, ids):
        """Return who owns which customer, a list of (customer, user)."""
        rows = self.lab.sql(
            self.database,
            "SELECT id, user_id FROM res_partner WHERE user_id IS NOT NULL"
            f" AND pool_id IS NULL AND id IN ({','.join(map(str, ids))})",
        )
        return sorted((int(partner), int(user)) for partner, user in rows)


def say(process, message):
    """Send one line of JSON to a process."""
    process.stdin.write(json.dumps(message) + "\n")
    process.stdin.flush()


@pytest.fixture(scope="module")
def crowd(lab):
    names = [name for name, addon in addons.ours().items() if not addon.is_for_tests]
    database = lab.database(names, lang="zh_CN")
    script = _SET_UP % {
        "people": PEOPLE,
        "password": PASSWORD,
    }
    output = lab.shell(database, script)
    line = next(line for line in output.splitlines() if line.startswith("SETUP "))
    service = lab.serve(database, workers=WORKERS)
    made = json.loads(line.removeprefix("SETUP "))
    yield Crowd(lab, service.url, database, **made)
    service.stop()


@pytest.mark.parametrize(
    ("door", "method"), [("xmlrpc", "action_claim"), ("web", "action_claim_and_open")]
)
def test_one_customer(crowd, door, method):
    """Fifty claim one customer: one wins, 49 are told who, the ledger has one row.

    Over XML-RPC, and by the button of the web client. Covers: P02, P09.
    """
    customer = crowd.customers["单个公海"]["xmlrpc web".split().index(door)]
    task = {"door": door, "method": method, "calls": [[customer]]}
    told = [answers[0][0] for answers in crowd.race(lambda _number: [task])]
    winners = [
        person
        for person, answer in zip(crowd.people, told, strict=True)
        if "result" in answer
    ]
    assert len(winners) == 1
    refusals = [answer["error"] for answer in told if "error" in answer]
    assert len(refusals) == PEOPLE - 1
    assert len(set(refusals)) == 1, "all are told the same"
    assert winners[0]["name"] in refusals[0]
    won = [(customer, winners[0]["uid"])]
    assert crowd.ledger([customer]) == won
    assert crowd.owners([customer]) == won
