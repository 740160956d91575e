from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .common import SaleCase
from .stage_doors import DOORS


@tagged("post_install", "-at_install")
class TestStageGate(SaleCase):
    """Conditions of stages hold for everybody, through every door."""

    failure = UserError

    def _refused(self, lead, stage, text="", user=None):
        """Assert that a stage is refused, with a text that says why."""
        with self.assertRaises(ValidationError) as caught, self.env.cr.savepoint():
            lead.with_user(user or self.sam).write({"stage_id": stage.id})
        self.assertIn(text, str(caught.exception))

    def test_every_door_refuses(self):
        """One transition through every door is refused every time, and says what is
        missing; when it is there, every door lets it through. Covers: S02, S03.
        """
        self._gate(self.offered, "field", field_ids=[(6, 0, self._field("need").ids)])
        for name, door in DOORS(self).items():
            with self.subTest(door=name):
                lead = self._opportunity(stage_id=self.visited.id)
                with self.assertRaises(UserError) as caught, self.env.cr.savepoint():
                    door(self.sam, lead, self.offered)
                message = str(caught.exception)
                self.assertIn("Need", message)
                self.assertIn(lead.name, message)
                lead.invalidate_recordset()
                self.assertEqual(lead.stage_id, self.visited)
                self.assertEqual(len(self._history(lead)), 1)
                lead.need = "换掉两台旧机床"
                if name == "mass_edit":
                    continue
                door(self.sam, lead, self.offered)
                self.assertEqual(lead.stage_id, self.offered)

    def test_no_way_around(self):
        """Creating, jumping, winning and converting ask the stages on the way as well.

        Covers: S03.
        """
        self._gate(self.visited, "field", field_ids=[(6, 0, self._field("need").ids)])
        lead = self._opportunity()
        for stage in (self.visited, self.offered, self.agreed, self.won):
            self._refused(lead, stage, "Need")
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            lead.with_user(self.sam).action_set_won()
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            self._opportunity(stage_id=self.offered.id)
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            # with somebody else, who gets it in the same call
            lead.with_user(self.sam).write(
                {"user_id": self.sue.id, "stage_id": self.offered.id}
            )
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            # of another team
            south = self.env["crm.stage"].search([("team_ids", "in", self.south.ids)])
            lead.with_user(self.sam).write({"stage_id": south[-1].id})
        raw = self._lead(self.sam, stage_id=self.offered.id)
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            raw.convert_opportunity(self.env["res.partner"])
        self._opportunity(stage_id=self.offered.id, need="两台")

    def test_no_context_opens(self):
        """What a call may say of itself opens nothing. Covers: S03."""
        self._gate(self.visited, "role", role="director")
        lead = self._opportunity()
        for key in (
            "crm_sales_stage_step",
            "crm_workflow",
            "install_mode",
            "import_file",
        ):
            self._refused(lead.with_context(**{key: True}), self.visited)
            self._refused(lead.with_context(**{key: {"reason": "x"}}), self.visited)
        self._refused(lead.sudo(), self.visited)
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            lead.with_user(self.sam).sudo().write({"stage_id": self.visited.id})

    def test_back_and_lost(self):
        """Going back and losing ask nothing; coming forward again asks again.

        Covers: S03.
        """
        gate = self._gate(
            self.offered, "field", field_ids=[(6, 0, self._field("need").ids)]
        )
        lead = self._opportunity(stage_id=self.offered.id, need="两台")
        sams = lead.with_user(self.sam)
        sams.need = False
        sams.stage_id = self.visited
        self._refused(lead, self.offered)
        sams.action_set_lost(lost_reason_id=self._lost_reason())
        sams.action_restore()
        self.assertEqual(lead.stage_id, self.visited)
        gate.active = False
        sams.stage_id = self.offered

    def test_condition(self):
        """A condition on the opportunity, told in own words. Covers: S03."""
        self._gate(
            self.offered,
            "condition",
            domain="[('expected_revenue', '>=', 10000)]",
            message="预计金额不足一万",
        )
        lead = self._opportunity(stage_id=self.visited.id, expected_revenue=500)
        self._refused(lead, self.offered, "预计金额不足一万")
        # what is written along counts
        lead.with_user(self.sam).write(
            {"expected_revenue": 20000, "stage_id": self.offered.id}
        )

    def test_evidence(self):
        """Files and follow-ups are asked for by number. Covers: S03."""
        self._gate(self.offered, "attachment", count=1)
        self._gate(self.offered, "followup", count=1)
        lead = self._opportunity(stage_id=self.visited.id)
        self._refused(lead, self.offered, "Attach files")
        self.env["ir.attachment"].with_user(self.sam).create(
            {
                "name": "报价.pdf",
                "raw": b"x",
                "res_model": "crm.lead",
                "res_id": lead.id,
            }
        )
        self._refused(lead, self.offered, "Follow up in the stage before")
        self._lead_followup(
            self.sam, lead, done=True, content="聊了二十分钟，下周看样机"
        )
        lead.with_user(self.sam).stage_id = self.offered

    def test_dwell(self):
        """An opportunity stays in a stage for some days. Covers: S03."""
        self._gate(self.visited, "dwell", days=3)
        with freeze_time("2026-03-02 03:00:00"):
            lead = self._opportunity()
        with freeze_time("2026-03-05 02:59:00"):
            self._refused(lead, self.visited, "3 days")
        with freeze_time("2026-03-05 03:00:00"):
            lead.with_user(self.sam).stage_id = self.visited

    def test_role(self):
        """Some stages are entered by certain people alone. Covers: S03."""
        self._gate(self.offered, "role", role="manager")
        lead = self._opportunity(stage_id=self.visited.id)
        self._refused(lead, self.offered, "Managers")
        lead.with_user(self.manager).stage_id = self.offered

    def test_skip(self):
        """Those who may pass conditions over with a reason; it is kept and counted.

        Covers: S03.
        """
        self._gate(self.offered, "field", field_ids=[(6, 0, self._field("need").ids)])
        lead = self._opportunity(stage_id=self.visited.id)
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            lead.with_user(self.sam).action_move_stage(self.offered.id, "客户很急")
        with self.assertRaises(ValidationError) as caught, self.env.cr.savepoint():
            lead.with_user(self.manager).action_move_stage(self.offered.id)
        self.assertIn("reason", str(caught.exception))
        lead.with_user(self.manager).action_move_stage(self.offered.id, "客户很急")
        move = lead.last_stage_move_id
        self.assertTrue(move.is_skip)
        self.assertEqual((move.skip_reason, move.user_id), ("客户很急", self.manager))
        self.assertIn("Need", move.skipped)
        self.assertEqual(lead.stage_skip_count, 1)
        values = self.env["crm.metric"].compute_values(["stage_skips"])
        self.assertTrue(values)
        self.offered.skip_role = "nobody"
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            self._opportunity(stage_id=self.visited.id).with_user(
                self.boss
            ).action_move_stage(self.offered.id, "客户很急")

    def test_skip_when_creating(self):
        """A reason travels with the values: a file can bring it. Covers: S03."""
        self._gate(self.offered, "field", field_ids=[(6, 0, self._field("need").ids)])
        lead = self.env["crm.lead"].with_user(self.manager)
        values = {
            "name": "旧系统导入",
            "type": "opportunity",
            "user_id": self.sam.id,
            "stage_id": self.offered.id,
        }
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            lead.create(values)
        made = lead.create({**values, "stage_skip_reason": "旧系统里已报价"})
        self.assertTrue(made.last_stage_move_id.is_skip)
        self.assertFalse(made.stage_skip_reason)

    def test_dialog(self):
        """The dialog proposes the next stage, says what is missing, asks for a reason.

        Covers: S03.
        """
        self._gate(self.visited, "field", field_ids=[(6, 0, self._field("need").ids)])
        lead = self._opportunity()
        action = lead.with_user(self.manager).action_open_stage_change()
        changes = self.env["crm.stage.change"].with_user(self.manager)
        with Form(changes.with_context(**action["context"])) as form:
            self.assertEqual(form.stage_id, self.visited)
            self.assertIn("Need", form.missing)
            form.reason = "总经理已当面确认"
        form.record.action_confirm()
        self.assertEqual(lead.stage_id, self.visited)
        self.assertIn("Need", self._opportunity().with_user(self.sam).stage_missing)

    def test_who_sets_up(self):
        """Directors set stages up, salespeople and managers do not. Covers: S03."""
        values = {"stage_id": self.found.id, "kind": "attachment"}
        gates = self.env["crm.stage.gate"]
        for user in (self.sam, self.manager):
            with self.assertRaises(AccessError):
                gates.with_user(user).create(values)
            with self.assertRaises(AccessError):
                self.found.with_user(user).write({"skip_role": "manager"})
        gate = gates.with_user(self.director).create(values)
        self.assertTrue(gate.summary)
        with self.assertRaises(ValidationError):
            gates.create({"stage_id": self.found.id, "kind": "field"})
        for domain in ("[('nothing', '=', 1)]", "import os", "[(1,)]"):
            with self.subTest(domain=domain), self.assertRaises(ValidationError):
                gates.create(
                    {
                        "stage_id": self.found.id,
                        "kind": "condition",
                        "domain": domain,
                        "message": "x",
                    }
                )

    def test_condition_on_hidden_fields(self):
        """Whoever sets conditions up learns nothing by them that is hidden from him.

        Covers: S03.
        """
        values = {"stage_id": self.found.id, "kind": "condition", "message": "x"}
        gates = self.env["crm.stage.gate"].with_user(self.director)
        domain = "[('partner_id.signup_type', '!=', False)]"
        with self.assertRaises(AccessError):
            gates.create({**values, "domain": domain})
        nested = "[" * 500 + "]" * 500
        with self.assertRaises(ValidationError):
            gates.create({**values, "domain": nested})

    def test_copy(self):
        """Copying a condition gives only what the copier may read. Covers: S03."""
        gate = self._gate(
            self.offered, "field", field_ids=[(6, 0, self._field("need").ids)]
        )
        (vals,) = gate.with_user(self.sam).copy_data()
        self.assertFalse(vals["field_ids"])
        copied = gate.with_user(self.director).copy()
        self.assertEqual(copied.field_ids, gate.field_ids)

    def test_hostile_arguments(self):
        """What is no stage, and what is nobody's opportunity, is refused clearly."""
        lead = self._opportunity().with_user(self.sam)
        for stage in (0, -1, "x", None, [1], 2**40, True, {}):
            with self.subTest(stage=stage), self.assertRaises(UserError):
                lead.action_move_stage(stage)
        with self.assertRaises(AccessError):
            lead.with_user(self.xia).action_move_stage(self.visited.id)
