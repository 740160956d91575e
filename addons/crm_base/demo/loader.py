"""The story of the demonstration: a company that equips warehouses, and its customers.

Tables beside this file say who the customers are and what is said in follow-ups; this
module spreads it over the last ninety days and the next two weeks. Every customer has
a random generator of its own, seeded with its number, so that the same day gives the
same story and one changed row does not reshuffle the others.
"""

from collections import defaultdict, deque
from datetime import timedelta
from random import Random
from types import SimpleNamespace

from lunar_python import Solar

from odoo import Command, fields
from odoo.exceptions import UserError

from ..tools.geo import distance_m
from .diary import Diary, read_table
from .plot import (
    ABOVE,
    ARCS,
    ATTACHMENTS,
    HABITS,
    HEAT_REASONS,
    MOVES,
    PLANNED,
    PRODUCTS,
    RIVALS,
    SITES,
    SUPERIORS,
    TOP,
    WEEKDAYS,
    WINDOW,
)


def load(env):
    """Tell the story, once: a database that has it is left alone.

    :param env: environment of the superuser
    """
    if env.ref("crm_base.customer_001_demo", raise_if_not_found=False):
        return
    _set_currency(env)
    _set_accounts(env)
    _hide_stock_team(env)
    Story(env).tell()


def _set_accounts(env):
    """Give everybody the password of the list, and a first log-in."""
    Users = env["res.users"]
    hashes = {}
    for row in read_table(__file__, "logins.tsv"):
        user = env.ref(f"crm_base.user_{row['login']}_demo", raise_if_not_found=False)
        if user:
            password = row["password"]
            # hashing is slow on purpose: once for each password
            if password not in hashes:
                hashes[password] = Users._crypt_context().hash(password)
            Users._set_encrypted_password(user.id, hashes[password])
            # the very first log-in would take over the time zone of the browser
            env["res.users.log"].with_user(user).sudo().create({})


def _hide_stock_team(env):
    """Put the team of Odoo's own demonstration away, if it was loaded."""
    team = env.ref("sales_team.crm_team_1", raise_if_not_found=False)
    if team:
        team.active = False


def _set_currency(env):
    yuan = env.ref("base.CNY")
    yuan.active = True
    company = env.ref("base.main_company")
    try:
        with env.cr.savepoint():
            company.currency_id = yuan
    except UserError:
        # the accounts of another addon's demonstration are kept in another currency
        company.invalidate_recordset()


class Story:
    """Builds all records; see the module."""

    def __init__(self, env):
        # no message, follower or e-mail for what is made up
        self.env = env(context={**env.context, "tracking_disable": True})
        self.diary = Diary(fields.Datetime.now())
        self.users = {
            name: self._ref(f"user_{name}_demo")
            for name in ["boss", "director", "assistant", *SUPERIORS]
        }
        self.texts = defaultdict(list)
        for row in read_table(__file__, "stories.tsv"):
            self.texts[row["step"]].append(SimpleNamespace(**row))

    def tell(self):
        """Make the customers, then what happened, what is planned and what was said."""
        rows = [SimpleNamespace(**row) for row in read_table(__file__, "customers.tsv")]
        for row in rows:
            self._prepare(row)
        self._make_customers(rows)
        self._make_contacts(rows)
        self._make_ledger(rows)
        history = [vals for row in rows for vals in self._tell_history(row)]
        self._make_followups(history, rows)
        self._make_shares()
        self._make_notes(rows)

    def _ref(self, name):
        return self.env.ref(f"crm_base.{name}")

    def _value(self, kind, code):
        return self._ref(f"dictionary_{kind}_{code}").id if code else False

    # ------------------------------------------------------------
    # Customers
    # ------------------------------------------------------------

    def _prepare(self, row):
        """Add to a row what the rest of its story refers to."""
        chance = row.chance = Random(f"crm_base {row.id}")
        row.age = int(row.age)
        row.made_at = self.diary.past(chance, row.former or row.owner, row.age)
        row.moved_at = None
        if row.moved:
            actor = MOVES[row.former, row.owner][1]
            # one day, one batch: those who change hands together do so at once
            row.moved_at = self.diary.past(
                Random(f"{row.former} {row.moved}"), f"{actor} {row.id}", int(row.moved)
            )
        product, unit, least, most, cheap, dear = PRODUCTS[row.need]
        size = {"a": 1.0, "b": 0.6, "c": 0.35, "d": 0.2}[row.level]
        quantity = max(least, round(chance.uniform(least, most) * size))
        if quantity > 30:
            quantity = round(quantity, -1)
        row.amount = quantity * chance.randint(cheap, dear)
        amount = f"{row.amount / 10000:.1f}".removesuffix(".0")
        row.slots = {
            "p": product,
            "q": f"{quantity}{unit}",
            "a": f"{amount}万",
            "site": "冷库" if row.need == "cold" else chance.choice(SITES),
            "rival": chance.choice(RIVALS),
        }

    def _make_customers(self, rows):
        made = {}
        # a group first, its companies after it
        for part in (
            [row for row in rows if not row.parent],
            [row for row in rows if row.parent],
        ):
            records = [self._customer(row, made) for row in part]
            partners = self.env["res.partner"]._crm_workflow()._load_records(records)
            for row, partner in zip(part, partners.with_env(self.env), strict=True):
                row.partner = made[row.id] = partner
        self._number(rows)
        customers = self.env["res.partner"].union(*[row.partner for row in rows])
        for user, own in customers.grouped("user_id").items():
            own.message_subscribe(user.partner_id.ids)

    def _customer(self, row, made):
        chance = row.chance
        owner = self.users[row.owner]
        values = {
            "name": row.name,
            "is_crm_customer": True,
            "is_company": row.kind == "company",
            # "contact" would take over the address of the group
            "type": "other" if row.parent else "contact",
            "mnemonic": row.mnemonic,
            "parent_id": made[row.parent].id if row.parent else False,
            "industry_id": self._industry(row),
            "country_id": self.env.ref("base.cn").id,
            "state_id": self.env.ref(f"base.state_cn_{row.state}").id,
            "city": row.city,
            "district": row.district,
            "street": row.street,
            "zip": row.zip,
            "partner_latitude": float(row.latitude),
            "partner_longitude": float(row.longitude),
            "phone": row.phone,
            "mobile": row.mobile,
            "website": row.domain and f"https://www.{row.domain}.example.com",
            "email": row.domain and f"info@{row.domain}.example.com",
            "lang": "zh_CN",
            "tz": "Asia/Shanghai",
            "customer_type_id": self._value("customer_type", row.type),
            "customer_level_id": self._value("customer_level", row.level),
            "customer_stage_id": self._value("customer_stage", row.stage),
            "source_id": self._ref(f"source_{row.source}_demo").id,
            "category_id": [
                Command.set(
                    [self._ref(f"tag_{tag}_demo").id for tag in row.tags.split()]
                )
            ],
            "user_id": owner.id,
            "owner_since": row.moved_at or row.made_at,
            "favorite_user_ids": [Command.set(owner.ids if row.favorite else [])],
            "create_date": row.made_at,
        }
        if row.heat:
            values |= {
                "heat_level_id": self._value("heat_level", row.heat),
                "heat_reason": HEAT_REASONS[row.heat].format(**row.slots),
                "heat_until": self.diary.day(-chance.randint(4, 45)),
            }
        return {
            "xml_id": f"crm_base.customer_{row.id}_demo",
            "values": values,
            "noupdate": True,
        }

    def _industry(self, row):
        industry = row.industry and f"base.res_partner_industry_{row.industry}"
        return industry and self.env.ref(industry).id

    def _number(self, rows):
        """Number the customers in the order in which they came."""
        sequence = self.env["ir.sequence"].with_company(
            self.env.ref("base.main_company")
        )
        for row in sorted(rows, key=lambda row: row.made_at):
            row.partner.customer_no = sequence.with_context(
                ir_sequence_date=row.made_at.date()
            ).next_by_code("crm.customer")

    def _make_contacts(self, rows):
        customers = {row.id: row for row in rows}
        for row in rows:
            row.contacts = []
        people = [
            SimpleNamespace(**person) for person in read_table(__file__, "contacts.tsv")
        ]
        records = [
            self._contact(person, customers[person.customer]) for person in people
        ]
        partners = self.env["res.partner"]._crm_workflow()._load_records(records)
        for person, partner in zip(people, partners.with_env(self.env), strict=True):
            customers[person.customer].contacts.append((partner, self._call(person)))

    def _contact(self, person, row):
        return {
            "xml_id": f"crm_base.contact_{person.customer}_{person.no}_demo",
            "noupdate": True,
            "values": {
                "name": person.name,
                "parent_id": row.partner.id,
                "user_id": row.partner.user_id.id,
                "type": "contact",
                "honorific_id": self._value("honorific", person.honorific),
                "function": person.function,
                "decision_role_id": self._value("decision_role", person.role),
                "responsibility": person.responsibility,
                "mobile": person.mobile,
                "phone": person.phone,
                "email": person.email,
                "wechat": person.wechat,
                "qq": person.qq,
                "lang": "zh_CN",
                "tz": "Asia/Shanghai",
                "create_date": row.made_at,
                **self._birthday(person, row.chance),
            },
        }

    def _birthday(self, person, chance):
        """Return the birthday of a contact; "this month" is in the present one."""
        today = self.diary.day(0)
        if person.birthday_lunar == "this month":
            lunar = Solar.fromYmd(
                today.year, today.month, chance.randint(1, 28)
            ).getLunar()
            # the month of a leap is counted as negative; its day is kept a month before
            return {
                "birthday_lunar": f"{abs(lunar.getMonth()):02d}-{lunar.getDay():02d}"
            }
        if person.birthday_lunar:
            return {"birthday_lunar": person.birthday_lunar}
        if person.birthday.startswith("this month"):
            year = int(person.birthday.split()[-1])
            return {"birthday": today.replace(year=year, day=chance.randint(1, 28))}
        return {"birthday": person.birthday} if person.birthday else {}

    @staticmethod
    def _call(person):
        """Return how colleagues speak of a contact: surname and title."""
        titles = {
            "general_manager": "总",
            "manager": "经理",
            "director": "厂长" if "厂长" in person.function else "总监",
            "engineer": "工",
            "mr": "先生",
            "ms": "女士",
        }
        return person.name[0] + titles[person.honorific]

    def _make_ledger(self, rows):
        events = []
        for row in rows:
            first = row.former or row.owner
            events.append((row.made_at, row, "create", None, first, first, "", ""))
            if row.moved_at:
                kind, actor, reason = MOVES[row.former, row.owner]
                batch = f"{row.former}-{row.owner}-{row.moved}"
                events.append(
                    (
                        row.moved_at,
                        row,
                        kind,
                        row.former,
                        row.owner,
                        actor,
                        reason,
                        batch,
                    )
                )
        for moved_at, row, kind, former, owner, actor, reason, batch in sorted(
            events, key=lambda event: (event[0], event[1].id)
        ):
            self.env["crm.owner.move"]._crm_log(
                row.partner,
                kind,
                self.users[owner],
                {row.partner.id: self.users[former].id} if former else None,
                reason,
                moved_at=moved_at,
                actor_id=self.users[actor].id,
                batch_id=batch or False,
            )

    # ------------------------------------------------------------
    # Follow-ups
    # ------------------------------------------------------------

    def _tell_history(self, row):
        """Return the follow-ups of a customer: done, cancelled and planned ones."""
        chance = row.chance
        steps = self._choose_steps(row)
        times = self._choose_times(row, len(steps))
        followups = []
        for step, done_at in zip(steps, times, strict=True):
            person = (
                row.former if row.moved_at and done_at < row.moved_at else row.owner
            )
            followup = self._tell_step(row, step, person, done_at)
            if followup:
                followups.append(followup)
        self._date_deals(row, followups)
        if chance.random() < 0.09 and row.age > 20:
            followups.append(self._tell_cancelled(row))
        if chance.random() < PLANNED[row.stage]:
            served = row.stage == "deal" and not {
                "training",
                "collect",
                "care",
            }.isdisjoint(steps)
            followups += self._tell_plans(row, "served" if served else row.stage)
        return followups

    def _choose_steps(self, row):
        chance = row.chance
        steps, needed, _last = ARCS[row.stage]
        habits = HABITS[row.owner]
        level = {"a": 1.1, "b": 1.0, "c": 0.85, "d": 0.6}[row.level]
        begins = row.age < WINDOW
        chosen = []
        for step in steps:
            if step == "first" and not begins:
                continue
            must = step in needed or (step == "first" and row.stage != "new")
            if not must and chance.random() > habits.diligence * level:
                continue
            if chance.random() < 0.12 and step not in ("contract", "repeat"):
                chosen.append("noanswer")
            chosen.append(step)
            if chance.random() < 0.05:
                chosen.append("sms")
            if chance.random() < habits.carelessness:
                chosen.append("lazy")
        return chosen

    def _choose_times(self, row, count):
        chance = row.chance
        oldest = row.age if row.age < WINDOW else chance.randint(WINDOW - 14, WINDOW)
        least, most = ARCS[row.stage][2]
        newest = min(
            oldest, round(chance.uniform(least, most) * HABITS[row.owner].late)
        )
        span = (oldest - newest) / max(count - 1, 1)
        times = []
        for index in range(count):
            days = oldest - span * index
            if 0 < index < count - 1:
                days += chance.uniform(-0.3, 0.3) * span
            days = round(days)
            gone = row.moved_at and days > int(row.moved)
            times.append(
                self.diary.past(chance, row.former if gone else row.owner, days)
            )
        return sorted(times)

    def _pick(self, row, step, contact):
        fitting = [
            text
            for text in self.texts[step]
            if (not text.needs or row.need in text.needs.split())
            and not (
                contact[1].endswith(TOP) and any(word in text.content for word in ABOVE)
            )
        ]
        return row.chance.choice(fitting) if fitting else None

    def _fill(self, row, text, contact):
        slots = {**row.slots, "c": contact[1], "wk": row.chance.choice(WEEKDAYS)}
        return {
            "name": text.subject.format(**slots),
            "content": text.content.format(**slots),
            "method_id": self._value("followup_method", text.method),
            "contact_id": contact[0].id,
        }

    def _partner_in_talk(self, row):
        if not row.contacts:
            return row.partner.browse(), f"{row.name[0]}老板"
        if len(row.contacts) > 1 and row.chance.random() < 0.25:
            return row.chance.choice(row.contacts[1:])
        return row.contacts[0]

    def _tell_step(self, row, step, person, done_at):
        chance = row.chance
        contact = self._partner_in_talk(row)
        text = self._pick(row, step, contact)
        if not text:
            return None
        values = {
            **self._fill(row, text, contact),
            "state": "done",
            "done_at": done_at,
            "outcome_id": self._value("followup_outcome", text.outcome),
            "satisfaction": self._satisfaction(row, text, person),
        }
        if text.method == "visit" or chance.random() < 0.4:
            values["planned_at"] = done_at + timedelta(
                minutes=15 * chance.randint(-4, 2)
            )
        if text.method == "visit":
            values |= self._check_in(row, person, done_at)
        values |= self._review(row, step, person, done_at, values)
        return self._followup(row, person, values) | {"step": step}

    def _satisfaction(self, row, text, person):
        if not text.satisfaction:
            return False
        chance = row.chance
        score = chance.randint(int(text.satisfaction[0]), int(text.satisfaction[-1]))
        charm = HABITS[person].charm
        if chance.random() < abs(charm):
            score += 1 if charm > 0 else -1
        return str(min(max(score, 1), 5))

    def _check_in(self, row, person, done_at):
        """Return where somebody stood when the visit began."""
        chance = row.chance
        far = HABITS[person].far
        if chance.random() < 0.06 + far / 2:
            return {}
        offset = 0.06 if chance.random() < far else 0.0012
        latitude = float(row.latitude) + chance.uniform(-offset, offset)
        longitude = float(row.longitude) + chance.uniform(-offset, offset)
        return {
            "checkin_at": done_at - timedelta(minutes=chance.randint(35, 100)),
            "checkin_latitude": latitude,
            "checkin_longitude": longitude,
            "checkin_accuracy": chance.randint(8, 45),
            "checkin_distance": distance_m(
                latitude, longitude, float(row.latitude), float(row.longitude)
            ),
        }

    def _review(self, row, step, person, done_at, values):
        chance = row.chance
        superior = SUPERIORS.get(person)
        far = values.get("checkin_distance", 0) > 500
        often = 0.45 if step == "lazy" or far else 0.1
        if not superior or done_at < self.diary.now - timedelta(days=45):
            return {}
        if chance.random() > often:
            return {}
        kind = "far" if far else "advise" if step == "lazy" else "praise"
        return {
            "reviewer_id": self.users[superior].id,
            "review": chance.choice(self.texts[kind]).subject,
            "reviewed_at": min(
                done_at + timedelta(hours=chance.randint(3, 26)), self.diary.now
            ),
        }

    def _tell_cancelled(self, row):
        chance = row.chance
        text = chance.choice(self.texts[f"plan_{row.stage}"])
        planned_at = self.diary.past(
            chance, row.owner, chance.randint(1, int(row.moved or min(row.age, 60)))
        )
        return self._followup(
            row,
            row.owner,
            {
                **self._fill(row, text, self._partner_in_talk(row)),
                "state": "cancelled",
                "planned_at": planned_at,
                "cancel_reason": chance.choice(self.texts["cancel"]).subject,
            },
        )

    def _tell_plans(self, row, phase):
        """Return one or two plans; with some people they are overdue."""
        chance = row.chance
        overdue = chance.random() < (0.07 if HABITS[row.owner].late < 2 else 0.7)
        texts = list(self.texts[f"plan_{phase}"])
        chance.shuffle(texts)
        count = 2 if row.level == "a" and chance.random() < 0.4 else 1
        plans = []
        for index, text in enumerate(texts[:count]):
            if overdue and not index:
                planned_at = self.diary.past(chance, row.owner, chance.randint(1, 8))
            else:
                planned_at = self.diary.ahead(
                    chance, row.owner, round(abs(chance.gauss(2, 4))) + 5 * index
                )
            values = {"state": "planned", "planned_at": planned_at}
            plans.append(
                self._followup(
                    row,
                    row.owner,
                    {**self._fill(row, text, self._partner_in_talk(row)), **values},
                )
            )
        return plans

    def _followup(self, row, person, values):
        made_at = values.get("done_at") or min(
            values["planned_at"] - timedelta(days=4), self.diary.now
        )
        return {
            "partner_id": row.partner.id,
            "user_id": self.users[person].id,
            "company_id": self.env.ref("base.main_company").id,
            "create_date": max(min(made_at, self.diary.now), row.made_at),
            **values,
        }

    def _date_deals(self, row, followups):
        """Keep when a customer last asked for an offer and last bought."""
        chance = row.chance
        facts = {}
        for followup in followups:
            if followup["step"] == "quote":
                facts["last_opportunity_at"] = followup["done_at"]
            if followup["step"] in ("contract", "repeat"):
                facts["last_deal_at"] = followup["done_at"]
        if row.stage in ("deal", "repeat") and "last_deal_at" not in facts:
            facts["last_deal_at"] = self.diary.past(
                chance, row.owner, chance.randint(min(60, row.age), min(row.age, 180))
            )
        if row.stage in ("quoted", "deal", "repeat"):
            facts.setdefault("last_opportunity_at", facts.get("last_deal_at"))
        facts = {name: value for name, value in facts.items() if value}
        if facts:
            row.partner._crm_workflow().write(facts)

    def _make_followups(self, history, rows):
        history.sort(key=lambda values: (values["create_date"], values["partner_id"]))
        done = [values for values in history if values["state"] == "done"]
        self._judge(sorted(done, key=lambda values: values["done_at"]))
        for values in history:
            values.pop("step", None)
        followups = self.env["crm.followup"]._crm_create_history(history)
        visits = followups.filtered(lambda followup: followup.checkin_at)
        self.env["ir.attachment"].create(
            [
                {
                    "name": f"现场情况-{visit.partner_id.name}.txt",
                    "raw": f"{visit.name}\n\n{visit.content}\n".encode(),
                    "res_model": "crm.followup",
                    "res_id": visit.id,
                }
                for visit in visits[::12]
            ]
        )

    def _judge(self, done):
        """Mark what counts, by the rules that the company has by default."""
        company = self.env.ref("base.main_company")
        last = defaultdict(lambda: deque(maxlen=company.crm_effective_copy_depth))
        for values in done:
            content = "".join(values["content"].split())
            values["is_effective"] = (
                len(content) >= company.crm_effective_min_length
                and content not in last[values["user_id"]]
            )
            last[values["user_id"]].append(content)

    # ------------------------------------------------------------
    # Among colleagues
    # ------------------------------------------------------------

    def _make_shares(self):
        self.env["crm.share"].create(
            [
                {
                    "partner_id": self._ref(f"customer_{share['customer']}_demo").id,
                    "user_id": self.users[share["user"]].id,
                    "mode": share["mode"],
                    "until": share["days"] and self.diary.day(-int(share["days"])),
                    "note": share["note"],
                }
                for share in read_table(__file__, "shares.tsv")
            ]
        )

    def _make_notes(self, rows):
        """Leave notes and documents in the chatter of customers."""
        telling = [row for row in rows if row.stage in ("quoted", "deal", "repeat")]
        for row in telling:
            chance = row.chance
            if chance.random() < 0.5:
                self._note(row, chance.choice(self.texts["note"]).subject)
            if chance.random() < 0.3:
                name, content, text = chance.choice(ATTACHMENTS)
                # spreadsheets recognize Chinese by the mark at the beginning
                self._note(row, text, [(name, content.encode("utf-8-sig"))])

    def _note(self, row, text, attachments=()):
        chance = row.chance
        author = chance.choice([row.owner, row.owner, "assistant"])
        latest = min(int(row.moved or row.age), 60)
        row.partner.with_context(mail_create_nosubscribe=True).message_post(
            body=text,
            author_id=self.users[author].partner_id.id,
            message_type="comment",
            subtype_xmlid="mail.mt_note",
            attachments=list(attachments),
            date=self.diary.past(chance, author, chance.randint(0, latest)),
        )
