"""A small sales company on a live server, for the main job.

boss 老板
 └ manager 经理 (华东销售部)
    ├ sales1 张伟
    ├ sales2 王芳
    └ sales3 李娜
"""

import csv
import json
import os
from dataclasses import dataclass
from pathlib import Path

import pytest
from openpyxl import Workbook

from command import addons

from .browser import Browser
from .json2 import Client

PASSWORD = "e2e-Passw0rd"
COMPANIES = Path(__file__).parent / "data" / "companies.csv"
POOL = "华东公海"

_SET_UP = """
import json
from datetime import datetime, timedelta

groups = {
    "boss": "crm_base.group_boss",
    "manager": "crm_base.group_manager",
    "sales1": "crm_base.group_salesperson",
    "sales2": "crm_base.group_salesperson",
    "sales3": "crm_base.group_salesperson",
}
names = {
    "boss": "赵老板",
    "manager": "钱经理",
    "sales1": "张伟",
    "sales2": "王芳",
    "sales3": "李娜",
}
env.company.write({"name": "云帆贸易有限公司", "country_id": env.ref("base.cn").id})
users = {}
for login, group in groups.items():
    users[login] = env["res.users"].with_context(no_reset_password=True).create(
        {
            "name": names[login],
            "login": login,
            "password": %(password)r,
            "lang": "zh_CN",
            "tz": "Asia/Shanghai",
            "email": f"{login}@example.com",
            "group_ids": [
                (6, 0, [env.ref("base.group_user").id, env.ref(group).id])
            ],
        }
    )
top = env["crm.team"].create({"name": "总部", "user_id": users["boss"].id})
team = env["crm.team"].create(
    {
        "name": "华东销售部",
        "parent_id": top.id,
        "user_id": users["manager"].id,
        "member_ids": [(6, 0, [users[f"sales{n}"].id for n in (1, 2, 3)])],
    }
)
pool = env["crm.pool"].create(
    {
        "name": %(pool)r,
        "member_team_ids": [(6, 0, team.ids)],
        "admin_ids": [(6, 0, users["manager"].ids)],
    }
)
keys = {
    login: env(user=user.id)["res.users.apikeys"].sudo()._generate(
        None, "e2e", datetime.now() + timedelta(hours=12)
    )
    for login, user in users.items()
}
env.cr.commit()
print("SETUP " + json.dumps({
    "keys": keys,
    "users": {login: user.id for login, user in users.items()},
    "pool": pool.id,
}))
"""


_KEYS_OF_GUIDE = """
import json
from datetime import datetime, timedelta

keys = {}
for login in ("boss", "manager1", "sales1"):
    user = env["res.users"].search([("login", "=", login)])
    if login == "boss":
        # the guide asks for an account that may export
        user.group_ids += env.ref("crm_base.group_export")
    keys[login] = env(user=user.id)["res.users.apikeys"].sudo()._generate(
        None, "docs/api", datetime.now() + timedelta(hours=12)
    )
env.cr.commit()
print("KEYS " + json.dumps(keys))
"""


@dataclass
class Company:
    """The company and how to reach it.

    :ivar str url: of the server
    :ivar dict users: id per login
    :ivar int pool: id of the pool
    :ivar dict further: what the module's own setting up has printed
    """

    url: str
    database: str
    keys: dict
    users: dict
    pool: int
    further: dict

    def api(self, login):
        """Return a client of the external API for one person."""
        return Client(self.url, self.database, self.keys[login])


@pytest.fixture(scope="module")
def further_set_up():
    """Hook: what a module sets up besides, before the company is served (Python).

    It prints a line ``FURTHER`` with a JSON object, for ``Company.further``.
    """
    return "print('FURTHER {}')"


@pytest.fixture(scope="module")
def company(lab, further_set_up):
    names = [name for name, addon in addons.ours().items() if not addon.is_for_tests]
    database = lab.database(names, lang="zh_CN")
    output = lab.shell(database, _SET_UP % {"password": PASSWORD, "pool": POOL})
    said = _said(output, "SETUP")
    further = _said(lab.shell(database, further_set_up), "FURTHER")
    service = lab.serve(database)
    return Company(service.url, database, **said, further=further)


def _said(output, word):
    """Return the object that a script has printed after a word (dict)."""
    line = next(line for line in output.splitlines() if line.startswith(f"{word} "))
    return json.loads(line.removeprefix(f"{word} "))


@pytest.fixture(scope="module")
def client(company, tmp_path_factory):
    """Return a function that logs somebody in, with a browser of his or her own.

    Without a login it is a browser where nobody has logged in yet. With CRM_PICTURES
    the screenshots of the user guide are made again.
    """
    browsers = []

    def log_in(login, *, phone=False):
        pictures = os.environ.get("CRM_PICTURES") or tmp_path_factory.mktemp(str(login))
        browser = Browser(Path(pictures), phone=phone)
        browsers.append(browser)
        if login:
            browser.log_in(company.url, login, PASSWORD)
        browser.home = f"{company.url}/odoo"
        return browser

    yield log_in
    for browser in browsers:
        browser.close()


@pytest.fixture(scope="session")
def rows():
    """5,000 companies: name, province, city, phone, e-mail."""
    with open(COMPANIES, newline="", encoding="utf-8") as source:
        return list(csv.reader(source))[1:]


@pytest.fixture(scope="session")
def workbook(tmp_path_factory):
    """Return a function that writes rows into an Excel file; gives its path."""

    def write(header, content):
        book = Workbook(write_only=True)
        sheet = book.create_sheet("客户")
        sheet.append(header)
        for row in content:
            sheet.append(row)
        path = tmp_path_factory.mktemp("excel") / "customers.xlsx"
        book.save(path)
        return path

    return write


@pytest.fixture(scope="session")
def variables(lab, live_server):
    """What the pages of docs/api ask their readers to set: server, log-ins, keys."""
    output = lab.shell(live_server.database, _KEYS_OF_GUIDE)
    keys = _said(output, "KEYS")
    return {
        "CRM_URL": live_server.url,
        "CRM_DB": live_server.database,
        "CRM_LOGIN": "boss",
        "CRM_KEY": keys["boss"],
        "CRM_MANAGER_KEY": keys["manager1"],
        "CRM_SALES_LOGIN": "sales1",
        "CRM_SALES_KEY": keys["sales1"],
    }
