from odoo import models

# what the pool masks
CONTACT_FIELDS = ("phone", "mobile", "phone_other", "email", "wechat", "qq")


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _crm_contact_details(self):
        """Return how a customer and its contacts are reached, as JSON.

        Superuser only: whoever calls it has decided that the reader may know.
        """
        labels = self.fields_get(CONTACT_FIELDS, ["string"])
        people = self | self.child_ids.filtered("active")
        return [
            {
                "name": person.name or "",
                "details": [
                    {
                        "name": name,
                        "label": labels[name]["string"],
                        "value": person[name],
                    }
                    for name in CONTACT_FIELDS
                    if person[name]
                ],
            }
            for person in people
        ]
