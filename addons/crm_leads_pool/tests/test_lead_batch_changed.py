"""Leads that changed since a batch stay as they are, and are listed."""

import json
import random

from odoo.tests import tagged

from .batch_common import LeadBatchCase


@tagged("post_install", "-at_install")
class TestLeadBatchChanged(LeadBatchCase):
    def test_changed_since(self):
        """What somebody changed, moved or worked on since stays, and is listed.

        Covers: P03, P14.
        """
        changes = {
            "has moved since": lambda lead: lead.with_user(self.sue).action_transfer(
                self.tom.id
            ),
            "has been changed since, by Sue": lambda lead: lead.with_user(
                self.sue
            ).write({"description": "重要"}),
            "been changed since": lambda lead: lead.with_user(self.sue).write(
                {"team_id": self.north.id}
            ),
            "has been changed since": lambda lead: self._lead_followup(self.sue, lead),
            "changed since": lambda lead: lead.with_user(self.sue).action_close(
                "wrong_number"
            ),
            "been working": lambda lead: lead.with_user(self.sue).activity_schedule(
                "mail.mail_activity_data_todo", user_id=self.sue.id
            ),
        }
        leads = self._pooled_leads(len(changes) + 1)
        result = self._take(self.sue, *leads)
        for lead, change in zip(leads, changes.values(), strict=False):
            change(lead)
        self._settle()
        told = self._undo(result)
        self.assertEqual(told["undone"], leads[-1].ids)
        reasons = {row["id"]: row["reason"] for row in told["refused"]}
        for lead, text in zip(leads, changes, strict=False):
            self.assertIn(text, reasons[lead.id])
        self.assertEqual(len(self._batch(told).row_ids), len(changes))
        # what was refused may be tried again, and is still as it was changed
        self.assertEqual(len(self._undo(result)["refused"]), len(changes))

    def test_followups_since(self):
        """A plan that was kept, put off, written anew or deleted is work done since.

        Covers: P03, P14.
        """
        changes = (
            lambda plan: plan.action_cancel("不用了"),
            lambda plan: plan.write({"content": "带上样品"}),
            lambda plan: plan.copy(),
            lambda plan: plan.unlink(),
        )
        leads = self._several(len(changes) + 1)
        plans = [self._lead_followup(self.manager, lead) for lead in leads]
        self._settle()
        result = leads.with_user(self.sam).action_transfer(self.sue.id)
        for plan, change in zip(plans, changes, strict=False):
            change(plan.with_user(self.boss))
        self._settle()
        told = self._undo(result)
        self.assertEqual(told["undone"], leads[-1].ids, told)

    def test_moved_and_back(self):
        """What was undone in between has not changed the lead.

        Covers: P03, P14.
        """
        lead = self._pooled_leads(1)
        before = self._rows(lead)
        claim = self._take(self.sam, lead)
        self._settle()
        transfer = lead.with_user(self.sam).action_transfer(self.xia.id)
        self._settle()
        self.assertFalse(self._undo(transfer)["refused"])
        self._settle()
        self.assertFalse(self._undo(claim)["refused"])
        self.assertAsBefore(before, lead)

    def test_deleted_since(self):
        """A lead that was deleted is listed, and holds nothing up.

        Covers: P03, P14.
        """
        leads = self._several(2)
        result = leads.with_user(self.sam).action_transfer(self.tom.id)
        leads[0].with_user(self.boss).unlink()
        told = self._undo(result)
        self.assertEqual(told["undone"], leads[1].ids)
        self.assertIn("was deleted", told["refused"][0]["reason"])

    def test_names_stay_masked(self):
        """Who undoes what others did learns no more names than before.

        Covers: P02, P14.
        """
        secret = {"phone": "13812345678", "contact_name": "李大明"}
        leads = self._several(
            4, name="李大明询价 13700007777", partner_name="深圳石油公司", **secret
        )
        self._give_up(*leads)
        result = self._take(self.sue, *leads)
        leads[0].with_user(self.sue).write({"description": "x"})
        leads[1].with_user(self.sue).activity_schedule(
            "mail.mail_activity_data_todo", user_id=self.sue.id
        )
        leads[2].with_user(self.sue).action_transfer(self.tom.id)
        leads[3].with_user(self.boss).unlink()
        self._settle()
        told = self._undo(result, self.other_manager)
        self.assertEqual(len(told["refused"]), 4)
        batches = self.env["crm.pool.batch"].with_user(self.other_manager).search([])
        self.assertTrue(batches.row_ids)
        ledger = self.env["crm.owner.move"].with_user(self.other_manager)
        ledger = ledger.search([("pool_id", "=", self.lead_pool.id)])
        self.assertIn("claim", ledger.mapped("kind"))
        names = [name for name in ledger.fields_get() if name != "lead_id"]
        seen = json.dumps(
            [told, batches.read(), batches.row_ids.read(), ledger.read(names)],
            default=str,
            ensure_ascii=False,
        )
        for text in ("李大明", "13700007777", "13812345678"):
            self.assertNotIn(text, seen)
        self.assertIn("深圳石油公司", seen)

    def test_queries(self):
        """Looking for what changed takes no query for each lead.

        Covers: P03, P14.
        """

        def looked_at(kind, count):
            leads = self.env["crm.lead"].concat(
                *(self._rich_lead(f"{kind}{count}-{n}") for n in range(count))
            )
            if kind in ("claim", "assign"):
                self._give_up(*leads)
            self._settle()
            result, _owner = self._do(kind, leads)
            batch = self._batch(result)
            moves = self.env["crm.owner.move"].search(
                [("batch_id", "=", result["batch_id"])]
            )
            self._settle()
            before = self.env.cr.sql_log_count
            self.assertFalse(batch._crm_changed_since(moves))
            return self.env.cr.sql_log_count - before

        for kind in ("release", "transfer", "claim"):
            looked_at(kind, 1)
            self.assertEqual(looked_at(kind, 2), looked_at(kind, 6), kind)

    def test_random_batches(self):
        """Whatever was done and changed since: unchanged ones are as before.

        Covers: P02, P03, P14.
        """
        dice = random.Random(16)
        for round_ in range(12):
            leads = self.env["crm.lead"].concat(
                *(self._rich_lead(f"随机{round_}-{index}") for index in range(4))
            )
            kind = dice.choice(("release", "transfer", "claim", "assign"))
            if kind in ("claim", "assign"):
                self._give_up(*leads)
            before = {lead: self._hash(lead) for lead in leads}
            result, owner = self._do(kind, leads)
            changed = {
                lead
                for lead in leads
                if dice.random() < 0.5 and self._change(dice, lead, owner)
            }
            after = {lead: self._hash(lead) for lead in leads}
            told = self._undo(result)
            self.assertEqual(
                sorted(told["undone"]),
                sorted(one.id for one in leads if one not in changed),
                (round_, kind, told),
            )
            for lead in leads:
                expected = after if lead in changed else before
                self.assertEqual(self._hash(lead), expected[lead], (round_, kind))

    def _do(self, kind, leads):
        """Make a batch; return what it told and who owns the leads then."""
        if kind == "release":
            return self._release(leads), None
        if kind == "transfer":
            return leads.with_user(self.sam).action_transfer(self.tom.id), self.tom
        if kind == "claim":
            return self._take(self.sue, *leads), self.sue
        row = self._row(self.other_manager, *leads)
        return row.action_assign(self.tom.id), self.tom

    def _change(self, dice, lead, owner):
        """Change a lead somehow; return True."""
        if not owner:
            self._take(self.sue, lead)
            return True
        theirs = lead.with_user(owner)
        dice.choice(
            (
                lambda: theirs.write({"description": f"改 {dice.random()}"}),
                lambda: theirs.action_transfer(
                    self.sue.id if owner != self.sue else self.sam.id
                ),
                lambda: theirs.write({"intent_id": self._intent(dice).id}),
                lambda: self._lead_followup(
                    owner, lead, done=True, content="又谈了一次价格"
                ),
                lambda: self._lead_followup(owner, lead),
                lambda: theirs.activity_schedule(
                    "mail.mail_activity_data_todo", user_id=owner.id
                ),
                lambda: self._release(lead, owner),
            )
        )()
        return True

    def _intent(self, dice):
        intents = self.env["crm.dictionary"].search([("kind", "=", "lead_intent")])
        return dice.choice(intents)
