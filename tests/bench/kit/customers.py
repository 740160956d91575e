"""Rows of customers, their contacts, follow-ups and ledger, by the hundred thousand.

The same number of rows always gives the same customers. Values that the ORM would
compute are computed here by the functions that it computes them with.
"""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from odoo import api

from odoo.addons.crm_base.tools import match_keys, pinyin, search_key
from odoo.addons.crm_customer_pool.tools import masking

from kit.loading import Pattern
from kit.names import Names, Place
from kit.people import NEGLECTED, SALESPERSON

FIRST_CUSTOMER = 10_000
CHUNK = 5_000
# the salesperson who is measured has this many customers, if there are enough
OWN = 2_000
# every tenth customer is in the pool
POOL_STEP, POOL_PLACE = 10, 5
# one customer in a hundred is shared with a colleague
SHARED = 0.01

# what the one big customer has behind it after five years
BIG_CONTACTS, BIG_FOLLOWUPS, BIG_MOVES, BIG_NOTES = 60, 5_000, 40, 2_000
BIG_YEARS = 5


@dataclass
class Chunk:
    """Lines for ``COPY`` by table."""

    partners: list[str] = field(default_factory=list)
    shares: list[str] = field(default_factory=list)
    followups: list[str] = field(default_factory=list)
    moves: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)


class CustomerRows:
    """Makes the rows of customers number 0 to ``rows`` - 1.

    :param env: of the database they are for, as superuser
    :param rows: number of customers
    :param users: ids of the people by login
    """

    def __init__(self, env: api.Environment, rows: int, users: dict[str, int]) -> None:
        self.rows = rows
        self.names = Names()
        self.now = datetime.now().replace(microsecond=0)
        self.salesperson = users[SALESPERSON]
        self.others = [
            uid
            for login, uid in sorted(users.items())
            if login.startswith("bench.sales") and login != SALESPERSON
        ]
        self.own_step = max(rows // min(OWN, rows // 10), 1)
        self.big_id = FIRST_CUSTOMER
        Partner = env["res.partner"]
        self.text_fields = Partner._crm_search_key_fields()
        self.phone_fields = Partner._crm_phone_fields()
        self.number_fields = Partner._phone_get_number_fields()
        self.states = {
            place.province: env.ref(f"base.state_cn_{place.province}")
            for place in self.names.places
        }
        territories = env["crm.territory"]._crm_by_state(
            env["res.country.state"].union(*self.states.values())
        )
        self.territories = {
            code: territories.get(state.id, env["crm.territory"]).id or None
            for code, state in self.states.items()
        }
        self.state_ids = {code: state.id for code, state in self.states.items()}
        Dictionary = env["crm.dictionary"]
        self.choices = {
            name: Dictionary.search([("kind", "=", kind)]).ids
            for name, kind in (
                ("customer_level_id", "customer_level"),
                ("customer_stage_id", "customer_stage"),
                ("customer_type_id", "customer_type"),
            )
        }
        self.methods = {
            method.id: method.code == "visit"
            for method in Dictionary.search([("kind", "=", "followup_method")])
        }
        self.country_id = env.ref("base.cn").id
        del self.states
        self._take_patterns(env)

    def _take_patterns(self, env: api.Environment) -> None:
        """Let the ORM create one record of each kind, look at it, and forget it."""
        savepoint = env.cr.savepoint()
        context = {"tracking_disable": True}
        Partner = env["res.partner"].with_context(**context)
        rng = Random(0)
        self.pool = env["crm.pool"].search([], limit=1).ensure_one()
        self.zone = ZoneInfo(self.pool.tz)
        self.rule_id = self.pool.rule_ids.filtered(
            lambda rule: rule.trigger == "no_followup"
        ).id
        self.pool_reasons = env["crm.dictionary"].search(
            [("kind", "=", "release_reason")]
        )
        customer = Partner.create(self._customer(rng, 0)[0])
        self.customer = Pattern(customer)
        contact = Partner.create(self._contact(rng, customer.id))
        self.contact = Pattern(contact)
        followups = env["crm.followup"].with_context(**context)
        planned, done = followups._crm_create_history(
            [self._plan(rng, customer.id, 1), self._done(rng, customer.id, 1, self.now)]
        )
        self.planned = Pattern(planned, omit=["id"])
        self.done = Pattern(done, omit=["id"])
        self.move = Pattern(customer.owner_move_ids, omit=["id"])
        note = customer.message_post(body="note", message_type="comment")
        self.note = Pattern(note, omit=["id"])
        colleague = env["res.users"].browse(self.others[0])
        share = env["crm.share"].create(
            {"partner_id": customer.id, "user_id": colleague.id}
        )
        self.share = Pattern(share, omit=["id"])
        pooled = Partner.create(self._customer(rng, 1)[0])
        reason = self.pool_reasons[0]
        pooled._crm_enter_pool(self.pool, reason.name, reason_id=reason.id)
        self.pooled = Pattern(pooled)
        released = pooled.owner_move_ids.filtered(lambda move: move.kind == "release")
        self.release = Pattern(released, omit=["id"])
        self.pool_reasons = {reason.id: reason.name for reason in self.pool_reasons}
        savepoint.close(rollback=True)
        env.invalidate_all()

    # -- values as somebody enters them ---------------------------------------

    def is_pooled(self, number: int) -> bool:
        """Return whether a customer is in the pool."""
        return number % self.own_step != 0 and number % POOL_STEP == POOL_PLACE

    def owner(self, number: int) -> int:
        """Return the id of the owner of a customer, the former one in the pool."""
        if number % self.own_step == 0:
            return self.salesperson
        return self.others[number * 2_654_435_761 // 65_536 % len(self.others)]

    def _customer(self, rng: Random, number: int) -> tuple[dict[str, Any], Place]:
        name, brand, place = self.names.company(rng)
        values = {
            "name": name,
            "is_company": True,
            "is_crm_customer": True,
            "mnemonic": brand if rng.random() < 0.3 else None,
            "customer_no": f"C{number + 1:08d}",
            "user_id": self.owner(number),
            "phone": self.names.landline(rng, place),
            "mobile": self.names.mobile(rng) if rng.random() < 0.4 else None,
            "email": f"info{number}@example.com" if rng.random() < 0.5 else None,
            "city": f"{place.name}市",
            "state_id": self.state_ids[place.province],
            "country_id": self.country_id,
            **{name: rng.choice(ids) for name, ids in self.choices.items()},
        }
        return values, place

    def _contact(self, rng: Random, customer_id: int) -> dict[str, Any]:
        return {
            "name": self.names.person(rng),
            "parent_id": customer_id,
            "mobile": self.names.mobile(rng),
        }

    def _followup(self, rng: Random, partner_id: int, user_id: int) -> dict[str, Any]:
        return {
            "name": "例行跟进",
            "content": "客户对报价有兴趣，约定下周再次沟通技术方案与交货期。",
            "partner_id": partner_id,
            "user_id": user_id,
            "method_id": rng.choice(list(self.methods)),
        }

    def _plan(self, rng: Random, partner_id: int, user_id: int) -> dict[str, Any]:
        return {
            **self._followup(rng, partner_id, user_id),
            "state": "planned",
            "planned_at": self.now + timedelta(hours=rng.randrange(1, 24 * 30)),
        }

    def _done(
        self, rng: Random, partner_id: int, user_id: int, done_at: datetime
    ) -> dict[str, Any]:
        return {
            **self._followup(rng, partner_id, user_id),
            "state": "done",
            "done_at": done_at,
            "is_effective": True,
        }

    # -- rows as the ORM stores them ------------------------------------------

    def chunk(self, number: int) -> Chunk:
        """Return the rows of one chunk of customers."""
        rng = Random(f"{self.rows}/{number}")
        made = Chunk()
        first = number * CHUNK
        contact_id = FIRST_CUSTOMER + self.rows + first
        # at most one contact a customer on average, so chunks never overlap
        last_contact_id = contact_id + CHUNK
        if first == 0:
            # the big customer has its own range behind all others
            self._add_big(rng, made)
        for index in range(first, min(first + CHUNK, self.rows)):
            contacts = 0 if index == 0 else rng.choice((0, 0, 0, 0, 0, 1, 1, 2))
            contacts = min(contacts, last_contact_id - contact_id)
            if index:
                self._add_customer(
                    rng, made, index, range(contact_id, contact_id + contacts)
                )
            contact_id += contacts
        return made

    def _add_customer(
        self, rng: Random, made: Chunk, index: int, contact_ids: range
    ) -> None:
        partner_id = FIRST_CUSTOMER + index
        values, place = self._customer(rng, index)
        user_id = values["user_id"]
        is_pooled = self.is_pooled(index)
        since = self.now - timedelta(
            minutes=rng.randrange(60 * 24 * 91, 60 * 24 * 1000)
        )
        facts: dict[str, Any] = {"owner_since": since}
        if rng.random() < 0.7:
            done_at = self.now - timedelta(minutes=rng.randrange(1, 60 * 24 * 90))
            done = self._done(rng, partner_id, user_id, done_at)
            made.followups.append(self._followup_row(self.done, done))
            facts["last_followup_at"] = facts["last_effective_followup_at"] = done_at
        if not is_pooled and rng.random() < 0.3:
            plan = self._plan(rng, partner_id, user_id)
            made.followups.append(self._followup_row(self.planned, plan))
            facts["next_followup_at"] = plan["planned_at"]
        made.moves.append(self._move_row(partner_id, values["name"], user_id, since))
        if is_pooled:
            self._add_pooled(rng, made, partner_id, values, place, since, facts)
            values["user_id"] = None
        else:
            made.partners.append(
                self._customer_row(partner_id, values, place, since, facts)
            )
            if rng.random() < SHARED:
                made.shares.append(self._share_row(rng, partner_id, user_id))
        for contact_id in contact_ids:
            made.partners.append(
                self._contact_row(rng, contact_id, partner_id, values, place, since)
            )

    def _add_pooled(
        self,
        rng: Random,
        made: Chunk,
        partner_id: int,
        values: dict[str, Any],
        place: Place,
        since: datetime,
        facts: dict[str, Any],
    ) -> None:
        """Add a customer that its former owner has released to the pool."""
        pooled_at = self.now - timedelta(minutes=rng.randrange(1, 60 * 24 * 90))
        reason_id = rng.choice(list(self.pool_reasons))
        name = masking.mask_text(values["name"])
        texts = [name, masking.mask_text(values["mnemonic"])]
        keys = [*texts, values["customer_no"]]
        for text in texts:
            keys += pinyin.pinyin_of(text)
        facts = {
            **facts,
            "owner_since": pooled_at,
            "pooled_at": pooled_at,
            "pool_former_owner_id": values["user_id"],
            "pool_reason_id": reason_id,
            "pool_name": name,
            "pool_search_key": search_key.build(keys),
        }
        stored = {**values, "user_id": None}
        made.partners.append(
            self._customer_row(
                partner_id, stored, place, since, facts, pattern=self.pooled
            )
        )
        made.moves.append(
            self.release.row(
                {
                    "partner_id": partner_id,
                    "partner_name": values["name"],
                    "from_user_id": values["user_id"],
                    "moved_at": pooled_at,
                    "reason_id": reason_id,
                    "reason": self.pool_reasons[reason_id],
                }
            )
        )

    def _share_row(self, rng: Random, partner_id: int, owner_id: int) -> str:
        colleague = rng.choice([self.salesperson, *self.others])
        if colleague == owner_id:
            colleague = next(uid for uid in self.others if uid != owner_id)
        return self.share.row({"partner_id": partner_id, "user_id": colleague})

    def _customer_row(
        self,
        partner_id: int,
        values: dict[str, Any],
        place: Place,
        since: datetime,
        facts: dict[str, Any],
        pattern: Pattern | None = None,
    ) -> str:
        name, email = values["name"], values["email"]
        stored = {
            **values,
            **facts,
            "id": partner_id,
            "complete_name": name,
            "commercial_company_name": name,
            "commercial_partner_id": partner_id,
            "crm_customer_id": partner_id,
            "territory_id": self.territories[place.province],
            "phone_sanitized": self._sanitized(values),
            "email_normalized": email,
            "create_date": since,
            "write_date": since,
        }
        if values["user_id"]:
            stored |= self._deadline(facts)
        self._add_keys(stored, with_names=True)
        return (pattern or self.customer).row(stored)

    def _deadline(self, facts: dict[str, Any]) -> dict[str, Any]:
        """Return when the pool takes a customer back by its rules, and why.

        The rule of follow-ups is always the first one: the other one takes years.
        """
        since, clock = facts["owner_since"], "owner"
        followup = facts.get("last_effective_followup_at")
        if followup and followup >= since:
            since, clock = followup, "followup"
        day = since.replace(tzinfo=UTC).astimezone(self.zone).date()
        return {
            "pool_deadline": day + timedelta(days=NEGLECTED),
            "pool_deadline_rule_id": self.rule_id,
            "pool_clock": clock,
            "pool_clock_at": day,
        }

    def _contact_row(
        self,
        rng: Random,
        contact_id: int,
        customer_id: int,
        customer: dict[str, Any],
        place: Place,
        since: datetime,
    ) -> str:
        values = self._contact(rng, customer_id)
        surname = pinyin.surname_of(values["name"])
        stored = {
            **values,
            "id": contact_id,
            "complete_name": f"{customer['name']}, {values['name']}",
            "commercial_company_name": customer["name"],
            "commercial_partner_id": customer_id,
            "crm_customer_id": customer_id,
            "user_id": customer["user_id"],
            "city": customer["city"],
            "state_id": customer["state_id"],
            "country_id": customer["country_id"],
            "territory_id": self.territories[place.province],
            "phone_sanitized": self._sanitized(values),
            "surname": surname,
            "surname_initial": pinyin.pinyin_of(surname, person=True)[1][:1].upper(),
            "create_date": since,
            "write_date": since,
        }
        self._add_keys(stored, with_names=False)
        return self.contact.row(stored)

    def _add_keys(self, stored: dict[str, Any], *, with_names: bool) -> None:
        """Add what a record is searched by, and what it is recognised by."""
        stored["search_key"] = self._search_key(stored)
        keys = match_keys.build(
            defaultdict(bool, stored), self.phone_fields, with_names=with_names
        )
        stored["crm_match_keys"] = " ".join(keys) or None

    def _search_key(self, stored: dict[str, Any]) -> str:
        texts = [stored.get(name) for name in self.text_fields]
        for text in (stored["name"], stored.get("mnemonic")):
            texts += pinyin.pinyin_of(text, person=not stored.get("is_company"))
        return search_key.build(texts, [stored.get(name) for name in self.phone_fields])

    def _sanitized(self, values: dict[str, Any]) -> str:
        """Return the first number in the form that Odoo dials and compares."""
        number = next(filter(None, map(values.get, self.number_fields)))
        return "+86" + re.sub(r"\D", "", number).removeprefix("0")

    def _followup_row(self, pattern: Pattern, values: dict[str, Any]) -> str:
        when = values.get("done_at") or values["planned_at"]
        return pattern.row(
            {**values, "date": when, "is_visit": self.methods[values["method_id"]]}
        )

    def _move_row(
        self, partner_id: int, name: str, user_id: int | None, moved_at: datetime
    ) -> str:
        return self.move.row(
            {
                "partner_id": partner_id,
                "partner_name": name,
                "to_user_id": user_id,
                "moved_at": moved_at,
            }
        )

    def _add_big(self, rng: Random, made: Chunk) -> None:
        values, place = self._customer(rng, 0)
        days = BIG_YEARS * 365
        since = self.now - timedelta(days=days)
        uid = self.salesperson
        times = sorted(
            since + timedelta(minutes=rng.randrange(60 * 24 * days))
            for _number in range(BIG_FOLLOWUPS)
        )
        for done_at in times:
            done = self._done(rng, self.big_id, uid, done_at)
            made.followups.append(self._followup_row(self.done, done))
        facts = {
            "owner_since": since,
            "last_followup_at": times[-1],
            "last_effective_followup_at": times[-1],
        }
        made.partners.append(
            self._customer_row(self.big_id, values, place, since, facts)
        )
        for number in range(BIG_CONTACTS):
            contact_id = FIRST_CUSTOMER + 2 * self.rows + CHUNK + number
            made.partners.append(
                self._contact_row(rng, contact_id, self.big_id, values, place, since)
            )
        for number in range(BIG_MOVES):
            moved_at = since + timedelta(days=days * number / BIG_MOVES)
            made.moves.append(
                self._move_row(self.big_id, values["name"], uid, moved_at)
            )
        for number in range(BIG_NOTES):
            noted_at = since + timedelta(days=days * number / BIG_NOTES)
            made.messages.append(
                self.note.row(
                    {
                        "res_id": self.big_id,
                        "date": noted_at,
                        "message_id": f"<note-{number}@example.com>",
                    }
                )
            )
