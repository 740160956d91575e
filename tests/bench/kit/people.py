"""The 500 people of the measured company, the same in every database."""

from collections.abc import Iterable
from random import Random
from typing import NamedTuple

from odoo import api
from odoo.fields import Command

from kit.names import Names

# teams of each director; every team has a manager and ten salespeople
REGIONS = (10, 10, 10, 15)
TEAM_SIZE = 10

# the same ids in every database, whatever was created before
FIRST_USER, FIRST_PARTNER = 1_000, 5_000

# days of the rule by which the pool takes back one customer in ten
NEGLECTED = 664

BOSS = "bench.boss"
SALESPERSON = "bench.sales001"
MANAGER = "bench.manager01"
DIRECTOR = "bench.director1"


class Person(NamedTuple):
    """Somebody who logs in.

    :ivar str role: boss, director, manager or salesperson
    :ivar str chief: the login of the superior, "" for the boss
    """

    login: str
    role: str
    chief: str


def organisation() -> list[Person]:
    """Return boss, directors, managers and salespeople, in this order."""
    directors, managers, sales = [], [], []
    for region, teams in enumerate(REGIONS, 1):
        directors.append(Person(f"bench.director{region}", "director", BOSS))
        for _team in range(teams):
            manager = f"bench.manager{len(managers) + 1:02d}"
            managers.append(Person(manager, "manager", directors[-1].login))
            for _member in range(TEAM_SIZE):
                login = f"bench.sales{len(sales) + 1:03d}"
                sales.append(Person(login, "salesperson", manager))
    return [Person(BOSS, "boss", ""), *directors, *managers, *sales]


def create_users(
    env: api.Environment, people: Iterable[Person], groups: dict[str, list[str]]
) -> dict[str, int]:
    """Create accounts with the same ids everywhere; return their ids by login.

    :param groups: XML ids of the groups of each role
    """
    env.cr.execute(
        "SELECT setval('res_users_id_seq', %s), setval('res_partner_id_seq', %s)",
        [FIRST_USER, FIRST_PARTNER],
    )
    names, rng = Names(), Random(0)
    group_ids = {
        role: [env.ref(xml_id).id for xml_id in xml_ids]
        for role, xml_ids in groups.items()
    }
    users = (
        env["res.users"]
        .with_context(tracking_disable=True, no_reset_password=True)
        .create(
            [
                {
                    "login": person.login,
                    "name": names.person(rng),
                    "lang": "zh_CN",
                    "tz": "Asia/Shanghai",
                    "group_ids": [Command.set(group_ids[person.role])],
                }
                for person in people
            ]
        )
    )
    return {user.login: user.id for user in users}


def create_teams(
    env: api.Environment, people: Iterable[Person], users: dict[str, int]
) -> None:
    """Create the tree of teams: one for each person who leads others."""
    people = list(people)
    teams: dict[str, int] = {}
    Team = env["crm.team"].with_context(tracking_disable=True)
    for role in ("boss", "director", "manager"):
        leaders = [person for person in people if person.role == role]
        created = Team.create(
            [
                {
                    "name": leader.login.removeprefix("bench."),
                    "user_id": users[leader.login],
                    "parent_id": teams.get(leader.chief),
                }
                for leader in leaders
            ]
        )
        teams.update(
            (leader.login, team.id)
            for leader, team in zip(leaders, created, strict=True)
        )
    env["crm.team.member"].with_context(tracking_disable=True).create(
        [
            {"crm_team_id": teams[person.chief], "user_id": users[person.login]}
            for person in people
            if person.role == "salesperson"
        ]
    )


def create_pool(env: api.Environment) -> None:
    """Create the pool that everybody below the boss claims from, with all limits on."""
    company = env["crm.team"].search([("name", "=", BOSS.removeprefix("bench."))])
    env["crm.pool"].create(
        {
            "name": "公海",
            "member_team_ids": [Command.set(company.ids)],
            "claim_per_day": 1_000,
            "holding_limit": 10_000,
            "cooldown_days": 7,
            "exclude_previous_owner_days": 30,
            "rule_ids": [
                # one customer in ten is due by this one
                Command.create(
                    {"name": "不跟进", "trigger": "no_followup", "days": NEGLECTED}
                ),
                Command.create(
                    {
                        "name": "不成交",
                        "trigger": "no_deal",
                        "days": 1_500,
                        "working_days": True,
                    }
                ),
            ],
        }
    )
