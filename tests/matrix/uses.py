"""What somebody does with each addon, in a few lines, between install and leave.

Each function runs in Odoo's shell on a database that may hold nothing else of ours,
with ``env`` of the superuser. It works as the people it makes, never as the superuser.
"""

from odoo import fields
from odoo.exceptions import ValidationError

SALESPERSON = "crm_base.group_salesperson"


def make_user(env, login, *groups):
    """Return a new internal user (recordset) with these groups."""
    ids = [env.ref(group).id for group in ("base.group_user", *groups)]
    return (
        env["res.users"]
        .with_context(no_reset_password=True, mail_create_nosubscribe=True)
        .create({"name": login, "login": login, "group_ids": [fields.Command.set(ids)]})
    )


def newest(env):
    """Return the id of the newest user (int): a login with it was never given.

    Not how many there are: some go together with an addon.
    """
    users = env["res.users"].with_context(active_test=False)
    return users.search([], order="id desc", limit=1).id


def use_contacts(env):
    """Odoo's own contacts, as a user without any role of ours."""
    login = f"clerk-{newest(env)}"
    user = make_user(env, login, "base.group_partner_manager")
    partners = env["res.partner"].with_user(user)
    views = partners.get_views([(False, "list"), (False, "form"), (False, "kanban")])
    assert set(views["views"]) == {"list", "form", "kanban"}
    supplier = partners.create({"name": "Office Supplies", "is_company": True})
    specification = {"name": {}, "email": {}, "user_id": {"fields": {}}}
    found = partners.web_search_read([("id", "=", supplier.id)], specification)
    assert found["records"][0]["name"] == "Office Supplies"
    assert partners.name_search("Office Supplies")
    supplier.email = "office@example.com"
    supplier.unlink()


def use_crm_base(env):
    """A salesperson takes in a customer, follows up, finds it, shares it."""
    suffix = newest(env)
    user = make_user(env, f"seller-{suffix}", SALESPERSON)
    colleague = make_user(env, f"colleague-{suffix}", SALESPERSON)
    partners = env["res.partner"].with_user(user)
    customer = partners.create(
        {"name": "中国石油", "is_company": True, "is_crm_customer": True}
    )
    assert customer.user_id == user and customer.customer_no
    partners.create({"name": "王小明", "parent_id": customer.id})
    visit = (
        env["crm.followup"]
        .with_user(user)
        .create(
            {
                "name": "拜访",
                "partner_id": customer.id,
                "content": "了解需求，约定下周演示产品。",
                "planned_at": fields.Datetime.now(),
            }
        )
    )
    visit.action_checkin(39.9, 116.4, 10.0)
    visit.action_done()
    assert customer.last_followup_at
    domain = [("is_crm_customer", "=", True), ("search_key", "ilike", "zgsy")]
    assert customer in partners.search(domain)
    theirs = customer.with_user(colleague)
    assert not theirs.has_access("read")
    customer.action_share([colleague.id])
    assert theirs.has_access("read")
    assert customer.get_crm_overview()["totals"]
    assert customer.get_crm_timeline()["entries"]
    assert env["crm.metric"].with_user(user).compute_values(["followups_done"])
    customer.action_transfer(colleague.id, "区域调整")
    assert customer.sudo().user_id == colleague


def use_crm_customer_pool(env):
    """One salesperson gives a customer up, another one claims it."""
    suffix = newest(env)
    giver = make_user(env, f"giver-{suffix}", SALESPERSON)
    taker = make_user(env, f"taker-{suffix}", SALESPERSON)
    members = [fields.Command.set([giver.id, taker.id])]
    pool = env["crm.pool"].create({"name": "华东公海", "member_user_ids": members})
    partners = env["res.partner"].with_user(giver)
    customers = partners.create(
        [
            {"name": name, "phone": "010-55550100", "is_crm_customer": True}
            for name in ("杭州云图科技", "宁波海联贸易")
        ]
    )
    customers.action_release_to_pool(pool.id, "no_need")
    pooled = env["crm.pool.customer"].with_user(taker).browse(customers.ids)
    assert all("55550100" not in str(values) for values in pooled.read())
    assert pooled[0].action_claim()["claimed"] == customers[0].ids
    assert customers[0].sudo().user_id == taker
    # the other one stays in the pool, also while the addon is uninstalled


def use_crm_connect(env):
    """A manager tells the team something; the boss sets up a webhook."""
    suffix = newest(env)
    seller = make_user(env, f"reader-{suffix}", SALESPERSON)
    manager = make_user(env, f"speaker-{suffix}", "crm_base.group_manager")
    boss = make_user(env, f"chief-{suffix}", "crm_base.group_boss")
    team = env["crm.team"].create(
        {
            "name": "华东",
            "user_id": manager.id,
            "member_ids": [fields.Command.set(seller.ids)],
        }
    )
    notice = (
        env["crm.notice"]
        .with_user(manager)
        .create(
            {
                "name": "月会",
                "body": "<p>周五下午三点，会议室。</p>",
                "team_ids": [fields.Command.set(team.ids)],
            }
        )
    )
    assert notice.action_publish() == 2
    theirs = notice.with_user(seller)
    assert theirs.is_unread
    theirs.action_mark_read()
    assert not theirs.is_unread
    event = env.ref("crm_connect.event_customer_created")
    webhook = (
        env["crm.webhook"]
        .with_user(boss)
        .create(
            {
                "name": "OA",
                "url": "https://oa.example.com/hook",
                "model_id": event.model_id.id,
                "event_ids": [fields.Command.set(event.ids)],
            }
        )
    )
    partners = env["res.partner"].with_user(seller)
    customer = partners.create({"name": "宁波海联贸易", "is_crm_customer": True})
    env.cr.flush()
    # the transaction may hold customers that were made before
    delivery = webhook.delivery_ids.filtered(lambda row: row.res_id == customer.id)
    assert delivery.state == "waiting"
    assert delivery.action_cancel() == 1


def use_crm_backup(env):
    """The maintainer orders a backup and looks at the plan; a salesperson cannot."""
    suffix = newest(env)
    maintainer = make_user(env, f"maintainer-{suffix}", "crm_base.group_maintainer")
    seller = make_user(env, f"orderer-{suffix}", SALESPERSON)
    backups = env["crm.backup"].with_user(maintainer)
    backup = backups.browse(backups.action_back_up()["id"])
    assert backup.state == "waiting" and not backup.can_download
    assert not any(check["count"] for check in backups.action_check_now())
    plan = env.ref("crm_backup.crm_backup_plan").with_user(maintainer)
    plan.hour = 3
    assert plan.next_at
    assert not backup.with_user(seller).has_access("read")
    backup.unlink()


def use_crm_login(env):
    """An account is restricted; a code is asked for and used once."""
    suffix = newest(env)
    user = make_user(env, f"remote-{suffix}", SALESPERSON)
    user.crm_login_phone = f"138{suffix:08d}"
    rules = env["crm.login.rule"]
    rules.create(
        {
            "name": "办公室",
            "user_ids": [fields.Command.set(user.ids)],
            "networks": "203.0.113.0/24",
        }
    )
    assert rules._crm_refusal(user.id, "198.51.100.1", "")
    assert not rules._crm_refusal(user.id, "203.0.113.9", "")
    codes = env["crm.login.code"]
    wish = codes.search([("token", "=", codes._crm_ask(user.crm_login_phone))])
    # no SMS service here: the code cannot be sent and never works
    wish._crm_send_code()
    assert wish.state == "void"


def use_crm_leads(env):
    """A salesperson takes a lead in, follows it up and gives it away."""
    suffix = newest(env)
    seller = make_user(env, f"caller-{suffix}", SALESPERSON)
    other = make_user(env, f"taker-of-leads-{suffix}", SALESPERSON)
    leads = env["crm.lead"].with_user(seller)
    # a source of the channel would be made for a lead without one, and stay
    source = env["utm.source"].search([], limit=1)
    lead = leads.create(
        {"name": "询价：数控机床", "type": "lead", "source_id": source.id}
    )
    assert lead.capture_channel == "manual" and lead.lead_state == "new"
    plans = env["crm.followup"].with_user(seller)
    plan = plans.create({"name": "首次电话", "lead_id": lead.id})
    plan.action_done()
    assert lead.lead_state == "working" and lead.last_followup_at
    assert not lead.with_user(other).has_access("read")
    lead.action_transfer(other.id, "区域调整")
    assert lead.sudo().user_id == other
    # the follow-up has no customer, also while the addon is uninstalled


def use_crm_pipeline(env):
    """A salesperson follows an opportunity up and gives it away."""
    suffix = newest(env)
    seller = make_user(env, f"pipeline-{suffix}", SALESPERSON)
    other = make_user(env, f"pipeline-taker-{suffix}", SALESPERSON)
    opportunities = env["crm.lead"].with_user(seller)
    opportunity = opportunities.create(
        {"name": "数控机床两台", "type": "opportunity", "user_id": seller.id}
    )
    plans = env["crm.followup"].with_user(seller)
    plans.create({"name": "报价", "lead_id": opportunity.id}).action_done()
    assert opportunity.last_followup_at
    assert opportunities.search([("search_key", "ilike", "skjc")]) == opportunity
    assert not opportunity.with_user(other).has_access("read")
    opportunity.action_transfer(other.id, "区域调整")
    assert opportunity.sudo().user_id == other


def use_crm_sales(env):
    """A stage asks for what is missing, then lets the opportunity in."""
    suffix = newest(env)
    seller = make_user(env, f"closer-{suffix}", SALESPERSON)
    stages = env["crm.stage"].search([("team_ids", "=", False)], order="sequence")
    gate = env["crm.stage.gate"].create(
        {
            "stage_id": stages[1].id,
            "kind": "field",
            "field_ids": env["ir.model.fields"]._get("crm.lead", "need").ids,
        }
    )
    opportunity = (
        env["crm.lead"]
        .with_user(seller)
        .create({"name": "数控机床两台", "type": "opportunity", "user_id": seller.id})
    )
    try:
        with env.cr.savepoint():
            opportunity.action_move_stage(stages[1].id)
        raise AssertionError("nothing was asked")
    except ValidationError:
        pass
    opportunity.need = "换掉两台旧机床"
    opportunity.action_move_stage(stages[1].id)
    assert len(opportunity.stage_move_ids) == 2
    assert opportunity.last_stage_move_id.to_stage_id == stages[1]
    gate.unlink()


def use_crm_leads_pool(env):
    """A lead goes into a pool of leads, and a member claims it."""
    suffix = newest(env)
    seller = make_user(env, f"claimant-{suffix}", SALESPERSON)
    pool = env["crm.pool"].create(
        {"name": "线索公海", "holds": "lead", "member_user_ids": seller.ids}
    )
    source = env["utm.source"].search([], limit=1)
    lead = env["crm.lead"].create(
        {
            "name": "官网留言",
            "type": "lead",
            "user_id": False,
            "phone": "13812345678",
            "source_id": source.id,
        }
    )
    boss = env.ref("base.user_admin")
    lead.with_user(boss).action_release_to_pool(pool.id, "名单")
    row = env["crm.pool.lead"].with_user(seller).browse(lead.id)
    assert row.phone == "138****5678"
    assert not lead.with_user(seller).has_access("read")
    row.action_claim()
    assert lead.user_id == seller and not lead.pool_id


def use_crm_leads_sales(env):
    """A lead becomes a customer with a quotation."""
    suffix = newest(env)
    seller = make_user(env, f"quoting-{suffix}", SALESPERSON)
    source = env["utm.source"].search([], limit=1)
    lead = env["crm.lead"].create(
        {
            "name": "询价",
            "type": "lead",
            "user_id": seller.id,
            "contact_name": f"王小明{suffix}",
            "source_id": source.id,
        }
    )
    (result,) = lead.with_user(seller).action_convert_to_customer(document="quotation")
    order = env["sale.order"].browse(result["document_id"])
    assert order.opportunity_id == lead and order.partner_id.is_crm_customer


def use_crm_login_oidc(env):
    """A provider is set up; it is on the page only when it is complete."""
    suffix = env["auth.oauth.provider"].search_count([])
    provider = env["auth.oauth.provider"].create(
        {
            "name": f"公司账号 {suffix}",
            "crm_is_oidc": True,
            "crm_issuer": "https://login.example.com/realms/company",
            "client_id": "crm",
        }
    )
    try:
        with env.cr.savepoint():
            provider.enabled = True
        raise AssertionError("incomplete, and on the page")
    except ValidationError:
        pass
    state = env["crm.oidc.attempt"]._crm_begin(provider, "browser", "/odoo")
    assert not env["crm.oidc.attempt"]._crm_take(state, "another browser")
    assert provider._crm_authorization_url(
        state, "browser", "https://crm.example.com/back"
    )


def use_crm_web_form(env):
    """A manager publishes a form, a visitor answers, a lead is there."""
    suffix = newest(env)
    manager = make_user(env, f"form-maker-{suffix}", "crm_base.group_manager")
    forms = env["crm.web.form"].with_user(manager)
    # as above: the leads have a source that was there
    source = env["utm.source"].search([], limit=1)
    form = forms.create({"name": "预约演示", "source_id": source.id})
    content = form.get_design()["content"]
    content["elements"] = [
        {"id": "who", "kind": "text", "label": "姓名", "maps": "contact_name"}
    ]
    assert form.save_design(content, form.revision)["saved"]
    form.action_publish()
    answer = (
        env["crm.web.form.answer"]
        ._crm_workflow()
        .create(
            {
                "form_id": form.id,
                "version_id": form.version_id.id,
                "submission_key": f"matrix-{suffix}",
                "content": {"who": "王小明"},
            }
        )
    )
    answer._crm_work()
    assert answer.state == "done" and answer.lead_id.contact_name == "王小明"
    assert form.get_statistics()["answers"] == 1


USES = {
    "crm_backup": use_crm_backup,
    "crm_base": use_crm_base,
    "crm_connect": use_crm_connect,
    "crm_customer_pool": use_crm_customer_pool,
    "crm_leads": use_crm_leads,
    "crm_leads_pool": use_crm_leads_pool,
    "crm_leads_sales": use_crm_leads_sales,
    "crm_login": use_crm_login,
    "crm_login_oidc": use_crm_login_oidc,
    "crm_pipeline": use_crm_pipeline,
    "crm_sales": use_crm_sales,
    "crm_web_form": use_crm_web_form,
}
