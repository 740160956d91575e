from datetime import timedelta
from ipaddress import IPv6Network, ip_address

from psycopg2.errors import SerializationFailure

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.misc import hmac

from ..tools.gate import in_turn


class CrmWebFormLimit(models.Model):
    """How often one address has answered one form, in the database for all workers.

    Counted before an answer is stored, in a transaction of its own, so that any number
    of requests at the same moment are counted one by one.
    """

    _name = "crm.web.form.limit"
    _description = "Limit of Answers"
    _rec_name = "key"

    key = fields.Char(required=True)
    tries = fields.Integer(required=True, default=0)
    ends_at = fields.Datetime(required=True, index=True)

    _key_uniq = models.UniqueIndex("(key)", "One counter for each address.")

    @api.model
    def _crm_admit(self, form_id, address, limit):
        """Count an answer; return whether it is within the limit (bool)."""
        if not limit:
            return True
        # the address itself is not kept, and not to be found by trying all of them
        # sudo: the secret of the database
        key = hmac(
            self.env(su=True), "crm_web_form_limit", f"{form_id}|{_house(address)}"
        )
        try:
            return in_turn(self, "_crm_count", key, limit)
        except SerializationFailure:
            # who comes in such numbers from one address is no person
            return False

    @api.model
    def _crm_count(self, key, limit):
        now = fields.Datetime.now()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO crm_web_form_limit AS l (key, tries, ends_at)
                     VALUES (%(key)s, 1, %(ends)s)
                ON CONFLICT (key) DO UPDATE
                        SET tries = CASE WHEN l.ends_at < %(now)s THEN 1
                                         ELSE LEAST(l.tries + 1, 1000000) END,
                            ends_at = CASE WHEN l.ends_at < %(now)s THEN %(ends)s
                                           ELSE l.ends_at END
                  RETURNING tries
                """,
                key=key,
                now=now,
                ends=now + timedelta(hours=1),
            ),
            log_exceptions=False,
        )
        return self.env.cr.fetchone()[0] <= limit

    @api.autovacuum
    def _gc_limits(self):
        old = self.search([("ends_at", "<", "now -1d")], limit=10000)
        old.unlink()
        return len(old), len(old) == 10000


def _house(address):
    """Return what one visitor has in common (str): of IPv6, a whole network."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if found.version == 4:
        return address
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(IPv6Network((int(found), 64), strict=False))
