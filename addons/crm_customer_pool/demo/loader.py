"""Customers of the demonstration that are in a pool, and some that came out of one."""

from types import SimpleNamespace

from odoo import fields

from odoo.addons.crm_base.demo.customers import Customers
from odoo.addons.crm_base.demo.diary import Diary, read_table
from odoo.addons.crm_base.demo.followups import Followups
from odoo.addons.crm_base.demo.plot import WINDOW

from .batches import Batches
from .locks import Locks

ADMINS = {"east": "manager1", "south": "manager2", "north": "director"}

# stage: what its former owner did before giving the customer up
STEPS = {
    "new": ["noanswer"],
    "contacted": ["first", "wechat", "noanswer"],
    "interested": ["first", "need", "material", "stalled"],
    "dormant": ["need", "stalled", "noanswer"],
}


def load(env):
    """Fill the pools, once: a database that has them filled is left alone.

    :param env: environment of the superuser
    """
    if env.ref("crm_customer_pool.customer_201_demo", raise_if_not_found=False):
        return
    rows = [SimpleNamespace(**row) for row in read_table(__file__, "customers.tsv")]
    diary = Diary(fields.Datetime.now())
    for chapter in (PooledCustomers, PooledFollowups, Batches, Locks):
        chapter(env, diary).tell(rows)


class PooledCustomers(Customers):
    """Customers without owner, and the ledger of how they lost and found one.

    A row names who gave the customer up (``former``) and, if it was taken out again,
    its ``owner``.
    """

    addon = "crm_customer_pool"
    folder = __file__

    def _prepare(self, row):
        result = super()._prepare(row)
        row.pooled_at = self.diary.past(row.chance, row.former, int(row.pooled))
        row.made_at = min(row.made_at, row.pooled_at)
        if row.owner:
            taken_at = self.diary.past(row.chance, row.owner, int(row.taken_days))
            row.moved_at = max(taken_at, row.pooled_at)
            row.moved = row.taken_days
        return result

    def _customer(self, row, made):
        record = super()._customer(row, made)
        if not row.owner:
            record["values"] |= {
                "owner_since": False,
                "pool_id": self._pool(row).id,
                "pooled_at": row.pooled_at,
                "pool_former_owner_id": self.users[row.former].id,
                "pool_reason_id": self._value("release_reason", row.reason),
            }
        return record

    def _pool(self, row):
        return self.env.ref(f"crm_customer_pool.pool_{row.pool}_demo")

    def _make_ledger(self, rows):
        moves = []
        for row in rows:
            former = self.users[row.former]
            moves.append((row.made_at, row, "create", former, None, former, {}))
            nobody = self.env["res.users"]
            reason = self._ref(f"dictionary_release_reason_{row.reason}")
            values = {
                "pool_id": self._pool(row).id,
                "reason_id": reason.id,
                "reason": row.note,
                "batch_id": f"{row.former}-{row.pool}-{row.pooled}",
            }
            moves.append(
                (row.pooled_at, row, "release", nobody, former, former, values)
            )
            if row.owner:
                owner = self.users[row.owner]
                actor = owner if row.taken == "claim" else self.users[ADMINS[row.pool]]
                values = {
                    "pool_id": self._pool(row).id,
                    "batch_id": f"{row.taken}-{row.owner}-{row.id}",
                }
                moves.append((row.moved_at, row, row.taken, owner, None, actor, values))
        for moved_at, row, kind, user, former, actor, values in sorted(
            moves, key=lambda move: (move[0], move[1].id)
        ):
            self.env["crm.owner.move"]._crm_log(
                row.partner,
                kind,
                user,
                {row.partner.id: former.id} if former else None,
                moved_at=moved_at,
                actor_id=actor.id,
                **values,
            )


class PooledFollowups(Followups):
    """What was tried before a customer was given up, and since it was taken out."""

    def _tell_history(self, row):
        chance = row.chance
        followups = []
        # whoever typed in a list of a fair has spoken to nobody
        steps = STEPS[row.stage] if row.former != "assistant" else []
        oldest, newest = min(row.age, WINDOW), int(row.pooled) + 1
        if oldest > newest:
            times = sorted(
                self.diary.past(chance, row.former, chance.randint(newest, oldest))
                for _step in steps
            )
            followups += [
                self._tell_step(row, step, row.former, done_at)
                for step, done_at in zip(steps, times, strict=True)
                if row.made_at <= done_at < row.pooled_at
            ]
        if row.owner:
            done_at = self.diary.past(chance, row.owner, 0)
            if done_at > row.moved_at:
                followups.append(self._tell_step(row, "first", row.owner, done_at))
            followups += self._tell_plans(row, "contacted")
        return [followup for followup in followups if followup]
