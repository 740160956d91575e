from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import SaleCase


@tagged("post_install", "-at_install")
class TestNeeds(SaleCase):
    """What the customer needs, what we propose, and whether it is worth it."""

    def _upload(self, user, model="crm.need", name="图纸.pdf"):
        """Upload a file as the form does, before anything is saved."""
        files = self.env["ir.attachment"].with_user(user)
        return files.create(
            {"name": name, "raw": b"%PDF", "res_model": model, "res_id": 0}
        )

    def test_need_with_files(self):
        """Needs have files that whoever sees the opportunity reads. Covers: S06."""
        lead = self._opportunity()
        file = self._upload(self.sam)
        needs = self.env["crm.need"].with_user(self.sam)
        need = needs.create(
            {"lead_id": lead.id, "name": "加工精度", "file_ids": [(6, 0, file.ids)]}
        )
        self.assertEqual((file.res_model, file.res_id), ("crm.need", need.id))
        self.env.invalidate_all()
        self.assertEqual(need.with_user(self.manager).file_ids.ids, file.ids)
        self.assertSees(self.manager, file.with_env(self.env))
        self.assertBlind(self.xia, file.with_env(self.env))
        need.file_ids = [(5, 0, 0)]
        self.assertFalse(file.exists())

    def test_no_foreign_file(self):
        """Nobody ties somebody else's file to a record of his own. Covers: S06."""
        lead = self._opportunity()
        needs = self.env["crm.need"].with_user(self.sam)
        need = needs.create({"lead_id": lead.id, "name": "交期"})
        tied = self._upload(self.xia).with_env(self.env)
        theirs = self._opportunity(self.xia)
        tied.write({"res_model": "crm.lead", "res_id": theirs.id})
        for file in (self._upload(self.xia), tied):
            with self.assertRaises(AccessError):
                need.file_ids = [(4, file.id)]

    def test_raised_by(self):
        """A need names a person of a customer in sight. Covers: S06."""
        customer = self._customer(self.xia)
        contact = self._contact(customer)
        with self.assertRaises(AccessError):
            self.env["crm.need"].with_user(self.sam).create(
                {
                    "lead_id": self._opportunity().id,
                    "name": "交期",
                    "raised_by_id": contact.id,
                }
            )

    def test_solution_from_template(self):
        """A solution begins with the template's text and files. Covers: S06."""
        template = self.env["crm.solution.template"].create(
            {"name": "柔性产线", "summary": "多品种小批量", "body": "<p>两台主机</p>"}
        )
        self.env["ir.attachment"].create(
            {
                "name": "样本.pdf",
                "raw": b"%PDF",
                "res_model": "crm.solution.template",
                "res_id": template.id,
            }
        )
        lead = self._opportunity()
        solutions = self.env["crm.solution"].with_user(self.sam)
        with Form(solutions.with_context(default_lead_id=lead.id)) as form:
            form.template_id = template
            self.assertEqual(form.name, "柔性产线")
        solution = form.record
        self.assertIn("两台主机", solution.body)
        self.assertEqual(solution.file_ids.mapped("name"), ["样本.pdf"])
        plain = solutions.create({"lead_id": lead.id, "template_id": template.id})
        self.assertEqual(plain.summary, "多品种小批量")
        with self.assertRaises(AccessError):
            template.with_user(self.sam).body = "x"

    def test_solution_versions(self):
        """What the customer has seen stays; a change is a new version. Covers: S06."""
        lead = self._opportunity()
        solutions = self.env["crm.solution"].with_user(self.sam)
        solution = solutions.create(
            {"lead_id": lead.id, "name": "产线", "body": "<p>一</p>"}
        )
        need = self.env["crm.need"].with_user(self.sam)
        need = need.create(
            {"lead_id": lead.id, "name": "产能", "solution_id": solution.id}
        )
        with self.assertRaises(UserError):
            solution.action_accept()
        with self.assertRaises(UserError):
            solution.action_new_version()
        with self.assertRaises(AccessError):
            solution.state = "accepted"
        solution.action_present()
        with self.assertRaises(UserError):
            solution.action_present()
        with self.assertRaises(UserError):
            solution.body = "<p>二</p>"
        with self.assertRaises(UserError):
            solution.unlink()
        draft = solutions.browse(solution.action_new_version()["res_id"])
        self.assertEqual((draft.version, draft.state), (2, "draft"))
        self.assertEqual((solution.state, need.solution_id), ("replaced", draft))
        draft.body = "<p>二</p>"
        draft.action_present()
        draft.action_accept()
        self.assertEqual(need.state, "met")
        self.assertEqual(lead.with_user(self.sam).need_open_count, 0)
        with self.assertRaises(AccessError):
            draft.with_user(self.xia).action_new_version()

    def test_evaluation(self):
        """Potential, feasibility and risk make one figure. Covers: S08."""
        lead = self._opportunity().with_user(self.sam)
        lead.potential = "5"
        self.assertEqual(lead.evaluation_score, 0)
        self.assertTrue(lead.evaluated_on)
        lead.write({"feasibility": "3", "risk": "1", "risk_note": "款期短"})
        self.assertEqual(lead.evaluation_score, 83)
        lead.risk = "5"
        self.assertEqual(lead.evaluation_score, 50)
        found = lead.search([("evaluation_score", ">=", 50)])
        self.assertIn(lead, found)

    def test_resources(self):
        """People are asked for by role, and named later. Covers: S08."""
        lead = self._opportunity().with_user(self.sam)
        role = self.env["crm.dictionary"]._crm_get("resource_role", "presales")
        with Form(lead, "crm.crm_lead_view_form") as form:
            for days in (2.5, 3):
                with form.resource_ids.new() as line:
                    line.role_id = role
                    line.days = days
        self.assertEqual(lead.resource_days, 5.5)
        row = lead.resource_ids[0]
        row.user_id = self.sue
        with self.assertRaises(ValidationError):
            row.write({"date_from": "2030-02-02", "date_to": "2030-02-01"})
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            row.days = -1
            row.flush_recordset()
