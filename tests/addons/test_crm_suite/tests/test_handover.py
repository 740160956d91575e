from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestHandover(TransactionCase):
    """The hand-over with all addons installed. Covers: B04."""

    def test_every_field_is_declared(self):
        """No field of any addon that names a person is unknown to the proof."""
        declared = {
            (item.model, item.field) for item in self.env["res.users"]._crm_desk()
        }
        modules = self.env["ir.module.module"].search(
            [("author", "=", "CRM Suite contributors"), ("state", "=", "installed")]
        )
        ours = [
            (model, name)
            for model, name in self.env["res.users"]._crm_person_fields()
            if model.startswith("crm.")
            or self.env[model]._fields[name]._module in modules.mapped("name")
        ]
        self.assertGreater(len(ours), 30)
        self.assertEqual([one for one in ours if one not in declared], [])
