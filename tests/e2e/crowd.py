"""Fifty salespeople, each in a process of its own, and what they fight for."""

import json
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass

from command import paths

from .conftest import PASSWORD

PEOPLE = 50
# what pools hold: the model to claim from, its table, its column in the ledger
KINDS = {
    "customer": ("crm.pool.customer", "res_partner", "partner_id"),
    "lead": ("crm.pool.lead", "crm_lead", "lead_id"),
}

# makes the people of one race, their pools, and what is in them
_SET_UP = """
import json
from datetime import datetime, timedelta

wanted = json.loads(%(wanted)r)
env = env(context={"tracking_disable": True, "no_reset_password": True})
boss = env(user=env.ref("base.user_admin").id)
groups = env.ref("base.group_user") + env.ref("crm_base.group_salesperson")
people = env["res.users"].create(
    [
        {
            "name": f"{wanted['name']}{number:02d}",
            "login": f"{wanted['name']}{number:02d}",
            "lang": "zh_CN",
            "tz": "Asia/Shanghai",
            "group_ids": [(6, 0, groups.ids)],
        }
        for number in range(wanted["people"])
    ]
)
# making the hash of a password takes long, on purpose: one for all
people[0].password = wanted["password"]
env.flush_all()
env.cr.execute(
    "UPDATE res_users SET password = one.password FROM res_users one"
    " WHERE one.id = %%s AND res_users.id = ANY(%%s)",
    [people[0].id, people.ids],
)


def make(holds, names, owners):
    if holds == "lead":
        return boss["crm.lead"].create(
            [
                {"name": name, "type": "lead", "user_id": owner.id}
                for name, owner in zip(names, owners)
            ]
        )
    return boss["res.partner"].create(
        [
            {
                "name": name,
                "is_company": True,
                "is_crm_customer": True,
                "user_id": owner.id,
            }
            for name, owner in zip(names, owners)
        ]
    )


pools = []
for one in wanted["pools"]:
    count = one.pop("count")
    pool = env["crm.pool"].create({**one, "member_user_ids": [(6, 0, people.ids)]})
    names = [f"{pool.name}{number:04d}" for number in range(count)]
    made = make(pool.holds, names, [boss.user] * count)
    made.action_release_to_pool(pool.id, "名单")
    pools.append({"id": pool.id, **one, "records": made.ids})
for holds, counts in wanted["owned"].items():
    owners = [one for one, count in zip(people, counts) for _time in range(count)]
    make(holds, [f"自有{number:04d}" for number in range(len(owners))], owners)
keys = [
    env(user=one.id)["res.users.apikeys"].sudo()._generate(
        None, "race", datetime.now() + timedelta(hours=12)
    )
    for one in people
]
env.cr.commit()
# a server that runs already keeps the limits of pools in its caches
env.registry.signal_changes()
print("SETUP " + json.dumps({
    "people": [
        {"uid": one.id, "login": one.login, "name": one.name, "key": key}
        for one, key in zip(people, keys)
    ],
    "pools": pools,
}))
"""


@dataclass
class Crowd:
    """Fifty salespeople of the same pools, and a server.

    :ivar list people: dicts ``uid``, ``login``, ``name``, ``key``
    :ivar list pools: dicts of their settings, ``id``, and ``records`` (list of int)
    """

    lab: object
    url: str
    database: str
    people: list
    pools: list

    @classmethod
    def gathered(cls, lab, service, name, pools, owned=None):
        """Make fifty people and their pools.

        :param Service service: the server to go to
        :param str name: what the people are called, before their number
        :param list pools: dicts of settings, ``name``, and ``count`` of what is in it
        :param dict owned: how many each one owns before, a list for a kind of pool
        """
        wanted = {
            "name": name,
            "people": PEOPLE,
            "password": PASSWORD,
            "pools": pools,
            "owned": owned or {},
        }
        output = lab.shell(service.database, _SET_UP % {"wanted": json.dumps(wanted)})
        line = next(line for line in output.splitlines() if line.startswith("SETUP "))
        made = json.loads(line.removeprefix("SETUP "))
        return cls(lab, service.url, service.database, **made)

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
                [sys.executable, "-s", "-m", "tests.e2e.claimant"],
                cwd=paths.REPOSITORY,
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

    def ledger(self, kind, ids):
        """Return who claimed which record, a list of (record, user)."""
        link = KINDS[kind][2]
        return self._pairs(
            f"SELECT {link}, to_user_id FROM crm_owner_move"
            f" WHERE kind = 'claim' AND {link} IN ({_listed(ids)})"
        )

    def owners(self, kind, ids):
        """Return who owns which record, a list of (record, user)."""
        return self._pairs(
            f"SELECT id, user_id FROM {KINDS[kind][1]} WHERE user_id IS NOT NULL"
            f" AND pool_id IS NULL AND id IN ({_listed(ids)})"
        )

    def pooled(self, kind, ids):
        """Return which records wait in which pool, a list of (record, pool)."""
        return self._pairs(
            f"SELECT id, pool_id FROM {KINDS[kind][1]} WHERE user_id IS NULL"
            f" AND pool_id IS NOT NULL AND id IN ({_listed(ids)})"
        )

    def holdings(self, kind):
        """Return how many records each one owns, a dict of user to int."""
        users = _listed(person["uid"] for person in self.people)
        return dict(
            self._pairs(
                f"SELECT user_id, count(*) FROM {KINDS[kind][1]}"
                f" WHERE user_id IN ({users}) GROUP BY user_id"
            )
        )

    def _pairs(self, statement):
        rows = self.lab.sql(self.database, statement)
        return sorted((int(first), int(second)) for first, second in rows)


def _listed(ids):
    return ",".join(map(str, ids))


def say(process, message):
    """Send one line of JSON to a process."""
    process.stdin.write(json.dumps(message) + "\n")
    process.stdin.flush()
