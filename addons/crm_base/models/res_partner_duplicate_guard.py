from odoo import api, models
from odoo.exceptions import ValidationError

from ..tools import match_keys
from ..tools.workflow import WORKFLOW

# Context key of server code that has decided on duplicates itself, such as an import
# that asked for each row; holds WORKFLOW, which no external call can send
DECIDED_KEY = "crm_duplicates_decided"
# Context key by which a manager may enter a customer in spite of a match
ALLOW_KEY = "crm_allow_duplicates"
# Warnings are for people, not for batches
WARNED_ROWS = 20


class ResPartner(models.Model):
    """What happens when a customer is entered that is there already."""

    _inherit = "res.partner"

    # ------------------------------------------------------------
    # ORM
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        warnings = self._crm_guard_create(vals_list)
        partners = super().create(vals_list)
        if not self._crm_in_workflow():
            self.env["crm.registration"]._crm_convert_own(partners)
        self._crm_tell_duplicates(warnings)
        return partners

    def write(self, vals):
        warnings = self._crm_guard_write(vals)
        result = super().write(vals)
        self._crm_tell_duplicates(warnings)
        return result

    # ------------------------------------------------------------
    # HOOKS
    # ------------------------------------------------------------

    def _crm_duplicate_places(self):
        """Hook: return where customers are, a dict of id to text for anybody.

        Told to people who may not see the customers: neither names nor numbers. Call
        ``super()`` first and replace what your addon knows better.
        """
        places = {}
        # sudo: the team of an owner is all that is told
        for customer in self.sudo():
            team = customer.user_id.crm_team_ids[:1] or customer.user_id.sale_team_id
            if not customer.user_id:
                places[customer.id] = self.env._("without an owner")
            elif team:
                places[customer.id] = self.env._(
                    "with the team %(team)s", team=team.name
                )
            else:
                places[customer.id] = self.env._("with a colleague")
        return places

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _crm_decided_on_duplicates(self):
        """Return ``self`` for writing what was checked for duplicates already."""
        return self.with_context(**{DECIDED_KEY: WORKFLOW})

    def _crm_is_guarded(self):
        """Return whether whoever writes is to be held back by duplicates (bool)."""
        context = self.env.context
        if (
            self.env.su
            or self._crm_in_workflow()
            or context.get(DECIDED_KEY) is WORKFLOW
        ):
            return False
        return not (
            context.get(ALLOW_KEY)
            and self.env.user._crm_has_group("crm_base.group_manager")
        )

    @api.model
    def _crm_guard_create(self, vals_list):
        """Refuse new customers that are there already; return warnings (list of str).

        :raise ValidationError: names the row and what may be told about the customer
        """
        if not self._crm_is_guarded():
            return []
        default = self.env.context.get("default_is_crm_customer")
        rows = [
            {**vals, "is_crm_customer": True, "is_company": self._crm_is_company(vals)}
            for vals in vals_list
            if vals.get("is_crm_customer", default)
        ]
        return self._crm_guard_rows(rows) if rows else []

    @api.model
    def _crm_is_company(self, vals):
        if "is_company" in vals:
            return bool(vals["is_company"])
        kind = vals.get(
            "company_type", self.env.context.get("default_company_type", "person")
        )
        return kind == "company" or bool(self.env.context.get("default_is_company"))

    def _crm_guard_write(self, vals):
        """Refuse to turn a customer into another one; return warnings (list of str)."""
        names = {
            "name",
            "mnemonic",
            "email",
            "is_crm_customer",
            *self._crm_phone_fields(),
            *match_keys.CODE_FIELDS,
        }
        changed = names.intersection(vals)
        if not changed or not self._crm_is_guarded():
            return []
        customers = self.filtered(
            lambda partner: (
                vals.get("is_crm_customer", partner.is_crm_customer)
                and any(
                    (partner[name] or False) != (vals[name] or False)
                    for name in changed
                )
            )
        )
        if not customers:
            return []
        names |= {"is_company", "parent_id", "company_id"}
        before, after = [], []
        for customer in customers:
            row = customer._convert_to_write({name: customer[name] for name in names})
            row |= {"id": customer.id, "is_crm_customer": True}
            before.append(row if customer.is_crm_customer else {})
            after.append({**row, **{name: vals[name] for name in changed}})
        # what was alike before stays editable
        known = [
            {match.partner_id for match in matches}
            for matches in self._crm_find_duplicates(before)
        ]
        return self._crm_guard_rows(after, known)

    @api.model
    def _crm_guard_rows(self, rows, known=None):
        """Apply the company's policy and registrations to rows; return warnings."""
        company = self.env.company
        policy = {
            True: company.crm_duplicate_certain,
            False: company.crm_duplicate_likely,
        }
        self.env["crm.registration"]._crm_check_protected(rows)
        if set(policy.values()) == {"off"}:
            return []
        found = self._crm_find_duplicates(rows, entering=True)
        found = [
            [
                match
                for match in matches
                if policy[match.exact] != "off"
                and not (known and match.partner_id in known[index])
            ]
            for index, matches in enumerate(found)
        ]
        met = self.browse({match.partner_id for matches in found for match in matches})
        places = met._crm_duplicate_places()
        warnings = []
        for row, matches in zip(rows, found, strict=True):
            if not matches:
                continue
            match = matches[0]
            text = self._crm_duplicate_text(row, match, places[match.partner_id])
            if policy[match.exact] == "block":
                raise ValidationError(text)
            warnings.append(text)
        return warnings

    @api.model
    def _crm_duplicate_text(self, row, match, place):
        """Return what a user is told about a match (str)."""
        name = row.get("name") or ""
        if match.visible:
            known = self.browse(match.partner_id)
            return self.env._(
                "%(name)s is there already: %(known)s (%(number)s), %(place)s.",
                name=name,
                known=known.name,
                number=known.customer_no or "",
                place=place,
            )
        if match.exact:
            return self.env._(
                "%(name)s is a customer already, %(place)s. Ask to join it from the"
                " duplicate check instead of entering it once more.",
                name=name,
                place=place,
            )
        return self.env._(
            "%(name)s may be a customer already, %(place)s. Compare it in the duplicate"
            " check.",
            name=name,
            place=place,
        )

    def _crm_tell_duplicates(self, warnings):
        """Show warnings (list of str) to whoever entered the customers."""
        for text in warnings[:WARNED_ROWS]:
            self.env.user._bus_send(
                "simple_notification",
                {
                    "type": "warning",
                    "title": self.env._("Possible Duplicate"),
                    "message": text,
                    "sticky": True,
                },
            )
