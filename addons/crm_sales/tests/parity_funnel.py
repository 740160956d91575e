"""Funnel and forecast for the parity test."""

from odoo.addons.crm_base.tests.expected import Expected
from odoo.addons.crm_pipeline.tests.parity import leads


def reaches(case, oracle, customer):
    """A stage that was reached is seen with the opportunity, and written by nobody."""
    rows = []
    for expected in leads(case, oracle, customer):
        if expected.record.type == "opportunity":
            case.env.flush_all()
            found = case.env["crm.stage.report"].search(
                [("lead_id", "=", expected.record.id), ("is_furthest", "=", True)]
            )
            rows.append(Expected(found, read=expected.read))
    return rows


FACTORIES = {"crm.stage.report": reaches}
