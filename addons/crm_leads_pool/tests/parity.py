"""Pooled leads for the parity test; see docs/testing.md."""

from odoo.addons.crm_base.tests.expected import Expected
from odoo.addons.crm_customer_pool.tests.parity_rule import sees_pool
from odoo.addons.crm_leads.tests.parity import leads


def pooled_leads(case, oracle, customer):
    """A lead in the story's kind of pool: seen masked by whoever sees the pool."""
    if customer:
        return []
    pool = case.env["crm.pool"].create(
        {
            "name": "线索公海",
            "holds": "lead",
            "member_team_ids": case.pool.member_team_ids.ids,
            "member_user_ids": case.pool.member_user_ids.ids,
            "admin_ids": case.pool.admin_ids.ids,
        }
    )
    lead = case.env["crm.lead"].create(
        {"name": "公海线索", "type": "lead", "user_id": case.xia.id}
    )
    lead._crm_enter_pool(pool, "离职")
    case.env.flush_all()

    def sees(user):
        return oracle.is_seller(user) and sees_pool(case, oracle, user)

    return [Expected(case.env["crm.pool.lead"].browse(lead.id), read=sees)]


def leads_in_pools(case, oracle, customer):
    """A pooled lead is the boss's alone; others are as ever."""
    lead = pooled_leads(case, oracle, None)[0].record
    lead = case.env["crm.lead"].browse(lead.id)
    if customer:
        lead._crm_workflow().partner_id = customer
    return [
        *leads(case, oracle, customer),
        Expected(
            lead,
            read=oracle.is_boss,
            write=oracle.is_boss,
            unlink=oracle.is_boss,
        ),
    ]


def lead_flows(case, oracle, customer):
    """A row about somebody: the superiors of that person, and the pool's keepers."""
    if customer:
        return []
    lead = pooled_leads(case, oracle, None)[0].record
    move = case.env["crm.owner.move"].search(
        [("lead_id", "=", lead.id), ("kind", "=", "release")], limit=1
    )
    keepers = move.pool_id.admin_ids
    return [
        Expected(
            case.env["crm.pool.lead.report"].browse(2 * move.id),
            read=lambda user: (
                oracle.is_seller(user)
                and (oracle.in_charge(user, case.xia) or user in keepers)
            ),
        )
    ]


FACTORIES = {
    "crm.pool.lead": pooled_leads,
    "crm.pool.lead.report": lead_flows,
    "crm.lead": leads_in_pools,
}
