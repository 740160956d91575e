from collections import defaultdict

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.crm_base.models.res_partner_duplicate import (
    HITS_PER_KEY,
    REPORTED,
    DuplicateMatch,
)
from odoo.addons.crm_base.tools import match_keys

# the phones of a row that is compared; a lead has one of them
PHONES = ("phone", "mobile")


class CrmLead(models.Model):
    """Whether somebody is there already: as a customer, or as another lead.

    Customers are found by ``_crm_find_duplicates`` of res.partner; leads here, by the
    same keys and the same scores.
    """

    _inherit = "crm.lead"

    crm_match_keys = fields.Char(
        "Match Keys",
        compute="_compute_crm_match_keys",
        store=True,
        copy=False,
        prefetch=False,
        groups=fields.NO_ACCESS,
        help="What this lead is found by when somebody enters it once more.",
    )
    duplicate_hint = fields.Text(
        "Possible Duplicates",
        compute="_compute_duplicate_hint",
        exportable=False,
        help="Who this may be, as far as the reader may know.",
    )

    _crm_match_keys_idx = models.Index(
        "USING gin (string_to_array(crm_match_keys, ' ')) WITH (fastupdate = off)"
    )

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    @api.depends("partner_name", "contact_name", "phone", "email_from")
    def _compute_crm_match_keys(self):
        Partner = self.env["res.partner"]
        for lead in self:
            row = Partner._crm_match_values(lead._crm_duplicate_row(), PHONES)
            keys = match_keys.build(row, PHONES)
            lead.crm_match_keys = " ".join(keys) or False

    @api.depends_context("uid")
    def _compute_potential_lead_duplicates(self):
        """Count what may be the same, and name no more than is in sight."""
        super()._compute_potential_lead_duplicates()
        user = self.env.user
        if not user._crm_has_group("crm_base.group_salesperson"):
            return
        found = self.duplicate_lead_ids.with_user(user)._filtered_access("read")
        # sudo: only to bring both into one environment, what was filtered stays so
        seen = found.sudo()
        for lead in self:
            lead.duplicate_lead_ids &= seen

    @api.depends_context("uid", "lang")
    @api.depends("partner_name", "contact_name", "phone", "email_from", "lead_state")
    def _compute_duplicate_hint(self):
        asking = self.filtered(
            lambda lead: lead.type == "lead" and lead.lead_state != "converted"
        )
        (self - asking).duplicate_hint = False
        if not asking:
            return
        rows = [
            {**lead._crm_duplicate_row(), "lead_id": lead._origin.id} for lead in asking
        ]
        customers = self.env["res.partner"]._crm_find_duplicates(rows, limit=3)
        leads = self._crm_find_lead_duplicates(rows, limit=3)
        for lead, of_customers, of_leads in zip(asking, customers, leads, strict=True):
            lead.duplicate_hint = "\n".join(
                [
                    *self._crm_customer_hints(of_customers),
                    *self._crm_lead_hints(of_leads),
                ]
            )

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _crm_duplicate_row(self):
        """Return this lead as a row (dict) for ``_crm_find_duplicates``."""
        self.ensure_one()
        return {
            "name": self.partner_name or self.contact_name or "",
            "is_company": bool(self.partner_name),
            "is_crm_customer": True,
            "phone": self.phone or "",
            "email": self.email_from or "",
            "company_id": self.company_id.id,
        }

    @api.model
    def _crm_find_lead_duplicates(self, rows, limit=5):
        """Return which open leads may be the same as each of these rows.

        Leads of every owner, in a number of queries that does not grow with the rows.

        :param list[dict] rows: as for ``_crm_find_duplicates`` of res.partner; a
            ``lead_id`` is no duplicate of itself
        :param int limit: the most matches for a row
        :return: for each row a list of DuplicateMatch, whose ``partner_id`` is here the
            id of a lead, the surest first
        """
        Partner = self.env["res.partner"]
        prepared = [Partner._crm_match_values(row, PHONES) for row in rows]
        keys = [match_keys.build(row, PHONES) for row in prepared]
        hits = self._crm_lead_hits(keys)
        found = self.browse({lead_id for ids in hits.values() for lead_id in ids})
        # sudo: leads of everybody are compared, nothing of them is told
        known = {
            lead.id: Partner._crm_match_values(lead._crm_duplicate_row(), PHONES)
            | {"id": lead.id}
            for lead in found.sudo()
        }
        readable = set(found._filtered_access("read").ids)
        results = []
        for row, row_keys in zip(prepared, keys, strict=True):
            shared = defaultdict(set)
            for key in row_keys:
                for lead_id in hits.get(key, ()):
                    if lead_id != row["lead_id"]:
                        shared[lead_id].add(key)
            matches = [
                Partner._crm_match(row, known[lead_id], common)._replace(
                    visible=lead_id in readable
                )
                for lead_id, common in shared.items()
            ]
            matches = [match for match in matches if match.score >= REPORTED]
            matches.sort(key=lambda m: (-m.exact, -m.score, m.partner_id))
            results.append(matches[:limit])
        return results

    @api.model
    def _crm_lead_hits(self, keys):
        """Return the open leads of each key, a dict of key to list of ids."""
        asked = list({key for row_keys in keys for key in row_keys})
        if not asked:
            return {}
        self.flush_model(["crm_match_keys", "lead_state"])
        return dict(
            self.env.execute_query(
                SQL(
                    """
                    SELECT asked.key, hit.ids
                      FROM unnest(%(asked)s) AS asked (key)
                     CROSS JOIN LATERAL (
                           WITH found AS MATERIALIZED (
                                SELECT lead.id
                                  FROM crm_lead lead
                                 WHERE string_to_array(lead.crm_match_keys, ' ')
                                       @> ARRAY[asked.key]
                                   AND lead.lead_state IN ('new', 'working')
                                   AND (lead.company_id IS NULL
                                        OR lead.company_id = ANY(%(companies)s))
                                 LIMIT %(limit)s
                           )
                           SELECT array_agg(id) AS ids FROM found
                           ) hit
                     WHERE hit.ids IS NOT NULL
                    """,
                    asked=asked,
                    companies=self.env.companies.ids,
                    limit=HITS_PER_KEY,
                )
            )
        )

    @api.model
    def _crm_customer_hints(self, matches: list[DuplicateMatch]):
        """Return what may be told of customers that a lead may be (list of str)."""
        Partner = self.env["res.partner"]
        places = Partner.browse({m.partner_id for m in matches})._crm_duplicate_places()
        hints = []
        for match in matches:
            place = places[match.partner_id]
            if match.visible:
                customer = Partner.browse(match.partner_id)
                hints.append(
                    self.env._(
                        "Customer %(name)s (%(number)s), %(place)s",
                        name=customer.name,
                        number=customer.customer_no or "",
                        place=place,
                    )
                )
            elif match.exact:
                hints.append(self.env._("A customer already, %(place)s", place=place))
            else:
                hints.append(
                    self.env._("Perhaps a customer already, %(place)s", place=place)
                )
        return hints

    @api.model
    def _crm_lead_hints(self, matches: list[DuplicateMatch]):
        """Return what may be told of other leads that a lead may be (list of str)."""
        hints = []
        for match in matches:
            # sudo: the team of an owner is all that is told
            lead = self.browse(match.partner_id).sudo()
            place = lead._crm_lead_place()
            if match.visible:
                hints.append(
                    self.env._("Lead %(name)s, %(place)s", name=lead.name, place=place)
                )
            else:
                hints.append(self.env._("A lead already, %(place)s", place=place))
        return hints

    def _crm_lead_place(self):
        """Return where a lead is, as anybody may be told (str)."""
        self.ensure_one()
        if not self.user_id:
            return self.env._("without an owner")
        team = self.team_id or self.user_id.crm_team_ids[:1]
        if team:
            return self.env._("with the team %(team)s", team=team.name)
        return self.env._("with a colleague")
