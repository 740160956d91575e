import hashlib

from odoo import api, fields, models
from odoo.tools import SQL

# kinds of match keys by which people who enter one customer meet: code, customer
# number, name, number, address
MEETING = "vcnpe"
# no transaction is that old
KEEP_DAYS = 1
BATCH = 10_000


class CrmDuplicateKey(models.Model):
    """Where two people meet who enter one customer at the same moment.

    Neither of their duplicate checks would see what the other one has not stored yet.
    So whoever enters a customer leaves its keys here, in the transaction of the
    customer. The second one waits for the first; PostgreSQL then refuses the second
    one's stale snapshot, Odoo replays the call, and its check finds the customer.
    """

    _name = "crm.duplicate.key"
    _description = "Key of a Customer That Was Entered"
    _log_access = False
    _rec_name = "digest"

    digest = fields.Char(required=True, help="Of the key: nobody reads numbers here.")
    entered_at = fields.Datetime(required=True)

    _digest_uniq = models.UniqueIndex("(digest)", "One row for each key.")

    @api.model
    def _crm_meet(self, keys):
        """Leave the keys of customers that are about to be stored, by one statement.

        :param list keys: a list of match keys (str) for each customer
        :raise SerializationFailure: somebody else has just entered one of them
        """
        digests = {
            hashlib.sha256(key.encode()).hexdigest()[:32]
            for row_keys in keys
            for key in row_keys
            if key[0] in MEETING
        }
        if not digests:
            return
        self.env.execute_query(
            SQL(
                """
                INSERT INTO crm_duplicate_key (digest, entered_at)
                     SELECT digest, %(now)s FROM unnest(%(digests)s) digest
                ON CONFLICT (digest) DO UPDATE SET entered_at = EXCLUDED.entered_at
                  RETURNING 1
                """,
                now=fields.Datetime.now(),
                # in one order, so that two who share several do not block each other
                digests=sorted(digests),
            )
        )

    @api.autovacuum
    def _gc_duplicate_keys(self):
        """Forget old keys; return (removed, whether more)."""
        old = self.search([("entered_at", "<", f"now -{KEEP_DAYS}d")], limit=BATCH)
        old.unlink()
        return len(old), len(old) == BATCH
