"""Fifty people claim at once, each in a process, through the doors open to all.

A live server with several worker processes; the clients are processes of their own that
know nothing of each other. The same races between Odoo processes, with all limits, are
in ``crm_customer_pool/tests/test_claim_concurrency.py``.
"""

import re
from collections import Counter, defaultdict
from random import Random

import pytest

from command import addons

from .claimant import DOORS
from .crowd import KINDS, PEOPLE, Crowd

WORKERS = 4
SINGLE = [
    ("json2", "action_claim"),
    ("xmlrpc", "action_claim"),
    ("web", "action_claim_and_open"),
]
# two pools of each kind: (how many are in it, claims per day); together a thousand
POOLS = [(600, 9), (400, 6)]
# less than both pools allow in a day, and all of it less than a thousand
HOLDING = 14
# a third of the people come with some of their own
OWNED = [0, 3, 0]
REFUSED = {
    "day": r"今天已从该公海领取 (\d+) 条，上限为 (\d+) 条",
    "holding": r"已(?:负责|持有) (\d+) .*(?:保有量上限为|最多可持有) (\d+)",
    "gone": r"已被(.+)领取",
}
# the end of the text that refuses whoever owns as many as may be
FULL = "不能再增加"


@pytest.fixture(scope="module")
def service(lab):
    names = [name for name, addon in addons.ours().items() if not addon.is_for_tests]
    served = lab.serve(lab.database(names, lang="zh_CN"), workers=WORKERS)
    yield served
    served.stop()


@pytest.fixture(scope="module")
def crowd(lab, service):
    """Fifty people, and a customer for each door."""
    return Crowd.gathered(
        lab, service, "销售员", [{"name": "单个公海", "count": len(SINGLE)}]
    )


@pytest.fixture(scope="module")
def limited(lab, service):
    """Fifty people with limits, a thousand customers, and a thousand leads."""
    pools = [
        {
            "name": f"{kind}公海{number}",
            "holds": kind,
            "count": count,
            "claim_per_day": per_day,
            "holding_limit": HOLDING,
        }
        for kind in KINDS
        for number, (count, per_day) in enumerate(POOLS)
    ]
    owned = [OWNED[number % len(OWNED)] for number in range(PEOPLE)]
    return Crowd.gathered(lab, service, "业务员", pools, dict.fromkeys(KINDS, owned))


@pytest.mark.parametrize(("door", "method"), SINGLE)
def test_one_customer(crowd, door, method):
    """Fifty claim one customer: one wins, 49 are told who, the ledger has one row.

    By programs over both APIs, and by the button of the web client. Covers: P02, P09.
    """
    customer = crowd.pools[0]["records"][SINGLE.index((door, method))]
    model = KINDS["customer"][0]
    task = {"door": door, "model": model, "method": method, "calls": [[customer]]}
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
    assert crowd.ledger("customer", [customer]) == won
    assert crowd.owners("customer", [customer]) == won


def wishes(kind, records):
    """Return what gives the tasks of a person: one door each, a third of them by each.

    Everybody wants all records, in an order of one's own, three at a time and one at a
    time in turns, and stops when there is no room for more.
    """
    names = sorted(DOORS)

    def calls(dice):
        order = dice.sample(records, len(records))
        parts = []
        while order:
            size = 1 if len(parts) % 2 else 3
            parts.append(order[:size])
            del order[:size]
        return parts

    def tasks(number):
        dice = Random(number)
        return [
            {
                "door": names[number % len(names)],
                "model": KINDS[kind][0],
                "method": "action_claim",
                "calls": calls(dice),
                "until": FULL,
            }
        ]

    return tasks


def outcomes(tasks, answers):
    """Return what a person was told: ids that are won, and (id, reason) refused."""
    won, refused = [], []
    for task, told in zip(tasks, answers, strict=True):
        # what was not asked any more, because there was no room
        for ids, answer in zip(task["calls"], told, strict=False):
            if "error" in answer:
                assert len(ids) == 1, answer
                refused.append((ids[0], answer["error"]))
                continue
            lost = [(row["id"], row["reason"]) for row in answer["result"]["refused"]]
            claimed = answer["result"]["claimed"]
            # a call answers for each of its records, once
            assert sorted([*claimed, *(id_ for id_, _why in lost)]) == sorted(ids)
            won += claimed
            refused += lost
    return won, refused


def cause(reason, winner, per_day):
    """Return why a record was refused; fail when that is not so.

    :param str winner: who owns it in the end, "" for nobody
    :param int per_day: the daily limit of its pool
    """
    found = {why: re.search(text, reason) for why, text in REFUSED.items()}
    ((why, match),) = [(why, match) for why, match in found.items() if match]
    if why == "gone":
        assert match[1] == winner, reason
    else:
        limit = str(HOLDING if why == "holding" else per_day)
        assert match.groups() == (limit, limit), reason
    return why


@pytest.mark.parametrize("kind", KINDS)
def test_a_thousand(limited, kind):
    """Fifty claim among a thousand, by all doors: one owner each, all limits hold.

    A third of the people claims by each of the two APIs and by the web client, until
    there is no room for more. What they were told, the owners and the ledger say the
    same; whoever is refused learns who was first or which limit it is; and nobody is
    refused without cause: in the end everybody has as many as allowed.
    Covers: P02, P06, P09, L08.
    """
    pools = [pool for pool in limited.pools if pool["holds"] == kind]
    home = {id_: pool for pool in pools for id_ in pool["records"]}
    assert len(home) == 1000
    before = limited.holdings(kind)
    tasks = wishes(kind, sorted(home))
    told = [
        outcomes(tasks(number), answers)
        for number, answers in enumerate(limited.race(tasks))
    ]
    users = [person["uid"] for person in limited.people]
    won = sorted(
        (id_, user)
        for user, (claimed, _refused) in zip(users, told, strict=True)
        for id_ in claimed
    )
    assert limited.ledger(kind, home) == won
    assert limited.owners(kind, home) == won
    taken = dict(won)
    assert len(taken) == len(won), "a record was claimed twice"
    waiting = sorted((id_, home[id_]["id"]) for id_ in home if id_ not in taken)
    assert limited.pooled(kind, home) == waiting
    _check_limits(limited, pools, won, before)
    _check_refusals(limited, home, taken, told)


def _check_limits(limited, pools, won, before):
    """Nobody claimed more than a day allows, and everybody has as many as allowed."""
    counts = defaultdict(Counter)
    for id_, user in won:
        for pool in pools:
            counts[user][pool["id"]] += id_ in pool["records"]
    for pool in pools:
        most = max(count[pool["id"]] for count in counts.values())
        assert most <= pool["claim_per_day"]
    kind = pools[0]["holds"]
    users = [person["uid"] for person in limited.people]
    assert limited.holdings(kind) == dict.fromkeys(users, HOLDING)
    room = sum(HOLDING - before.get(user, 0) for user in users)
    assert len(won) == room < 1000


def _check_refusals(limited, home, taken, told):
    """Every refusal is true, and each cause of one occurred."""
    names = {person["uid"]: person["name"] for person in limited.people}
    causes = {
        cause(reason, names.get(taken.get(id_), ""), home[id_]["claim_per_day"])
        for _claimed, refused in told
        for id_, reason in refused
    }
    assert causes == set(REFUSED)
