from odoo.tests import HttpCase, tagged

from .common import LeadCase


@tagged("post_install", "-at_install")
class TestApi(HttpCase, LeadCase):
    """Leads from other systems."""

    def _call(self, _model, _method, **arguments):
        key = (
            self.env["res.users.apikeys"]
            .with_user(self.sam)
            .sudo()
            ._generate("rpc", "leads", None)
        )
        response = self.url_open(
            f"/json/2/{_model}/{_method}",
            json=arguments,
            headers={"Authorization": f"bearer {key}"},
        )
        self.assertEqual(response.status_code, 200, response.text)
        return response.json()

    def test_create_once(self):
        """A program that repeats its call makes one lead, counted as API.

        Covers: L01.
        """
        arguments = {
            "model": "crm.lead",
            "key": "baidu-4711",
            "vals_list": [
                {"name": "百度推广咨询", "type": "lead", "phone": "13812345678"}
            ],
        }
        ids = self._call("crm.idempotency.key", "create_once", **arguments)
        self.assertEqual(
            ids, self._call("crm.idempotency.key", "create_once", **arguments)
        )
        lead = self.env["crm.lead"].browse(ids)
        self.assertEqual(lead.capture_channel, "api")
        self.assertEqual(lead.user_id, self.sam)
        self.assertTrue(lead.source_id)

    def test_convert(self):
        """A program converts a lead, and may ask again. Covers: L06."""
        lead = self._lead(self.sam, contact_name="李四", phone="13900139000")
        first = self._call("crm.lead", "action_convert_to_customer", ids=lead.ids)
        again = self._call("crm.lead", "action_convert_to_customer", ids=lead.ids)
        self.assertEqual(first, again)
        self.assertTrue(first[0]["is_new_customer"])
