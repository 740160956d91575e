import hashlib
import time

from odoo.tests import tagged

from .common import OidcCase
from .provider import (
    CLIENT,
    EcKey,
    EdKey,
    RsaKey,
    b64,
    honest,
    shared_secret,
    token,
    unsigned,
)

UNTRUSTED = "cannot be trusted"
NOT_BEGUN = "not begun in this browser"
FAILED = "does not answer as it should"


@tagged("post_install", "-at_install")
class TestOidcState(OidcCase):
    """Answers that this browser did not ask for."""

    def test_unknown_state(self):
        """An answer nobody asked for, and one without a state. Covers: B23."""
        self._begin()
        back = self._there(self._begin())
        for state in ("x" * 43, "", None, "\x00", "状态" * 400):
            answer = self._back(self._changed(back, state=state))
            self.assertRefused(answer, NOT_BEGUN, "Not begun here")
        self.assertNotIn("/token", self.provider.seen)
        self.assertLoggedIn(self._back(back))

    def test_state_of_another_browser(self):
        """A link with an attacker's log-in logs nobody in. Covers: B23."""
        attackers = self._there(self._begin())
        self.opener.cookies.clear()
        answer = self._back(attackers)
        self.assertRefused(answer, NOT_BEGUN, "Begun in another browser")
        # also a victim who is about to log in
        self._begin()
        answer = self._back(attackers)
        self.assertRefused(answer, NOT_BEGUN, "Begun in another browser")
        self.assertNotIn("/token", self.provider.seen)

    def test_code_of_another_browser(self):
        """A stolen code is worth nothing in the thief's own log-in. Covers: B23."""
        victims = self._there(self._begin())
        code = victims.partition("code=")[2].partition("&")[0]
        self.opener.cookies.clear()
        mine = self._changed(self._there(self._begin()), code=code)
        answer = self._back(mine)
        self.assertRefused(answer, FAILED, "invalid_grant")
        # also when the provider does not ask for the verifier: the nonce is another's
        self.provider.exchange = self._careless(self.provider.exchange)
        code = self._there(self._begin()).partition("code=")[2].partition("&")[0]
        self.opener.cookies.clear()
        mine = self._changed(self._there(self._begin()), code=code)
        self.assertRefused(self._back(mine), UNTRUSTED, "nonce")

    def _careless(self, exchange):
        def careless(form, authorization):
            asked = self.provider.codes[form["code"]]
            nonce = asked["nonce"]
            # forge the check of PKCE away
            asked["code_challenge"] = self._challenge(form["code_verifier"])
            status, answer = exchange(form, authorization)
            self.assertEqual(status, 200, nonce)
            return status, answer

        return careless

    def _challenge(self, verifier):
        return b64(hashlib.sha256(verifier.encode()).digest())

    def test_replay(self):
        """What was used once is of no use, in the same browser too. Covers: B23."""
        back = self._there(self._begin())
        self.assertLoggedIn(self._back(back))
        self.url_open("/web/session/logout")
        self.assertRefused(self._back(back), NOT_BEGUN, "used already")
        # a used code with a new state
        code = back.partition("code=")[2].partition("&")[0]
        again = self._changed(self._there(self._begin()), code=code)
        self.assertRefused(self._back(again), FAILED, "invalid_grant")

    def test_too_late(self):
        """A log-in must be finished within ten minutes. Covers: B23."""
        back = self._there(self._begin())
        self.env["crm.oidc.attempt"].search([]).expires_at = "2020-01-01"
        self.env.flush_all()
        self.assertRefused(self._back(back), NOT_BEGUN, "Too late")

    def test_other_provider(self):
        """One provider cannot answer for another one. Covers: B23."""
        other = self._connect(self.provider, "Another")
        back = self._there(self._begin(other))
        moved = back.replace(f"/{other.id}/back", f"/{self.record.id}/back")
        self.assertNotEqual(moved, back)
        self.assertRefused(self._back(moved), NOT_BEGUN, "Another provider")

    def test_issuer_of_the_answer(self):
        """An answer that names another provider, or none. Covers: B23."""
        for issuer in ("https://evil.example", "", None):
            back = self._changed(self._there(self._begin()), iss=issuer)
            self.assertRefused(self._back(back), UNTRUSTED, "another issuer")
        self.record.crm_sends_issuer = False
        self.env.flush_all()
        self.provider.more = {"iss": None}
        self.assertLoggedIn(self._log_in())

    def test_errors_of_the_provider(self):
        """What the provider says is not repeated on the page. Covers: B23."""
        for error, text, reason in (
            ("access_denied", "was cancelled", "access_denied"),
            ("server_error", FAILED, "server_error"),
            ("<script>alert(1)</script>", FAILED, "No code"),
        ):
            back = self._changed(
                self._there(self._begin()),
                code=None,
                error=error,
                error_description="Call 555 and tell your password",
            )
            self.assertRefused(self._back(back), text, reason)
            self.assertNotIn("Call 555", self.url_open("/web/login").text)
        back = self._changed(self._there(self._begin()), code=None)
        self.assertRefused(self._back(back), FAILED, "No code")


@tagged("post_install", "-at_install")
class TestOidcToken(OidcCase):
    """Tokens that must not be trusted."""

    def _refuses(self, reason, **lies):
        self.provider.lies = lies
        self.assertRefused(self._log_in(), UNTRUSTED, f"refused: {reason}")

    def test_claims(self):
        """For whom, by whom, when, for which log-in. Covers: B23."""
        now = int(time.time())
        self._refuses("nonce", nonce="another")
        self._refuses("nonce", nonce=None)
        self._refuses("nonce", nonce=["x"])
        self._refuses("audience", aud="another-client", azp=None)
        self._refuses("audience", aud=None)
        self._refuses("audience", aud=[CLIENT, "another"], azp=None)
        self._refuses("audience", azp="another-client")
        self._refuses("issuer", iss="https://evil.example")
        self._refuses("issuer", iss=None)
        self._refuses("issuer", iss=f"{self.provider.issuer}/")
        self._refuses("expired", exp=now - 61)
        self._refuses("time", exp=None)
        self._refuses("time", exp="soon")
        self._refuses("time", exp=True)
        self._refuses("time", exp=float("inf"))
        self._refuses("time", iat=now + 300)
        self._refuses("time", iat=now - 3600)
        self._refuses("time", iat=None)
        self._refuses("time", nbf=now + 300)
        self._refuses("subject", sub=None)
        self._refuses("subject", sub="")
        self._refuses("subject", sub=1)
        self._refuses("subject", sub=" subject-1")
        self._refuses("subject", sub="s" * 256)
        self.provider.lies = {"aud": [CLIENT, "another"], "exp": now - 30}
        self.assertLoggedIn(self._log_in())

    def test_signatures(self):
        """Unsigned, signed with a public key, signed by somebody else. Covers: B23."""
        thief = RsaKey("key-1")
        for make, reason in (
            (unsigned, "algorithm"),
            (shared_secret, "algorithm"),
            (lambda claims, _key: honest(claims, thief), "signature"),
            (lambda claims, key: honest(claims, key)[:-8] + "AAAAAAAA", "signature"),
            (lambda claims, key: honest(claims, key).rpartition(".")[0] + ".", "signa"),
            (self._swapped, "signature"),
            (lambda claims, key: "no token", "form"),
            (lambda claims, key: "a.b.c", "form"),
            (lambda claims, key: "é.é.é", "form"),
            (lambda claims, key: None, "form"),
            (lambda claims, key: {"a": 1}, "form"),
            (lambda claims, key: honest({**claims, "x": "y" * 20000}, key), "form"),
            (self._critical, "form"),
        ):
            self.provider.make = make
            self.assertRefused(self._log_in(), UNTRUSTED, reason)
        self.provider.make = honest
        self.assertLoggedIn(self._log_in())

    def _swapped(self, claims, key):
        """Another person's claims under a true signature."""
        first = honest(claims, key).split(".")
        second = honest({**claims, "sub": "boss"}, key).split(".")
        return f"{first[0]}.{second[1]}.{first[2]}"

    def _critical(self, claims, key):
        return token(
            claims,
            lambda data: key.sign("RS256", data),
            alg="RS256",
            kid=key.kid,
            crit=["exp"],
        )

    def test_algorithms(self):
        """Every algorithm of the list, and only with a key of its kind. Covers: B23."""
        rsa, curve, edwards = RsaKey(), EcKey(), EdKey()
        for key, algorithm in (
            (rsa, "RS256"),
            (rsa, "RS384"),
            (rsa, "RS512"),
            (rsa, "PS256"),
            (curve, "ES256"),
            (edwards, "EdDSA"),
        ):
            self.provider.keys = [key, RsaKey("another")]
            self.record.action_crm_load_settings()
            self.env.flush_all()
            self.provider.make = lambda claims, key, alg=algorithm: honest(
                claims, key, alg
            )
            self.assertLoggedIn(self._log_in())
            self.url_open("/web/session/logout")
        self.provider.keys = [curve]
        self.provider.make = lambda claims, key: honest(claims, key, "RS256")
        self.record.action_crm_load_settings()
        self.env.flush_all()
        with self.assertRaises(AssertionError):
            # signed with a curve, said to be RSA: no key of that kind
            self.assertLoggedIn(self._log_in())
        self.assertIn("key", self.rows[-1]["detail"])

    def test_weak_key(self):
        """A key that can be broken signs nothing. Covers: B23."""
        self.provider.keys = [RsaKey(bits=1024)]
        self.record.action_crm_load_settings()
        self.env.flush_all()
        self.assertRefused(self._log_in(), UNTRUSTED, "signature")

    def test_changed_keys(self):
        """A new key is fetched when it is met, not once for each token. Covers: B23."""
        self.assertLoggedIn(self._log_in())
        self.url_open("/web/session/logout")
        self.assertEqual(self.provider.seen.count("/certs"), 1, "known from loading")
        self.provider.keys = [RsaKey("key-2"), *self.provider.keys]
        self.assertLoggedIn(self._log_in())
        self.url_open("/web/session/logout")
        self.assertEqual(self.provider.seen.count("/certs"), 2)
        # keys that nobody has are not asked for again and again
        self.provider.make = lambda claims, key: honest(claims, RsaKey("key-9"))
        for _try in range(3):
            self.assertRefused(self._log_in(), UNTRUSTED, "key")
        self.assertEqual(self.provider.seen.count("/certs"), 2)
        self.provider.make = honest
        # after an hour they are asked for anyway, so that a withdrawn key ends
        withdrawn = self.provider.keys[0]
        self.provider.keys = [RsaKey("key-3")]
        self.provider.make = lambda claims, key: honest(claims, withdrawn)
        self.record.sudo().crm_jwks_at = "2020-01-01"
        self.env.flush_all()
        self.assertRefused(self._log_in(), UNTRUSTED, "key")
        self.assertEqual(self.provider.seen.count("/certs"), 3)

    def test_keys_without_names(self):
        """Without a name there must be one key only. Covers: B23."""
        self.provider.make = lambda claims, key: token(
            claims, lambda data: key.sign("RS256", data), alg="RS256"
        )
        self.assertLoggedIn(self._log_in())
        self.url_open("/web/session/logout")
        self.provider.keys = [*self.provider.keys, RsaKey("key-2")]
        self.record.action_crm_load_settings()
        self.env.flush_all()
        self.assertRefused(self._log_in(), UNTRUSTED, "key")
