"""Who the customers are, whom they belong to, and how it came to that."""

from random import Random
from types import SimpleNamespace

from lunar_python import Solar

from odoo import Command

from .diary import read_table
from .plot import HEAT_REASONS, MOVES, PRODUCTS, RIVALS, SITES
from .story import Chapter


class Customers(Chapter):
    """Makes customers, their contacts and the ledger of their owners."""

    def tell(self, rows):
        """Make them all.

        :param rows: of customers.tsv; each gets ``partner``, ``contacts``, ``made_at``,
            ``moved_at``, ``slots`` for texts and ``chance``, a generator of its own
        """
        for row in rows:
            self._prepare(row)
        self._make_customers(rows)
        self._make_contacts(rows)
        self._make_ledger(rows)

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
            if user:
                own.message_subscribe(user.partner_id.ids)

    def _customer(self, row, made):
        chance = row.chance
        owner = self.users[row.owner] if row.owner else self.env["res.users"]
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
            "xml_id": f"{self.addon}.customer_{row.id}_demo",
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
            SimpleNamespace(**person)
            for person in read_table(self.folder, "contacts.tsv")
        ]
        records = [
            self._contact(person, customers[person.customer]) for person in people
        ]
        partners = self.env["res.partner"]._crm_workflow()._load_records(records)
        for person, partner in zip(people, partners.with_env(self.env), strict=True):
            customers[person.customer].contacts.append((partner, self._call(person)))

    def _contact(self, person, row):
        return {
            "xml_id": f"{self.addon}.contact_{person.customer}_{person.no}_demo",
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
