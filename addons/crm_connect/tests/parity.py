"""One record of each model of this addon for the parity test; see docs/testing.md."""

from odoo.addons.crm_base.tests.expected import Expected


def _is_system(user):
    return user._crm_has_group("base.group_system")


def _notice(case):
    """A draft of the manager of the South."""
    notice = case.env["crm.notice"].create(
        {
            "name": "月会",
            "body": "<p>周五下午三点</p>",
            "team_ids": [(6, 0, case.south.ids)],
        }
    )
    notice._crm_workflow().author_id = case.other_manager
    return notice


def notices(case, oracle, customer):
    """A draft of a manager: for the superiors of its author, and for nobody else."""
    if customer:
        return []
    author = case.other_manager

    def leads(user):
        return oracle.has(user, "manager") and oracle.in_charge(user, author, "write")

    return [
        Expected(
            _notice(case),
            read=lambda user: oracle.in_charge(user, author),
            write=leads,
            unlink=leads,
            values={
                "name": "x",
                "body": "<p>x</p>",
                "team_ids": [(6, 0, case.south.ids)],
            },
            create=lambda user: oracle.has(user, "manager"),
        )
    ]


def receipts(case, oracle, customer):
    """Who read a notice: known to the reader, the author and superiors."""
    if customer:
        return []
    notice = _notice(case)
    notice.with_user(case.other_manager).action_publish()
    receipt = case.env["crm.notice.receipt"].search(
        [("notice_id", "=", notice.id), ("user_id", "=", case.xia.id)]
    )
    return [
        Expected(
            receipt,
            read=lambda user: (
                user == case.xia or oracle.in_charge(user, case.other_manager)
            ),
        )
    ]


def preferences(case, oracle, customer):
    """How somebody wants to be told is nobody else's business."""
    if customer:
        return []
    wish = case.env["crm.notice.preference"].create(
        {"user_id": case.sam.id, "kind": "notice"}
    )
    mine = case.sam.__eq__
    return [Expected(wish, read=mine, write=mine)]


def webhooks(case, oracle, customer):
    """Webhooks are the boss's; robots for messages can be chosen by everybody."""
    if customer:
        return []
    model = case.env.ref("base.model_res_partner")
    values = {"name": "OA", "url": "http://example.com/x", "model_id": model.id}
    Webhook = case.env["crm.webhook"]
    robot = Webhook.create({"name": "群", "kind": "wecom", "url": values["url"]})
    return [
        Expected(
            Webhook.create(values),
            read=oracle.is_boss,
            write=oracle.is_boss,
            unlink=oracle.is_boss,
            values=values,
            create=oracle.is_boss,
        ),
        Expected(
            robot,
            read=lambda user: not user.share,
            write=oracle.is_boss,
            unlink=oracle.is_boss,
        ),
    ]


def events(case, oracle, customer):
    """What webhooks can tell: read by the boss, set up by system administrators."""
    if customer:
        return []
    event = case.env["crm.webhook.event"].search([], limit=1)
    return [Expected(event, read=oracle.is_boss)]


def deliveries(case, oracle, customer):
    """What was told to other systems is the boss's to see."""
    if customer:
        return []
    robot = case.env["crm.webhook"].create(
        {"name": "群", "kind": "wecom", "url": "http://example.com/x"}
    )
    return [Expected(robot._crm_send_message("x", "y"), read=oracle.is_boss)]


def gateways(case, oracle, customer):
    """Accounts of SMS services are the system administrator's."""
    if customer:
        return []
    values = {"name": "x", "kind": "http", "url": "http://example.com/x"}
    gateway = case.env["crm.sms.gateway"].create(values)
    return [
        Expected(
            gateway,
            read=_is_system,
            write=_is_system,
            unlink=_is_system,
            values=values,
            create=_is_system,
        )
    ]


def templates(case, oracle, customer):
    """So are their templates."""
    if customer:
        return []
    gateway = case.env["crm.sms.gateway"].create(
        {"name": "y", "kind": "http", "url": "http://example.com/x"}
    )
    values = {"gateway_id": gateway.id, "code": "SMS_1", "text": "x"}
    return [
        Expected(
            case.env["crm.sms.gateway.template"].create(values),
            read=_is_system,
            write=_is_system,
            unlink=_is_system,
            values=values,
            create=_is_system,
        )
    ]


FACTORIES = {
    "crm.notice": notices,
    "crm.notice.preference": preferences,
    "crm.notice.receipt": receipts,
    "crm.sms.gateway": gateways,
    "crm.sms.gateway.template": templates,
    "crm.webhook": webhooks,
    "crm.webhook.delivery": deliveries,
    "crm.webhook.event": events,
}
