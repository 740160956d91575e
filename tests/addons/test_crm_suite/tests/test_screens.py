from lxml import etree

from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from .test_parity import ParityCase

# view types whose first page is a search with the view's fields
LISTS = ("list", "kanban", "calendar", "activity", "hierarchy")


@tagged("post_install", "-at_install")
class TestScreens(ParityCase):
    """Every screen that a role can open by its menus opens, with its first page."""

    def _actions(self, user):
        """Yield (name of the menu, action) of every menu that a user sees."""
        menus = self.env["ir.ui.menu"].with_user(user).load_web_menus(False)
        for menu in menus.values():
            action_id, model = menu.get("actionID"), menu.get("actionModel")
            if action_id and model:
                yield menu["name"], self.env[model].with_user(user).browse(action_id)

    def _open(self, user, action):
        if action._name == "ir.actions.server":
            opened = action.run()
            return opened or {}
        return action._get_action_dict()

    def _load(self, user, values):
        """Load what the web client loads for a window action; return it."""
        env = self.env(user=user)
        context = values.get("context") or {}
        if isinstance(context, str):
            context = safe_eval(
                context,
                {
                    "uid": user.id,
                    "active_id": False,
                    "active_ids": [],
                    "active_model": "",
                },
            )
        model = env[values["res_model"]].with_context(**context)
        domain = values.get("domain") or []
        if isinstance(domain, str):
            domain = safe_eval(
                domain,
                {
                    "uid": user.id,
                    "context": context,
                    "active_id": False,
                    "active_ids": [],
                    "allowed_company_ids": user.company_ids.ids,
                },
            )
        search_view = values.get("search_view_id")
        if isinstance(search_view, tuple | list):
            search_view = search_view[0]
        views = [*values["views"], (search_view or False, "search")]
        result = model.get_views(views, {"load_filters": True, "toolbar": True})
        for view_type, view in result["views"].items():
            if view_type in LISTS:
                page = model.web_search_read(
                    domain, self._specification(model, view["arch"]), limit=80
                )
                self.assertIn("records", page)
            elif view_type == "form":
                specification = self._specification(model, view["arch"])
                first = model.search(domain, limit=1)
                if first:
                    first.web_read(specification)
                if model.has_access("create"):
                    model.onchange({}, [], specification)
            elif view_type in ("graph", "pivot"):
                model.formatted_read_group(domain, [], ["__count"])
        return result

    def _specification(self, model, arch):
        """Return what the web client asks for to fill a view (dict)."""
        specification = {}
        for node in etree.fromstring(arch).iter("field"):
            field = model._fields.get(node.get("name"))
            if not field or any(up.tag == "field" for up in node.iterancestors()):
                continue
            specification[field.name] = (
                {"fields": {"display_name": {}}} if field.relational else {}
            )
        return specification

    def _walk_menus(self, user):
        opened = 0
        for name, action in self._actions(user):
            with self.subTest(user=user.login, menu=name, action=action.id):
                if action._name not in ("ir.actions.act_window", "ir.actions.server"):
                    continue
                with self.env.cr.savepoint() as savepoint:
                    values = self._open(user, action)
                    if values.get("res_model"):
                        if not values.get("views"):
                            modes = (values.get("view_mode") or "list,form").split(",")
                            values["views"] = [(False, mode) for mode in modes]
                        self._load(user, values)
                        opened += 1
                    self.env.flush_all()
                    savepoint.rollback()
        return opened

    def test_menus_of_every_role(self):
        """All menus of all roles: views and first page load without an error.

        Covers: B01, B26.
        """
        self.boss.group_ids |= self.env.ref("base.group_system")
        # people of one role have the same menus and views; what each of them sees in
        # there is asked in test_parity
        roles = {user.all_group_ids: user for user in self.everybody if not user.share}
        for user in roles.values():
            opened = self._walk_menus(user)
            self.assertGreater(opened, 0, user.login)

    def test_calendar_with_customers(self):
        """A meeting with a customer opens for colleagues who do not see the customer.

        Covers: B02, B10.
        """
        customer = self.customers[0]
        event = (
            self.env["calendar.event"]
            .with_user(self.sam)
            .create(
                {
                    "name": "拜访",
                    "start": "2031-01-01 01:00:00",
                    "stop": "2031-01-01 02:00:00",
                    "partner_ids": [
                        (4, customer.id),
                        (4, self.sam.partner_id.id),
                        (4, self.xia.partner_id.id),
                    ],
                }
            )
        )
        for user in self.xia | self.employee | self.sam:
            self.env.invalidate_all()
            theirs = event.with_user(user)
            view = theirs.get_views([(False, "calendar"), (False, "form")])
            for kind in ("calendar", "form"):
                theirs.web_read(
                    self._specification(theirs, view["views"][kind]["arch"])
                )
            theirs.web_read(
                {"attendee_ids": {"fields": {"display_name": {}, "common_name": {}}}}
            )
            theirs.partner_ids.get_attendee_detail(event.ids)

    def test_discuss(self):
        """Channels, chats, mentions and the inbox work for every role.

        Covers: B21.
        """
        for user in self.everybody.filtered(lambda user: not user.share):
            env = self.env(user=user)
            channel = env["discuss.channel"]._create_channel(
                name=f"频道 {user.login}", group_id=None
            )
            channel.message_post(body="大家好", message_type="comment")
            chat = env["discuss.channel"]._get_or_create_chat(self.boss.partner_id.ids)
            chat.message_post(body="你好", message_type="comment")
            found = env["res.partner"].get_mention_suggestions("的客户", limit=50)
            mentioned = {row["id"] for row in found.get("res.partner", [])}
            seen = {
                customer.id
                for customer in self.customers
                if self.oracle.sees_customer(user, customer)
            }
            self.assertLessEqual(mentioned & set(self.customers.ids), seen, user.login)
            env["res.partner"].get_mention_suggestions_from_channel(channel.id, "b")

    def test_write_to_a_customer(self):
        """A salesperson writes to a customer and to a contact through the composer.

        Covers: B21.
        """
        customer = self.customers[0].with_user(self.sam)
        contact = customer.child_ids[:1]
        contact.email = "wang@example.com"
        message = customer.message_post(
            body="报价见附件",
            partner_ids=contact.ids,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        self.assertIn(contact, message.notified_partner_ids)
        composer = (
            self.env["mail.compose.message"]
            .with_user(self.sam)
            .with_context(default_model="res.partner", default_res_ids=customer.ids)
            .create({"body": "您好", "partner_ids": [(6, 0, contact.ids)]})
        )
        composer._action_send_mail()

    def test_preferences(self):
        """Everybody opens and saves the own preferences.

        Covers: B24.
        """
        for user in self.everybody.filtered(lambda user: not user.share):
            own = user.with_user(user)
            own.read(own.SELF_READABLE_FIELDS)
            own.write({"signature": "<p>x</p>", "email": f"{user.login}@example.org"})

    def test_settings(self):
        """The administrator opens and saves the settings with our blocks in them.

        Covers: B01.
        """
        self.boss.group_ids |= self.env.ref("base.group_system")
        settings = self.env["res.config.settings"].with_user(self.boss)
        settings.get_views([(False, "form")])
        values = settings.create({"crm_effective_min_length": 7})
        values.execute()
        self.assertEqual(self.company.crm_effective_min_length, 7)
