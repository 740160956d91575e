from collections import defaultdict
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ..tools import company_name, contact_keys, match_keys

# Below this score nobody is told
REPORTED = company_name.LIKELY
# How surely each kind of key tells the same customer
WEIGHTS = {"mobile": 0.88, "phone": 0.8, "email": 0.85, "domain": 0.5, "person": 0.7}
# Customers looked at for one key: whoever is the same is found by a rarer key as well
HITS_PER_KEY = 100
NO_CODES = dict.fromkeys(match_keys.CODE_FIELDS, "")


def _may_be_one(row, customer):
    """Return whether both may be in one company's books (bool)."""
    companies = {row["company_id"] or False, customer["company_id"] or False}
    return len(companies - {False}) < 2


class DuplicateMatch(NamedTuple):
    """A customer that may be the one being entered.

    :ivar int partner_id: the customer, also when a contact of it was found; for server
        code only, whoever asks may not be allowed to know it
    :ivar float score: how surely it is the same, from 0 to 1
    :ivar tuple reasons: codes of what agrees: ``name``, ``phone``, ``email``, ``vat``
        (credit code or tax number), ``number`` (customer number)
    :ivar bool exact: whether there is no doubt: one code, one registered name, or one
        name with one mobile number
    :ivar bool visible: whether the user who asks may read that customer
    """

    partner_id: int
    score: float
    reasons: tuple
    exact: bool
    visible: bool


class ResPartner(models.Model):
    """Whether a customer is there already, whoever owns it."""

    _inherit = "res.partner"

    crm_match_keys = fields.Char(
        "Match Keys",
        compute="_compute_crm_match_keys",
        store=True,
        copy=False,
        prefetch=False,
        groups=fields.NO_ACCESS,
        help="What this record is found by when somebody enters it once more.",
    )
    credit_code = fields.Char(
        "Unified Social Credit Code",
        compute="_compute_credit_code",
        store=True,
        copy=False,
        help="The tax number or company number, when its check digit is right.",
    )

    # GIN without the list of pending entries: a batch looks up while it inserts
    _crm_match_keys_idx = models.Index(
        "USING gin (string_to_array(crm_match_keys, ' ')) WITH (fastupdate = off)"
    )
    _credit_code_uniq = models.UniqueIndex(
        "((COALESCE(company_id, 0)), credit_code) WHERE credit_code IS NOT NULL",
        "A customer with this unified social credit code is already there. Look it up"
        " with the duplicate check and ask to join.",
    )

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    @api.depends(
        lambda self: [
            *self._crm_phone_fields(),
            *match_keys.CODE_FIELDS,
            "name",
            "mnemonic",
            "is_company",
            "email",
            "customer_no",
            "crm_customer_id",
        ]
    )
    def _compute_crm_match_keys(self):
        phones = self._crm_phone_fields()
        for partner in self:
            customer = partner.crm_customer_id
            keys = (
                match_keys.build(partner, phones, with_names=partner.is_crm_customer)
                if customer
                else ()
            )
            partner.crm_match_keys = " ".join(keys) or False

    @api.depends(*match_keys.CODE_FIELDS, "is_crm_customer", "is_company", "parent_id")
    def _compute_credit_code(self):
        for partner in self:
            # a person below a company carries the company's code
            has_own = partner.is_crm_customer and (
                partner.is_company or not partner.parent_id
            )
            partner.credit_code = (
                has_own and match_keys.credit_code_of(partner)
            ) or False

    @api.constrains(*match_keys.CODE_FIELDS, "country_id")
    def _check_credit_code(self):
        for partner in self.filtered("is_crm_customer"):
            if partner.country_id.code not in (False, "CN"):
                continue
            for name in match_keys.CODE_FIELDS:
                code = partner[name] or ""
                if contact_keys.looks_like_credit_code(
                    code
                ) and not contact_keys.credit_code(code):
                    raise ValidationError(
                        self.env._(
                            "%(code)s is no unified social credit code: its check"
                            " digit is wrong. Compare it with the business licence.",
                            code=code,
                        )
                    )

    def _get_synced_commercial_values(self):
        # a contact that changes companies would carry the first one's code along
        values = super()._get_synced_commercial_values()
        code = match_keys.credit_code_of({**NO_CODES, **values})
        # sudo: whose code it is, wherever that customer is
        if code and self.sudo().with_context(active_test=False).search_count(
            [("credit_code", "=", code), ("id", "!=", self.parent_id.id)], limit=1
        ):
            values = {
                name: value
                for name, value in values.items()
                if name not in match_keys.CODE_FIELDS
            }
        return values

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    @api.model
    def _crm_find_duplicates(self, vals_list, limit=5, *, entering=False):
        """Return who may be the same as each of these customers.

        Finds customers of every owner, archived and pooled ones, by their own data and
        that of their contacts, in a number of queries that does not grow with the rows.
        Rows are not compared with each other.

        :param list[dict] vals_list: values of res.partner as for ``create``: name,
            mnemonic, is_company (True when missing), phone, mobile, email, vat,
            company_registry, customer_no, company_id; with ``parent_id`` and without
            ``is_crm_customer`` it is a contact, whose name says nothing; ``id`` is a
            customer (or its contact) that is not a duplicate of itself
        :param int limit: the most matches for a row
        :param bool entering: the rows are about to be stored: somebody who enters one
            of them at the same moment is waited for
        :return: for each row a list of DuplicateMatch, the surest first
        :rtype: list[list[DuplicateMatch]]
        """
        phones = self._crm_phone_fields()
        rows = [self._crm_match_values(vals, phones) for vals in vals_list]
        keys = [
            match_keys.build(row, phones, with_names=row["with_names"]) for row in rows
        ]
        if entering:
            self.env["crm.duplicate.key"]._crm_meet(keys)
        hits = self._crm_match_hits(keys, vals_list)
        customers = self._crm_match_customers(
            {customer for found in hits.values() for customer in found}
        )
        results = []
        for row, row_keys in zip(rows, keys, strict=True):
            shared = defaultdict(set)
            for key in row_keys:
                for customer_id in hits.get(key, ()):
                    if customer_id != row["customer_id"]:
                        shared[customer_id].add(key)
            matches = [
                self._crm_match(row, customers[customer_id], common)
                for customer_id, common in shared.items()
                if customer_id in customers and _may_be_one(row, customers[customer_id])
            ]
            matches = [match for match in matches if match.score >= REPORTED]
            matches.sort(key=lambda m: (-m.exact, -m.score, m.partner_id))
            results.append(matches[:limit])
        return self._crm_match_visible(results)

    def _crm_match_values(self, vals, phones):
        """Return one row (defaultdict) as the keys and scores read it."""
        row = defaultdict(bool, vals)
        row["is_company"] = bool(vals.get("is_company", True))
        row["with_names"] = bool(vals.get("is_crm_customer") or not row["parent_id"])
        for name in (
            "name",
            "mnemonic",
            "email",
            "customer_no",
            *phones,
            *match_keys.CODE_FIELDS,
        ):
            # numbers of spreadsheets
            row[name] = str(row[name]) if row[name] else ""
        # sudo: a record is left out as its own duplicate, nothing of it is told
        own = self.browse(vals.get("id") or ()).sudo()
        row["customer_id"] = own.crm_customer_id.id or own.id
        row["names"] = match_keys.names_of(row) if row["is_company"] else []
        row["credit_code"] = match_keys.credit_code_of(row)
        return row

    def _crm_match_hits(self, keys, vals_list):
        """Return the customers of each key, a dict of key to set of ids."""
        asked = list({key for row_keys in keys for key in row_keys})
        if not asked:
            return {}
        companies = {vals.get("company_id") for vals in vals_list} - {None, False}
        companies.update(self.env.companies.ids)
        self.flush_model(["crm_match_keys", "crm_customer_id", "company_id"])
        # each key is one look into the index; without the fence PostgreSQL would read
        # the whole table when it expects to find enough of a common key early on
        found = self.env.execute_query(
            SQL(
                """
                SELECT asked.key, ARRAY_AGG(DISTINCT hit.crm_customer_id)
                  FROM unnest(%(asked)s) AS asked (key)
                 CROSS JOIN LATERAL (
                       WITH found AS MATERIALIZED (
                            SELECT partner.crm_customer_id, partner.company_id
                              FROM res_partner partner
                             WHERE string_to_array(partner.crm_match_keys, ' ')
                                   @> ARRAY[asked.key]
                       )
                       SELECT crm_customer_id
                         FROM found
                        WHERE company_id IS NULL OR company_id = ANY(%(companies)s)
                        LIMIT %(limit)s
                       ) hit
                 GROUP BY asked.key
                """,
                asked=asked,
                companies=list(companies),
                limit=HITS_PER_KEY,
            )
        )
        return dict(found)

    def _crm_match_customers(self, customer_ids):
        """Return what scores need of these customers, a dict of id to values."""
        if not customer_ids:
            return {}
        self.flush_model(["name", "mnemonic", "is_company", "credit_code"])
        rows = self.env.execute_query_dict(
            SQL(
                "SELECT id, name, mnemonic, is_company, credit_code, company_id"
                " FROM res_partner WHERE id = ANY(%s)",
                list(customer_ids),
            )
        )
        for row in rows:
            row["names"] = match_keys.names_of(row) if row["is_company"] else []
        return {row["id"]: row for row in rows}

    def _crm_match(self, row, customer, common):
        """Return how surely a customer is the one of a row (DuplicateMatch).

        :param row: see :meth:`_crm_match_values`
        :param dict customer: see :meth:`_crm_match_customers`
        :param set common: the keys that both have
        """
        scores = {}
        kinds = {key[0] for key in common}
        if "v" in kinds:
            scores["vat"] = 1.0
        if "c" in kinds and row["company_id"] == (customer["company_id"] or False):
            scores["number"] = 1.0
        numbers = [key[2:] for key in common if key.startswith("p:")]
        has_mobile = any(map(contact_keys.is_mobile, numbers))
        if numbers:
            scores["phone"] = WEIGHTS["mobile" if has_mobile else "phone"]
        if "e" in kinds:
            scores["email"] = WEIGHTS["email"]
        same_name = False
        if row["names"] and customer["names"]:
            likeness = max(
                company_name.similarity(one, two)
                for one in row["names"]
                for two in customer["names"]
            )
            same_name = likeness >= 0.9 and company_name.is_same_registered(
                row["names"][0], customer["names"][0]
            )
            if likeness >= 0.5:
                scores["name"] = likeness
        elif "i" in kinds:
            scores["name"] = WEIGHTS["person"]
        if "m" in kinds and "email" not in scores and "name" in scores:
            # colleagues of one house: counts beside the name only
            scores["email"] = WEIGHTS["domain"]
        doubt = 1.0
        for score in scores.values():
            doubt *= 1 - score
        score = 1 - doubt
        exact = (
            "vat" in scores
            or "number" in scores
            or same_name
            or (has_mobile and scores.get("name", 0) >= 0.95)
        )
        codes = (row["credit_code"], customer["credit_code"])
        if all(codes) and codes[0] != codes[1]:
            # two licences are two companies
            score, exact = score / 2, False
        reasons = [
            name
            for name in ("vat", "number", "name", "phone", "email")
            if name in scores
        ]
        return DuplicateMatch(
            customer["id"], round(score, 3), tuple(reasons), exact, False
        )

    def _crm_match_visible(self, results):
        """Return the matches, each with whether this user may read its customer."""
        ids = {match.partner_id for matches in results for match in matches}
        readable = set(self.browse(ids)._filtered_access("read").ids)
        return [
            [match._replace(visible=match.partner_id in readable) for match in matches]
            for matches in results
        ]
