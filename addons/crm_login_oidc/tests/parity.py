"""One record of each model of this addon for the parity test; see docs/testing.md."""

from odoo.addons.crm_base.tests.expected import Expected, nobody


def attempts(case, oracle, customer):
    """Log-ins that were begun are nobody's to read."""
    if customer:
        return []
    provider = case.env["auth.oauth.provider"].create(
        {"name": "parity", "crm_is_oidc": True, "crm_issuer": "https://x.example"}
    )
    values = {
        "state_hash": "parity",
        "browser_hash": "parity",
        "provider_id": provider.id,
        "expires_at": "2031-01-01",
    }
    return [Expected(case.env["crm.oidc.attempt"].create(values), read=nobody)]


FACTORIES = {"crm.oidc.attempt": attempts}
