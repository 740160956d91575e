from odoo.tests import new_test_user, tagged

from .common import OidcCase

NO_ACCOUNT = "linked to no account here"


@tagged("post_install", "-at_install")
class TestOidcAccounts(OidcCase):
    """Whose account somebody comes in with."""

    def setUp(self):
        super().setUp()
        self.other = new_test_user(
            self.env,
            login="mei@example.com",
            groups="crm_base.group_salesperson",
            lang="en_US",
        )
        self.provider.person = {
            "sub": "subject-2",
            "email": "Mei@Example.com",
            "email_verified": True,
            "preferred_username": "mei@example.com",
            "name": "Mei",
        }

    def _set(self, **values):
        self.record.write(values)
        self.env.flush_all()

    def test_unlinked(self):
        """Who is linked to no account does not come in. Covers: B23."""
        before = self.env["res.users"].with_context(active_test=False).search_count([])
        self.assertRefused(self._log_in(), NO_ACCOUNT, "subject-2", "unknown")
        self.assertEqual(self.rows[-1]["login"], "mei@example.com")
        self.assertFalse(self.other.oauth_uid)
        after = self.env["res.users"].with_context(active_test=False).search_count([])
        self.assertEqual(before, after)

    def test_same_subject_elsewhere(self):
        """A subject counts for its own provider only. Covers: B23."""
        other = self._connect(self.provider, "Another")
        self.provider.person = {"sub": "subject-1"}
        answer = self._back(self._there(self._begin(other)))
        self.assertRefused(answer, NO_ACCOUNT, "subject-1", "unknown")

    def test_closed(self):
        """A closed account stays closed. Covers: B23."""
        self.seller.active = False
        self.env.flush_all()
        self.provider.person = {"sub": "subject-1"}
        self.assertRefused(
            self._log_in(), "account here is closed", "subject-1", "archived"
        )
        self.assertEqual(self.rows[-1]["user_id"], self.seller.id)
        # neither linked nor made anew
        self.other.active = False
        self._set(crm_link="email", crm_creates_users=True)
        self.provider.person = {
            "sub": "subject-2",
            "email": "mei@example.com",
            "email_verified": True,
        }
        self.assertRefused(
            self._log_in(), "account here is closed", "subject-2", "archived"
        )

    def test_link_by_verified_mail(self):
        """Only an e-mail that the provider has verified links. Covers: B23."""
        self._set(crm_link="email")
        for verified in (False, None, "false", 1, "yes"):
            self.provider.person["email_verified"] = verified
            self.assertRefused(self._log_in(), NO_ACCOUNT, "subject-2", "unknown")
        # an e-mail address that somebody put into the own profile is no login
        self.seller.partner_id.email = "boss@example.com"
        self.provider.person.update(email_verified=True, email="boss@example.com")
        self.assertRefused(self._log_in(), NO_ACCOUNT, "subject-2", "unknown")
        self.provider.person["email"] = "Mei@Example.com"
        self.assertLoggedIn(self._log_in(), "mei@example.com")
        self.assertEqual(self.other.oauth_uid, "subject-2")
        self.assertEqual(self._told()[-1], ("mei@example.com", "success", "oidc"))
        # from now on by the subject, whatever the e-mail
        self.url_open("/web/session/logout")
        self.provider.person.update(email="new@example.com")
        self._set(crm_link="no")
        self.assertLoggedIn(self._log_in(), "mei@example.com")

    def test_link_by_field(self):
        """A field that the administrator names is the login. Covers: B23."""
        self._set(crm_link="claim", crm_login_claim="employee")
        for value in (None, "", ["mei@example.com"], "mei%", "x" * 200, "a\nb"):
            self.provider.person["employee"] = value
            self.assertRefused(self._log_in(), NO_ACCOUNT, "subject-2", "unknown")
        self.provider.person["employee"] = "mei@example.com"
        self.assertLoggedIn(self._log_in(), "mei@example.com")

    def test_link_never(self):
        """Accounts of others, of administrators, of outsiders. Covers: B23."""
        self._set(crm_link="claim", crm_login_claim="preferred_username")
        new_test_user(self.env, login="root2", groups="base.group_system")
        new_test_user(self.env, login="keys", groups="base.group_erp_manager")
        new_test_user(self.env, login="guest", groups="base.group_portal")
        self.env.flush_all()
        for login, reason in (
            ("seller", "somebody else"),
            ("root2", "by hand only"),
            ("keys", "by hand only"),
            ("guest", "by hand only"),
            ("__system__", "subject-2"),
        ):
            self.provider.person["preferred_username"] = login
            answer = self._log_in()
            result = self.rows[-1]["result"]
            self.assertRefused(answer, "", reason, result)
            user = self.env["res.users"].search([("login", "=", login)])
            self.assertNotEqual(user.oauth_uid, "subject-2")

    def test_create(self):
        """A new account has no role, and takes nobody's login. Covers: B23."""
        self._set(crm_creates_users=True)
        self.provider.person.update(sub="subject-3", email="new@example.com")
        self.assertLoggedIn(self._log_in(), "new@example.com")
        user = self.env["res.users"].search([("login", "=", "new@example.com")])
        self.assertEqual((user.name, user.oauth_uid), ("Mei", "subject-3"))
        self.assertEqual(user._crm_role(), "base.group_user")
        self.assertTrue(user._is_internal())
        self.assertFalse(user.has_group("crm_base.group_salesperson"))
        self.assertFalse(user.has_group("base.group_erp_manager"))
        self.url_open("/web/session/logout")
        self.assertLoggedIn(self._log_in(), "new@example.com")
        # somebody whose login exists is not let into that account
        self.url_open("/web/session/logout")
        self.provider.person.update(sub="subject-4", email="mei@example.com")
        self.assertRefused(self._log_in(), NO_ACCOUNT, "login of the new account")
        # an e-mail that is not verified is not kept
        self.provider.person.update(sub="subject-5", email_verified=False)
        self.assertLoggedIn(self._log_in(), f"oidc-{self.record.id}-subject-5")
