"""What happened with the customers, and what is planned."""

from collections import defaultdict, deque
from datetime import timedelta

from ..tools.geo import distance_m
from .plot import ABOVE, ARCS, HABITS, PLANNED, SUPERIORS, TOP, WEEKDAYS, WINDOW
from .story import Chapter


class Followups(Chapter):
    """Makes three months of follow-ups and the plans of two weeks."""

    def tell(self, rows):
        """Make them all.

        :param rows: of customers.tsv, as :class:`Customers` leaves them
        """
        self._make_followups(
            [values for row in rows for values in self._tell_history(row)]
        )

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
            done_at = self.diary.past(chance, row.former if gone else row.owner, days)
            times.append(self._after_start(row, done_at))
        return sorted(times)

    def _after_start(self, row, moment):
        """Return a time that is not before the customer was entered."""
        return min(max(moment, row.made_at + timedelta(minutes=20)), self.diary.now)

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
                "planned_at": self._after_start(row, planned_at),
                "cancel_reason": chance.choice(self.texts["cancel"]).subject,
            },
        )

    def _tell_plans(self, row, phase):
        """Return one or two plans; with some people they are overdue."""
        chance = row.chance
        overdue = chance.random() < (0.07 if HABITS[row.owner].late < 2 else 0.7)
        # nobody plans for a customer before having it
        earliest = min(8, int(row.moved or row.age))
        texts = list(self.texts[f"plan_{phase}"])
        chance.shuffle(texts)
        count = 2 if row.level == "a" and chance.random() < 0.4 else 1
        plans = []
        for index, text in enumerate(texts[:count]):
            if overdue and earliest > 2 and not index:
                planned_at = self.diary.past(
                    chance, row.owner, chance.randint(1, earliest - 1)
                )
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

    def _make_followups(self, history):
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
