"""The story of the demonstration: a company that equips warehouses, and its customers.

Tables beside this file say who the customers are and what is said in follow-ups; the
chapters spread it over the last ninety days and the next two weeks. Every customer has
a random generator of its own, seeded with its number, so that the same day gives the
same story and one changed row does not reshuffle the others.
"""

from types import SimpleNamespace

from odoo import fields
from odoo.exceptions import UserError

from .absences import Absences
from .colleagues import Colleagues
from .customers import Customers
from .diary import Diary, read_table
from .followups import Followups
from .tasks import Tasks


def load(env):
    """Tell the story, once: a database that has it is left alone.

    :param env: environment of the superuser
    """
    if env.ref("crm_base.customer_001_demo", raise_if_not_found=False):
        return
    _set_currency(env)
    _set_accounts(env)
    _hide_stock_team(env)
    rows = [SimpleNamespace(**row) for row in read_table(__file__, "customers.tsv")]
    diary = Diary(fields.Datetime.now())
    for chapter in (Customers, Followups, Colleagues, Tasks, Absences):
        chapter(env, diary).tell(rows)


def _set_accounts(env):
    """Give everybody the password of the list, and a first log-in."""
    Users = env["res.users"]
    hashes = {}
    for row in read_table(__file__, "logins.tsv"):
        user = env.ref(f"crm_base.user_{row['login']}_demo", raise_if_not_found=False)
        if user:
            password = row["password"]
            # hashing is slow on purpose: once for each password
            if password not in hashes:
                hashes[password] = Users._crypt_context().hash(password)
            Users._set_encrypted_password(user.id, hashes[password])
            # the very first log-in would take over the time zone of the browser
            # sudo: log-ins are recorded by the system
            env["res.users.log"].with_user(user).sudo().create({})


def _hide_stock_team(env):
    """Put the team of Odoo's own demonstration away, if it was loaded."""
    team = env.ref("sales_team.crm_team_1", raise_if_not_found=False)
    if team:
        team.active = False


def _set_currency(env):
    yuan = env.ref("base.CNY")
    yuan.active = True
    company = env.ref("base.main_company")
    try:
        with env.cr.savepoint():
            company.currency_id = yuan
    except UserError:
        # the accounts of another addon's demonstration are kept in another currency
        company.invalidate_recordset()
