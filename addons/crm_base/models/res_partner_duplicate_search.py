from odoo import api, models
from odoo.exceptions import AccessError, UserError

from ..tools import contact_keys

# Rows of one search
MAX_ROWS = 200
# What may be asked for
ASKED_FIELDS = ("name", "phone", "mobile", "email", "vat", "customer_no")
# Characters of one value that are looked at
MAX_LENGTH = 200


class ResPartner(models.Model):
    """Asking whether customers are there, without being told whose they are."""

    _inherit = "res.partner"

    @api.model
    def crm_check_duplicates(self, rows, **options):
        """Tell for each row which customers are there already, and no more than that.

        Counted against the company's limit for an hour, and written to the operation
        log with what was asked.

        :param list[dict] rows: at most 200, each with any of ``name``, ``phone``,
            ``mobile``, ``email``, ``vat`` (or credit code), ``customer_no`` (str),
            ``is_company`` (bool, True when missing), and ``id`` (int) of a customer
            of one's own that is no duplicate of itself
        :param options: for further callers; none is known yet
        :return: for each row a dict with ``matches``, a list of dicts: ``place`` (str,
            which team or pool), ``score`` (float), ``reasons`` (list of ``vat``,
            ``number``, ``name``, ``phone``, ``email``), ``certain`` (bool),
            ``visible`` (bool), ``token`` (str, for :meth:`crm_ask_to_join`); for a
            customer in sight also ``id`` (int), ``name`` and ``customer_no`` (str)
        :raise AccessError: without a role in the CRM
        :raise UserError: too many rows, or too many look-ups within an hour
        """
        if not self.env.user._crm_has_group("crm_base.group_salesperson"):
            raise AccessError(
                self.env._("Only salespeople and their superiors look up customers.")
            )
        asked = self._crm_asked_rows(rows)
        if not asked:
            return [{"matches": []} for _row in rows]
        self.env["crm.duplicate.quota"]._crm_use(len(asked))
        results = self._crm_find_duplicates(asked)
        flat = [match for matches in results for match in matches]
        log = self.env["crm.operation.log"]._crm_log(
            "duplicate_search",
            self.env._(
                "Looked up %(rows)s customers, %(hits)s found",
                rows=len(asked),
                hits=len(flat),
            ),
            "res.partner",
            [match.partner_id for match in flat],
            details={
                "asked": [
                    {name: row[name] for name in ASKED_FIELDS if row.get(name)}
                    for row in asked
                ]
            },
        )
        places = self.browse(
            {match.partner_id for match in flat}
        )._crm_duplicate_places()
        answer = []
        number = 0
        for matches in results:
            told = []
            for match in matches:
                told.append(self._crm_tell_match(match, places, f"{log.id}-{number}"))
                number += 1
            answer.append({"matches": told})
        return answer

    @api.model
    def _crm_asked_rows(self, rows):
        """Return the rows of a caller with what may be asked for and nothing else."""
        if not isinstance(rows, list) or len(rows) > MAX_ROWS:
            raise UserError(
                self.env._("Look up at most %(count)s rows at once.", count=MAX_ROWS)
            )
        asked = []
        for row in rows:
            if not isinstance(row, dict):
                raise UserError(
                    self.env._("Each row holds values such as name, phone and vat.")
                )
            values = {
                name: str(row[name])[:MAX_LENGTH]
                for name in ASKED_FIELDS
                if row.get(name)
            }
            values["is_company"] = bool(row.get("is_company", True))
            values["is_crm_customer"] = True
            own = row.get("id")
            if own and isinstance(own, int):
                # only what one sees may be left out
                found = self.with_context(active_test=False).search([("id", "=", own)])
                values["id"] = found.id
            asked.append(values)
        return asked

    def _crm_tell_match(self, match, places, token):
        """Return what a user is told about a match (dict)."""
        told = {
            "place": places[match.partner_id],
            "score": round(match.score, 2),
            "reasons": list(match.reasons),
            "certain": match.exact,
            "visible": match.visible,
            "token": token,
        }
        if match.visible:
            customer = self.browse(match.partner_id)
            told |= {
                "id": customer.id,
                "name": customer.name,
                "customer_no": customer.customer_no or "",
            }
        return told

    @api.model
    def crm_ask_to_join(self, token, note=""):
        """Ask the owner of a customer that a search has met to share it.

        :param str token: of a match in an answer of :meth:`crm_check_duplicates`, which
            only whoever searched can use
        :param str note: why, for the owner to read
        :return: dict with ``request_id`` (int) and ``state`` (str)
        :raise UserError: an unknown or foreign token, or nobody owns the customer
        """
        customer, asked = self._crm_customer_of_token(token)
        request = self.env["crm.join.request"]._crm_ask(
            customer, asked, str(note or "")[:1000]
        )
        return {"request_id": request.id, "state": request.state}

    @api.model
    def _crm_customer_of_token(self, token):
        """Return the customer (sudo) of a token and what was asked for (str)."""
        log_id, _sign, number = str(token or "").partition("-")
        # sudo: the row says itself who may use it
        log = self.env["crm.operation.log"].sudo()
        if log_id.isdigit() and number.isdigit() and len(log_id) < 10:
            log = log.browse(int(log_id)).exists()
        ids = log.res_ids or []
        if (
            not log
            or log.user_id != self.env.user
            or log.operation != "duplicate_search"
            or not number.isdigit()
            or int(number) >= len(ids)
        ):
            raise UserError(
                self.env._("Look the customer up once more, then ask to join it.")
            )
        # sudo: whoever met the customer need not see it
        customer = self.sudo().browse(ids[int(number)]).exists()
        rows = (log.details or {}).get("asked") or [{}]
        texts = [str(value) for row in rows[:3] for value in row.values()]
        return customer, ", ".join(texts)[:200]

    @api.model
    def _crm_row_of_text(self, text):
        """Return the row (dict) for one line that somebody typed.

        A number, an address, a code or a name: people do not choose which.
        """
        text = text.strip()
        if contact_keys.email_keys(text):
            return {"email": text}
        if contact_keys.looks_like_credit_code(text):
            return {"vat": text}
        if contact_keys.phone_keys(text) and not any(map(str.isalpha, text)):
            return {"phone": text}
        return {"name": text, "customer_no": text}
