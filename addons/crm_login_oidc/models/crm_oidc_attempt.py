import hashlib
import secrets
from datetime import timedelta
from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.crm_base.tools.transaction import in_own_transaction

VALID_MINUTES = 10


class Begun(NamedTuple):
    """What a log-in that was begun comes back to.

    :ivar int provider_id: where it was begun
    :ivar str redirect: the page to open afterwards, "" for the usual one
    :ivar bool is_late: whether it took too long
    """

    provider_id: int
    redirect: str
    is_late: bool


class CrmOidcAttempt(models.Model):
    """A log-in that a browser has begun and that has not come back yet.

    Of the state and of the browser there are hashes only: who reads the table can
    neither finish a log-in nor tell whose it is.
    """

    _name = "crm.oidc.attempt"
    _description = "Begun Log-in"
    _rec_name = "id"

    state_hash = fields.Char(required=True)
    browser_hash = fields.Char(required=True)
    provider_id = fields.Many2one(
        "auth.oauth.provider", required=True, index=True, ondelete="cascade"
    )
    redirect = fields.Char()
    expires_at = fields.Datetime(required=True, index=True)

    _state_hash_uniq = models.UniqueIndex("(state_hash)", "A log-in has one state.")

    @api.model
    def _crm_begin(self, provider, browser, redirect):
        """Remember that a browser begins a log-in; return its state (str).

        :param provider: where it logs in
        :param str browser: the secret of its session
        :param str redirect: the page of ours to open afterwards
        """
        state = secrets.token_urlsafe(32)
        self.create(
            {
                "state_hash": digest(state),
                "browser_hash": digest(browser),
                "provider_id": provider.id,
                "redirect": redirect,
                "expires_at": fields.Datetime.now() + timedelta(minutes=VALID_MINUTES),
            }
        )
        return state

    @api.model
    def _crm_take(self, state, browser):
        """Take a log-in that was begun, once and for all; return it (Begun) or None.

        In a transaction of its own and in one statement: of two who come with one
        state at the same moment one gets it, and no rollback brings it back.
        """
        found = in_own_transaction(
            self, "_crm_take_row", digest(state), digest(browser)
        )
        return Begun(*found) if found else None

    @api.model
    def _crm_take_row(self, state_hash, browser_hash):
        rows = self.env.execute_query(
            SQL(
                """
                DELETE FROM crm_oidc_attempt
                      WHERE state_hash = %s AND browser_hash = %s
                  RETURNING provider_id, redirect, expires_at < %s
                """,
                state_hash,
                browser_hash,
                fields.Datetime.now(),
            )
        )
        return (rows[0][0], rows[0][1] or "", rows[0][2]) if rows else None

    @api.model
    def _crm_is_begun(self, state):
        """Return whether some browser has begun a log-in with this state (bool)."""
        return bool(self.search_count([("state_hash", "=", digest(state))], limit=1))

    @api.autovacuum
    def _gc_attempts(self):
        old = self.search([("expires_at", "<", "now")], limit=10000)
        old.unlink()
        return len(old), len(old) == 10000


def digest(text):
    """Return the hash (str) of a secret that is too long to be guessed."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
