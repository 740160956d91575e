from odoo.tests import tagged

from odoo.addons.crm_base.tests.processes import ProcessCase


@tagged("post_install", "-at_install")
class TestOidcProcesses(ProcessCase):
    def test_state_works_once(self):
        """Of many who come with one state at once, one gets it. Covers: B23."""
        with self.committed() as env:
            provider = env["auth.oauth.provider"].create(
                {
                    "name": "races",
                    "crm_is_oidc": True,
                    "crm_issuer": "https://login.example.com",
                }
            )
            attempts = env["crm.oidc.attempt"]
            states = [attempts._crm_begin(provider, "browser", "") for _ in range(4)]

        def clean():
            with self.committed() as env:
                env["auth.oauth.provider"].browse(provider.id).unlink()

        self.addCleanup(clean)
        workers = self.workers(3)
        for state in states:
            call = (1, "crm.oidc.attempt", "_crm_take", state, "browser")
            answers = workers.race([(call, {})] * 3)
            taken = [answer["result"] for answer in answers if answer["result"]]
            self.assertEqual(taken, [[provider.id, "", False]])
