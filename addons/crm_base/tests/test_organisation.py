import copy
import json

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from .common import CrmCase

PAYLOAD = {
    "source": "wecom",
    "departments": [
        # the child comes before its parent
        {"id": 12, "name": "华东一组", "parent_id": 1, "leader_id": "wang"},
        {"id": 1, "name": "销售部", "parent_id": 0, "leader_id": "li"},
    ],
    "people": [
        {
            "id": "wang",
            "name": "王强",
            "login": "wang.qiang",
            "email": "wang@example.com",
            "department_id": 12,
            "role": "manager",
        },
        {"id": "li", "name": "李娜", "login": "li.na", "department_id": 1},
    ],
}


class OrganisationCase(CrmCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.machine = cls._crm_user("machine", "employee")
        cls.machine.group_ids += cls.env.ref("crm_base.group_integration")

    def setUp(self):
        super().setUp()
        self.payload = copy.deepcopy(PAYLOAD)

    def _sync(self, user=None, **options):
        Team = self.env["crm.team"].with_user(user or self.machine)
        return Team.sync_organisation(self.payload, **options)

    def _team(self, number):
        return (
            self.env["crm.team"]
            .with_context(active_test=False)
            .search([("external_ref", "=", f"wecom:{number}")])
        )

    def _person(self, name):
        return (
            self.env["res.users"]
            .with_context(active_test=False)
            .search([("external_ref", "=", f"wecom:{name}")])
        )

    def _statuses(self, result, what):
        return {line["id"]: line["status"] for line in result[what]}


@tagged("post_install", "-at_install")
class TestOrganisation(OrganisationCase):
    def test_created(self):
        """Departments and people become teams and accounts. Covers: B03, B04."""
        result = self._sync()
        self.assertEqual(result["summary"], {"created": 4}, result)
        east, sales = self._team(12), self._team(1)
        wang, li = self._person("wang"), self._person("li")
        self.assertEqual((east.name, east.parent_id), ("华东一组", sales))
        self.assertEqual((east.user_id, sales.user_id), (wang, li))
        self.assertEqual(east.member_ids, wang)
        self.assertEqual((wang.crm_role, li.crm_role), ("manager", "salesperson"))
        self.assertEqual(wang.email, "wang@example.com")
        self.assertIn(wang.id, li._crm_scope_ids())

    def test_twice_changes_nothing(self):
        """The same payload twice changes nothing. Covers: B04, B25."""
        self._sync()
        before = self.env["crm.operation.log"].search_count([])
        result = self._sync()
        self.assertEqual(result["summary"], {"unchanged": 4}, result)
        self.assertEqual(self.env["crm.operation.log"].search_count([]), before)
        self.payload["departments"].reverse()
        self.payload["people"].reverse()
        self.assertEqual(self._sync()["summary"], {"unchanged": 4})

    def test_dry_run(self):
        """A dry run tells the same and does nothing. Covers: B04."""
        result = self._sync(dry_run=True)
        self.assertEqual(result["summary"], {"created": 4})
        self.assertTrue(result["dry_run"])
        self.assertFalse(self._team(1) | self._team(12))
        self.assertFalse(self._person("wang"))

    def test_moves_and_renames(self):
        """Names, parents, departments and leaders follow. Covers: B03, B04."""
        self._sync()
        east, sales = self.payload["departments"]
        # parent and child change places
        east.update(parent_id=None, name="华东大区", leader_id="li")
        sales.update(parent_id=12)
        wang = self.payload["people"][0]
        wang.update(department_id=1, phone="13900139000", role="salesperson")
        result = self._sync()
        self.assertEqual(
            self._statuses(result, "departments"), {"12": "updated", "1": "updated"}
        )
        self.assertEqual(
            self._statuses(result, "people"), {"wang": "updated", "li": "unchanged"}
        )
        self.assertEqual(self._team(1).parent_id, self._team(12))
        self.assertFalse(self._team(12).parent_id)
        self.assertEqual(self._team(12).user_id, self._person("li"))
        wang = self.env["res.users"].browse(self._person("wang").id)
        self.assertEqual(wang.crm_team_ids, self._team(1))
        self.assertEqual((wang.phone, wang.crm_role), ("13900139000", "salesperson"))
        self.assertEqual(self._sync()["summary"], {"unchanged": 4})

    def test_leavers(self):
        """Whoever left is flagged, and keeps what is owned so far. Covers: B04."""
        self._sync()
        wang = self._person("wang")
        customer = self._customer(wang)
        self.payload["people"][0]["active"] = False
        result = self._sync()
        self.assertEqual(self._statuses(result, "people")["wang"], "departed")
        self.assertTrue(wang.active)
        self.assertTrue(wang.departed_at)
        self.assertEqual(customer.user_id, wang)
        self.assertEqual(self._sync()["summary"], {"unchanged": 4})
        # and comes back
        self.payload["people"][0]["active"] = True
        self._sync()
        self.assertFalse(wang.departed_at)

    def test_complete(self):
        """Of a complete payload, who is missing has gone. Covers: B04."""
        self._sync()
        self.payload["departments"] = self.payload["departments"][1:]
        self.payload["people"] = self.payload["people"][1:]
        self.assertEqual(self._sync()["summary"], {"unchanged": 2})
        self.payload["complete"] = True
        result = self._sync()
        self.assertEqual(
            result["summary"], {"unchanged": 2, "departed": 1, "archived": 1}
        )
        self.assertFalse(self._team(12).active)
        self.assertTrue(self._person("wang").departed_at)
        self.assertEqual(self._sync()["summary"], {"unchanged": 2})
        self.payload["people"] = []
        with self.assertRaises(UserError):
            self._sync()

    def test_existing_accounts_are_adopted(self):
        """An account with the same log-in is the person's. Covers: B04."""
        self.payload["people"][0]["login"] = "sam"
        result = self._sync()
        self.assertEqual(self._person("wang"), self.sam)
        self.assertEqual(self._statuses(result, "people")["wang"], "updated")
        # the house's own team stays, the payload's is added or takes its place
        self.assertIn(self._team(12), self.sam.crm_team_ids)

    def test_rows_that_fail(self):
        """A row that is wrong is told, the others are done. Covers: B04."""
        self.payload["departments"] += [
            {"id": 3, "name": "孤儿", "parent_id": 99},
            {"id": 4, "name": "甲", "parent_id": 5},
            {"id": 5, "name": "乙", "parent_id": 4},
        ]
        self.payload["people"] += [
            {"id": "x", "name": "没有账号"},
            {"id": "y", "name": "老板", "login": "yy", "role": "boss"},
            {"id": "z", "name": "无此部门", "login": "zz", "department_id": 77},
        ]
        result = self._sync()
        departments = self._statuses(result, "departments")
        people = self._statuses(result, "people")
        self.assertEqual(
            [departments[key] for key in ("12", "1", "3")],
            ["created", "created", "failed"],
        )
        self.assertIn("failed", (departments["4"], departments["5"]))
        self.assertEqual(people["wang"], "created")
        self.assertEqual([people[key] for key in "xyz"], ["failed"] * 3)
        for line in [*result["departments"], *result["people"]]:
            self.assertEqual(line["status"] == "failed", bool(line["message"]), line)

    def test_higher_rights_are_left_alone(self):
        """A machine changes no account above managers. Covers: B01, B04."""
        admin = self.env.ref("base.user_admin")
        for user in (admin, self.boss, self.director, self.maintainer):
            with self.subTest(user.login):
                self.payload["people"][0].update(
                    login=user.login, email="evil@example.com"
                )
                result = self._sync()
                self.assertEqual(self._statuses(result, "people")["wang"], "failed")
                self.assertNotEqual(user.email, "evil@example.com")
                self.assertFalse(user.external_ref)
        self.payload["people"][0].update(login=self.director.login)
        self.assertEqual(
            self._statuses(self._sync(self.boss), "people")["wang"], "updated"
        )

    def test_refused(self):
        """Only the boss and the machine synchronise. Covers: B01, B04."""
        for user in (
            self.director,
            self.manager,
            self.sam,
            self.employee,
            self.maintainer,
            self.portal,
        ):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self._sync(user)
        self.assertBlind(self.machine, self._customer(self.sam))

    def test_hostile_payloads(self):
        """What is no organisation is refused as a whole. Covers: B04."""
        for payload in (
            None,
            [],
            "text",
            {"departments": {}},
            {"people": [1]},
            {"people": [{"id": "a"}]},
            {"people": [{"id": "a", "name": {"x": 1}}]},
            {"people": [{"id": "a", "name": "x" * 201}]},
            {"people": [{"id": "a", "name": "x", "groups": [1]}]},
            {"people": [{"id": "a", "name": "x"}] * 2},
            {"source": "%", "people": []},
            {"unknown": 1},
        ):
            self.payload = payload
            with self.subTest(payload), self.assertRaises(UserError):
                self._sync()


@tagged("post_install", "-at_install")
class TestOrganisationOverHttp(HttpCase, OrganisationCase):
    def test_json2(self):
        """An OA system calls it over JSON-2. Covers: B04, B25."""
        key = (
            self.env(user=self.machine)["res.users.apikeys"]
            .sudo()
            ._generate(None, "oa", False)
        )
        headers = {"Authorization": f"bearer {key}", "Content-Type": "application/json"}
        answers = [
            self.url_open(
                "/json/2/crm.team/sync_organisation",
                data=json.dumps({"payload": self.payload}),
                headers=headers,
            ).json()
            for _time in range(2)
        ]
        self.assertEqual(answers[0]["summary"], {"created": 4}, answers)
        self.assertEqual(answers[1]["summary"], {"unchanged": 4})
        refused = self.url_open(
            "/json/2/crm.team/sync_organisation",
            data=json.dumps({"payload": {"nonsense": 1}}),
            headers=headers,
        )
        self.assertEqual(refused.status_code, 422)
        refused = self.url_open(
            "/json/2/res.partner/search_read",
            data=json.dumps({"domain": [["is_crm_customer", "=", True]]}),
            headers=headers,
        )
        self.assertIn(refused.text, ("[]",) if refused.ok else (refused.text,))


@tagged("post_install", "-at_install")
class TestTeam(CrmCase):
    def test_leader_follows_no_team(self):
        """Who leads a team does not follow each lead of it. Covers: B02."""
        team = (
            self.env["crm.team"]
            .with_context(tracking_disable=False, mail_notrack=False)
            .create({"name": "新组", "user_id": self.manager.id})
        )
        team.user_id = self.other_manager
        self.env.flush_all()
        self.assertFalse(team.message_partner_ids & self.everybody.partner_id)

    def test_change_of_a_user_touches_no_lists(self):
        """Lists of people are not searched whenever one of them changes.

        A domain that is a list makes them depend on it, also while an account is being
        made. Covers: B02.
        """
        for model in self.env.registry.values():
            for name, field in model._fields.items():
                if (
                    field.type == "many2many"
                    and field.comodel_name == "res.users"
                    and not field.compute
                    and (field._module or "").startswith("crm_")
                ):
                    found, _context = field.get_depends(self.env[model._name])
                    self.assertFalse(
                        [path for path in found if path.startswith(f"{name}.")],
                        f"{model._name}.{name}: write its domain as a text",
                    )
