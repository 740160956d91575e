from odoo import models


class CrmPoolMixin(models.AbstractModel):
    """How to reach whom a pooled record is about: what the pool masks."""

    _inherit = "crm.pool.mixin"

    # the fields with numbers, addresses and accounts
    _crm_contact_fields = ()
    # the fields that say whose these are
    _crm_contact_names = ("name",)

    def _crm_contact_people(self):
        """Hook: return the records that have those fields, the one itself first."""
        return self

    def _crm_contact_details(self):
        """Return how somebody is reached, as JSON.

        Superuser only: whoever calls it has decided that the reader may know.
        """
        labels = self.fields_get(self._crm_contact_fields, ["string"])
        return [
            {
                "name": " · ".join(
                    filter(None, (person[name] for name in self._crm_contact_names))
                ),
                "details": [
                    {
                        "name": name,
                        "label": labels[name]["string"],
                        "value": person[name],
                    }
                    for name in self._crm_contact_fields
                    if person[name]
                ],
            }
            for person in self._crm_contact_people()
        ]
