import hashlib
from datetime import timedelta
from typing import NamedTuple

from psycopg2.errors import SerializationFailure

from odoo import api, fields, models
from odoo.exceptions import AccessDenied
from odoo.tools import SQL

from odoo.addons.crm_base.tools.transaction import in_own_transaction


class Policy(NamedTuple):
    """How many tries are free, and how the wait after each further one grows.

    :ivar int free: tries without a wait
    :ivar int first: seconds of the first wait; each further one is twice as long
    :ivar int longest: seconds of the longest wait
    :ivar int forget: seconds after the last try, when counting begins anew
    """

    free: int
    first: int
    longest: int
    forget: int


POLICIES = {
    # one account from one address: what a person mistypes
    "pair": Policy(10, 30, 3600, 24 * 3600),
    # one account from everywhere: many who guess together
    "login": Policy(60, 30, 900, 24 * 3600),
    # one address for all accounts: an office behind one address logs in every morning
    "address": Policy(150, 30, 3600, 24 * 3600),
    # text messages with a code
    "sms_phone": Policy(0, 60, 3600, 24 * 3600),
    "sms_address": Policy(20, 60, 3600, 24 * 3600),
}


class CrmLoginLimit(models.Model):
    """Counters of tries to log in, in the database, so that all workers agree.

    A try is counted before it is checked, in a transaction of its own: any number of
    guesses at the same moment are counted one by one, and none is forgotten with a
    transaction that is rolled back. A success gives its try back.
    """

    _name = "crm.login.limit"
    _description = "Limit of Log-ins"
    _rec_name = "key"

    key = fields.Char(required=True)
    owner = fields.Char(help="What counters of one account have in common.")
    tries = fields.Integer(required=True, default=0)
    last_at = fields.Datetime(required=True, index=True)
    blocked_until = fields.Datetime()

    _key_uniq = models.UniqueIndex("(key)", "One counter for each key.")

    @api.model
    def _crm_reserve(self, subjects, owner=""):
        """Count a try.

        :param list subjects: of (name of a policy, who or what is counted)
        :param str owner: the account, so that an administrator can unlock it
        :return: keys of the counters, for :meth:`_crm_succeed`
        :raise AccessDenied: says how long to wait, when one of them is blocked
        """
        keys = list(
            zip(
                [policy for policy, _subject in subjects],
                self._crm_keys(subjects),
                strict=True,
            )
        )
        try:
            wait = in_own_transaction(self, "_crm_count", keys, _key("owner", owner))
        except SerializationFailure:
            # who comes in such numbers is no person
            wait = 60
        if wait:
            error = AccessDenied(self._crm_wait_message(wait))
            # what the log of log-ins says about it
            error.crm_login_result = "locked"
            raise error
        return [key for _policy, key in keys]

    @api.model
    def _crm_keys(self, subjects):
        """Return the keys (list) of counters, for :meth:`_crm_succeed`.

        :param list subjects: of (name of a policy, who or what is counted)
        """
        return [_key(policy, subject) for policy, subject in subjects]

    @api.model
    def _crm_policies(self):
        """Hook: return the policies, a dict of name and Policy."""
        return POLICIES

    @api.model
    def _crm_succeed(self, keys):
        """Give a try back; the first counter forgets all.

        :param list keys: as :meth:`_crm_reserve` returned them
        """
        in_own_transaction(self, "_crm_give_back", keys)

    @api.model
    def _crm_unlock(self, owner):
        """Forget the tries of an account."""
        self.search([("owner", "=", _key("owner", owner))]).unlink()

    @api.model
    def _crm_wait_message(self, seconds):
        if seconds < 90:
            return self.env._(
                "Too many attempts. Try again in %(seconds)s seconds.",
                seconds=int(seconds) + 1,
            )
        return self.env._(
            "Too many attempts. Try again in %(minutes)s minutes.",
            minutes=int(seconds // 60) + 1,
        )

    @api.model
    def _crm_count(self, keys, owner):
        """Count a try on each counter unless one is blocked; return the wait (int)."""
        now = fields.Datetime.now()
        policies = self._crm_policies()
        wait = 0
        for policy_name, key in sorted(keys, key=lambda pair: pair[1]):
            policy = policies[policy_name]
            self.env.cr.execute(
                SQL(
                    """
                    INSERT INTO crm_login_limit (key, owner, tries, last_at)
                         VALUES (%s, %s, 0, %s)
                    ON CONFLICT (key) DO UPDATE
                            SET tries = CASE
                                    WHEN crm_login_limit.last_at < %s THEN 0
                                    ELSE crm_login_limit.tries
                                END
                      RETURNING id, tries, blocked_until
                    """,
                    key,
                    owner,
                    now,
                    now - timedelta(seconds=policy.forget),
                ),
                log_exceptions=False,
            )
            row_id, tries, blocked_until = self.env.cr.fetchone()
            if blocked_until and blocked_until > now:
                wait = max(wait, (blocked_until - now).total_seconds())
                continue
            over = tries + 1 - policy.free
            until = None
            if over > 0:
                seconds = min(policy.first * 2 ** min(over - 1, 20), policy.longest)
                until = now + timedelta(seconds=seconds)
            self.env.cr.execute(
                SQL(
                    """
                    UPDATE crm_login_limit
                       SET tries = tries + 1, last_at = %s, blocked_until = %s
                     WHERE id = %s
                    """,
                    now,
                    until,
                    row_id,
                ),
                log_exceptions=False,
            )
        return wait

    @api.model
    def _crm_give_back(self, keys):
        for index, key in enumerate(keys):
            left = SQL("0") if not index else SQL("GREATEST(tries - 1, 0)")
            self.env.cr.execute(
                SQL(
                    """
                    UPDATE crm_login_limit
                       SET tries = %s,
                           blocked_until = NULL
                     WHERE key = %s
                    """,
                    left,
                    key,
                ),
                log_exceptions=False,
            )

    @api.autovacuum
    def _gc_limits(self):
        old = self.search([("last_at", "<", "now -2d")], limit=10000)
        old.unlink()
        return len(old), len(old) == 10000


def _key(policy, subject):
    """Return the name of a counter; it does not tell whose it is."""
    text = f"{policy}|{str(subject).strip().lower()[:500]}"
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
