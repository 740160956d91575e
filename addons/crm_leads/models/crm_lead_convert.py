from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.crm_base.models.res_partner_duplicate import HITS_PER_KEY
from odoo.addons.crm_base.tools.arguments import as_id
from odoo.addons.crm_base.tools.contact_keys import is_mobile, phone_keys
from odoo.addons.crm_base.tools.ownership import Door

# kinds of match keys by which there may be no doubt: code, name, number, address
SURE_KEYS = "vnpe"


class CrmLead(models.Model):
    """A lead becomes a customer: one path for every door, once, in one transaction."""

    _inherit = "crm.lead"

    conversion_result = fields.Json(readonly=True, copy=False)

    # ------------------------------------------------------------
    # ORM
    # ------------------------------------------------------------

    def write(self, vals):
        if "type" in vals and not self._crm_in_workflow():
            self._crm_check_new_type(vals["type"])
        return super().write(vals)

    def _crm_check_new_type(self, kind):
        """Refuse to turn a lead into an opportunity past the conversion."""
        if self._crm_is_suite_user() and any(lead.type != kind for lead in self):
            raise UserError(
                self.env._(
                    "A lead becomes an opportunity by converting it. Use Convert."
                )
            )

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_convert_to_customer(
        self, partner_id=False, document="opportunity", on_duplicate="refuse"
    ):
        """Turn leads into customers, and into what comes next.

        Creates or links the customer and the contact, and hands over follow-ups,
        messages, files and activities. A lead is converted once: called again, by
        whomever and however often, this returns what came of the first time.

        :param int partner_id: the customer to link, one in your sight; False to take
            the lead's own, or to create one from the lead
        :param str document: what is made besides: ``opportunity`` (the lead goes on as
            one), ``""`` for nothing, or what further addons offer, see
            :meth:`_crm_conversion_documents`
        :param str on_duplicate: when there is no doubt that the customer is in your
            sight already: ``link`` it, or ``refuse``
        :return: for each lead a dict with ``lead_id``, ``partner_id``, ``contact_id``
            (int or False), ``document_model`` (str), ``document_id`` (int or False),
            ``is_new_customer`` (bool)
        :raise AccessError: a lead is not yours to change, or the customer not in sight
        :raise UserError: a closed lead, no such document, or the customer is there
            already, with whom you may ask to join
        """
        self.check_access("write")
        if (
            not isinstance(document, str)
            or document not in self._crm_conversion_documents()
        ):
            raise UserError(self.env._("A lead cannot be converted into this."))
        if on_duplicate not in ("link", "refuse"):
            raise UserError(
                self.env._("A customer that is there already is linked or refused.")
            )
        partner = self._crm_given_customer(partner_id)
        return [lead._crm_convert(partner, document, on_duplicate) for lead in self]

    def action_open_convert(self):
        """Open the dialog that converts this lead; return the action (dict)."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_leads.crm_lead_convert_action"
        )
        action["res_id"] = self.env["crm.lead.convert"].create({"lead_id": self.id}).id
        return action

    def action_open_converted(self):
        """Open the customer that a lead became; return the action (dict).

        :raise UserError: when it is gone or out of reach
        """
        self.ensure_one()
        self.check_access("read")
        customer = self.converted_partner_id
        if not customer or not customer.has_access("read"):
            raise UserError(
                self.env._("The customer is gone, or with somebody out of your reach.")
            )
        return customer.action_open_overview()

    def convert_opportunity(self, partner, user_ids=False, team_id=False):
        """Odoo's conversion; people of the suite are led through ours.

        :param partner: res.partner record, its id, or None
        :param user_ids: ids of salespeople among whom the leads are dealt
        :param int team_id: the team of the opportunities
        :return: True
        """
        if not isinstance(partner, models.BaseModel):
            partner = self.env["res.partner"].browse(as_id(partner) or ()).exists()
        given = user_ids if isinstance(user_ids, list | tuple) else ()
        user_ids = [user_id for user_id in map(as_id, given) if user_id]
        team_id = as_id(team_id)
        if not self._crm_is_suite_user() or self._crm_in_workflow():
            return super().convert_opportunity(
                partner, user_ids=user_ids, team_id=team_id
            )
        leads = self.filtered(lambda lead: lead.type == "lead" and lead.active)
        leads.action_convert_to_customer(partner.id if partner else False)
        if user_ids or team_id:
            self._handle_salesmen_assignment(user_ids=user_ids, team_id=team_id)
        return True

    # ------------------------------------------------------------
    # HOOKS
    # ------------------------------------------------------------

    @api.model
    def _crm_conversion_documents(self):
        """Hook: return what a lead can become besides a customer, a dict.

        Code to name in the user's language. For each code of yours there is a method
        ``_crm_convert_to_<code>(customer, contact)`` that returns the new record. Call
        ``super()`` first and add.
        """
        return {"opportunity": self.env._("Opportunity"), "": self.env._("Nothing")}

    def _crm_convert_to_opportunity(self, customer, contact):
        """Let the lead go on as an opportunity; return it."""
        self.ensure_one()
        opening = self._crm_workflow()
        opening.write(self._convert_opportunity_data(contact or customer))
        return self

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    @api.model
    def _crm_given_customer(self, partner_id):
        """Return the customer (res.partner) that a caller names, after checking it."""
        if not partner_id:
            return self.env["res.partner"]
        if not isinstance(partner_id, int):
            raise UserError(self.env._("Choose the customer."))
        partner = self.env["res.partner"].browse(partner_id).exists()
        partner.check_access("read")
        if not partner:
            raise UserError(self.env._("Choose the customer."))
        return partner.crm_customer_id or partner

    def _crm_convert(self, partner, document, on_duplicate):
        """Convert one lead; return the result (dict)."""
        self.ensure_one()
        self._crm_lock_for_conversion()
        if self.converted_at:
            return self.conversion_result
        if self.type != "lead" or self.lead_state not in ("new", "working"):
            raise UserError(
                self.env._(
                    "%(name)s is not an open lead. Reopen it first.", name=self.name
                )
            )
        customer = partner or self._crm_own_customer(on_duplicate)
        is_new = not customer
        if is_new:
            customer = self._crm_create_customer()
        elif not customer.is_crm_customer:
            # a partner of the address book, so far nobody's customer
            self._crm_at_the_door(customer).write(
                {"is_crm_customer": True, "user_id": self._crm_customer_owner().id}
            )
        contact = self._crm_contact_of(customer, is_new)
        came_in_as = self._crm_came_in_as()
        self._crm_workflow().write(
            {
                "converted_at": fields.Datetime.now(),
                "converted_by_id": self.env.uid,
                "converted_partner_id": customer.id,
                "partner_id": (contact or customer).id,
            }
        )
        self._crm_hand_over_followups(customer, contact)
        made = self.browse()
        if document:
            made = getattr(self, f"_crm_convert_to_{document}")(customer, contact)
        if self.type == "lead":
            # nothing of it goes on
            self._crm_hand_over_thread(customer)
        result = {
            "lead_id": self.id,
            "partner_id": customer.id,
            "contact_id": contact.id,
            "document_model": made._name if made else "",
            "document_id": made.id if made else False,
            "is_new_customer": is_new,
        }
        self._crm_workflow().conversion_result = result
        self._crm_tell_conversion(customer, came_in_as)
        return result

    def _crm_lock_for_conversion(self):
        """Wait until nobody else converts this lead, or one that is the same by its
        name, number or address.

        Whoever waited for a conversion that was committed gets a serialization error,
        which Odoo answers by running the call again: it finds the lead converted, or
        the customer there.
        """
        self.flush_recordset()
        # sudo: the keys are nobody's to read
        keys = (self.sudo().crm_match_keys or "").split()
        self.env.execute_query(
            SQL(
                """
                SELECT id FROM crm_lead
                 WHERE id = ANY(array_append(ARRAY(
                           SELECT id FROM crm_lead
                            WHERE string_to_array(crm_match_keys, ' ') && %(keys)s
                              AND lead_state IN ('new', 'working')
                            ORDER BY id LIMIT %(limit)s
                       ), %(id)s))
                 ORDER BY id
                   FOR NO KEY UPDATE
                """,
                id=self.id,
                keys=[key for key in keys if key[0] in SURE_KEYS],
                limit=HITS_PER_KEY,
            )
        )
        self.invalidate_recordset()

    def _crm_customer_owner(self):
        """Return who owns the customer of this lead (res.users)."""
        return self.user_id or self.env.user

    def _crm_at_the_door(self, partners):
        """Return partners opened for becoming customers by way of this lead."""
        return partners.with_context(
            **Door("convert", {"lead_id": self.id, "reason": self.name}).context()
        )

    def _crm_own_customer(self, on_duplicate):
        """Return the customer that this lead is about already, maybe none."""
        known = self.partner_id.crm_customer_id or self.partner_id
        if known:
            known.check_access("read")
            return known
        if on_duplicate == "link":
            (matches,) = self.env["res.partner"]._crm_find_duplicates(
                [self._crm_duplicate_row()]
            )
            for match in matches:
                if match.exact and match.visible:
                    return self.env["res.partner"].browse(match.partner_id)
        return self.env["res.partner"]

    def _crm_create_customer(self):
        """Create the customer; the duplicate check and the caps hold as at any door."""
        vals = self._crm_customer_values()
        partners, warnings = self._crm_at_the_door(self.env["res.partner"]), []
        if partners._crm_is_guarded():
            # by all that the lead says: its number becomes that of a contact
            row = {**vals, **self._crm_duplicate_row()}
            warnings = partners._crm_guard_rows([row])
            partners = partners._crm_decided_on_duplicates()
        customer = partners.create(vals).with_env(self.env)
        customer._crm_tell_duplicates(warnings)
        return customer

    def _crm_customer_values(self):
        """Return the values (dict) of the customer that this lead becomes."""
        self.ensure_one()
        is_company = bool(self.partner_name)
        vals = {
            "is_crm_customer": True,
            "is_company": is_company,
            "name": self.partner_name or self.contact_name or self.name,
            "user_id": self._crm_customer_owner().id,
            "source_id": self.source_id.id,
            "industry_id": self.industry_id.id,
            "website": self.website,
            "lang": self.lang_id.code or self.env.lang,
            **{
                name: self._fields[name].convert_to_write(self[name], self)
                for name in self._crm_address_fields()
            },
        }
        if self.company_id:
            vals["company_id"] = self.company_id.id
        if self.territory_id:
            vals["territory_id"] = self.territory_id.id
        if not is_company or not self.contact_name:
            vals.update(self._crm_reach_values())
            vals["function"] = self.function
        elif self.phone and not self._crm_is_mobile():
            # the number of the house, not of the person
            vals["phone"] = self.phone
        return vals

    @api.model
    def _crm_address_fields(self):
        return ["street", "street2", "zip", "city", "state_id", "country_id"]

    def _crm_is_mobile(self):
        return any(is_mobile(key) for key in phone_keys(self.phone or ""))

    def _crm_reach_values(self):
        """Return how the person is reached, values (dict) of a partner."""
        phone = "mobile" if self._crm_is_mobile() else "phone"
        return {
            phone: self.phone,
            "email": self.email_from,
            "wechat": self.wechat,
        }

    def _crm_contact_of(self, customer, is_new):
        """Return the contact of the lead at the customer, made if need be.

        Who may only read the customer adds nobody to it.
        """
        if not self.contact_name or (is_new and not customer.is_company):
            return self.env["res.partner"]
        if self.partner_id and self.partner_id != customer:
            return self.partner_id
        contacts = self.env["res.partner"].search(
            [
                ("crm_customer_id", "=", customer.id),
                ("id", "!=", customer.id),
                ("name", "=", self.contact_name),
            ],
            limit=1,
        )
        if contacts or customer.name == self.contact_name:
            return contacts
        if not customer.has_access("write"):
            return contacts
        return self.env["res.partner"].create(
            {
                "name": self.contact_name,
                "parent_id": customer.id,
                "type": "contact",
                "function": self.function,
                **self._crm_reach_values(),
            }
        )

    def _crm_hand_over_followups(self, customer, contact):
        """Hang the follow-ups of the lead on the customer as well."""
        # sudo: whoever made them, they follow the lead
        followups = self.env["crm.followup"].sudo()
        followups = followups.search(
            [("lead_id", "=", self.id), ("partner_id", "=", False)]
        )
        vals = {"partner_id": customer.id, "contact_id": contact.id}
        followups._crm_workflow().write(vals)
        followups._crm_update_facts(customer)

    def _crm_hand_over_thread(self, customer):
        """Move messages, files and activities of the lead to the customer."""
        # sudo: whoever wrote or planned them, they follow the lead
        lead = self.sudo()
        files = self.env["ir.attachment"].sudo()
        files.search([("res_model", "=", self._name), ("res_id", "=", self.id)]).write(
            {"res_model": customer._name, "res_id": customer.id}
        )
        lead.activity_ids.write(
            {
                "res_model_id": self.env["ir.model"]._get_id(customer._name),
                "res_id": customer.id,
            }
        )
        lead.message_change_thread(customer.sudo())

    def _crm_came_in_as(self):
        """Return what the lead said of itself when it came in (str)."""
        texts = [self.partner_name, self.contact_name, self.phone, self.email_from]
        return ", ".join(text for text in texts if text)

    def _crm_tell_conversion(self, customer, came_in_as):
        """Log the conversion on the lead and on the customer."""
        # sudo: told also where the customer is only on loan
        self.sudo()._message_log(
            body=self.env._(
                "Converted to %(customer)s. Came in as: %(text)s",
                customer=customer.name,
                text=came_in_as,
            )
        )
        customer.sudo()._message_log(
            body=self.env._(
                "Came of the lead %(lead)s: %(text)s", lead=self.name, text=came_in_as
            )
        )
