import re
from typing import NamedTuple

from psycopg2 import IntegrityError

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from .res_users_account import ROLES

REFUSED = (UserError, AccessError, ValidationError, IntegrityError)

# Accounts made in one call
MAX_ROWS = 2000
MAX_LENGTH = 200
EMAIL = re.compile(r"^[^@\s]+@[^@\s]+\.[^@\s]+$")
TEXTS = ("name", "login", "phone", "email", "role", "team")


class NewAccount(NamedTuple):
    """One account to be made: its row, values of res.users, and team."""

    row: int
    vals: dict
    team: object


class ResUsers(models.Model):
    """Many accounts in one step.

    No password is made up, hashed and told to everybody: each person gets a link and
    chooses the own one. Hashing is what takes minutes elsewhere.
    """

    _inherit = "res.users"

    @api.model
    def create_accounts(self, rows, dry_run=False, with_links=True):
        """Create accounts, as many as there are rows, in one step.

        The same rows twice change nothing: an account with the same log-in is reported
        as existing and left alone. Rows that cannot be carried out are reported, the
        others are.

        :param list[dict] rows: at most 2,000, with the texts ``name`` and ``login``
            (required), ``phone``, ``email``, ``role`` (code or name of a role of the
            suite, not above the caller's own; empty: salesperson) and ``team`` (name of
            a team)
        :param bool dry_run: check everything, create nothing
        :param bool with_links: give each new account a link by which the person chooses
            a password
        :return: dict: ``created``, ``existing``, ``failed`` (int each), and ``rows``, a
            list of dicts in the order given: ``row`` (int, from 1), ``login``,
            ``status`` (created, exists or failed), ``user_id`` (int or False),
            ``message`` (str) and ``link`` (str or False)
        :raise AccessError: by anybody but the boss
        :raise UserError: no rows, or too many
        """
        self._crm_check_boss()
        if not isinstance(rows, list) or not rows or len(rows) > MAX_ROWS:
            raise UserError(
                self.env._("Give between 1 and %(max)s rows.", max=MAX_ROWS)
            )
        cap = self._crm_role_rank(self.env.user._crm_role_code())
        report, accounts = self._crm_check_accounts(rows, cap)
        if accounts:
            savepoint = self.env.cr.savepoint()
            made = self._crm_make_accounts(accounts, report)
            savepoint.close(rollback=bool(dry_run))
            if dry_run:
                self.env.invalidate_all()
                self._crm_clear_scope()
            if made and not dry_run:
                if with_links:
                    links = {
                        link["user_id"]: link["link"]
                        for link in made._crm_password_links("signup")
                    }
                    for line in report:
                        line["link"] = links.get(line["user_id"], False)
                made._crm_log_accounts(
                    self.env._(
                        "Accounts created: %(logins)s", logins=made._crm_logins()
                    )
                )
        if dry_run:
            for line in report:
                if line["status"] == "created":
                    line["user_id"] = False
        count = [line["status"] for line in report].count
        return {
            "created": count("created"),
            "existing": count("exists"),
            "failed": count("failed"),
            "rows": report,
        }

    # ------------------------------------------------------------
    # CHECKING
    # ------------------------------------------------------------

    @api.model
    def _crm_check_accounts(self, rows, cap):
        """Sort rows into what is to be made, what is there and what is wrong.

        :param list rows: as for :meth:`create_accounts`
        :param int cap: rank of the highest role that may be given
        :return: (report, accounts): a dict per row, and a list of NewAccount
        """
        texts = [self._crm_account_texts(row) for row in rows]
        logins = [text["login"] for text in texts if text]
        # sudo: which accounts and teams there are
        known = {
            user.login.lower(): user
            for user in self.sudo()
            .with_context(active_test=False)
            .search([("login", "in", [*logins, *map(str.lower, logins)])])
        }
        teams = self._crm_teams_by_name()
        report, accounts, seen = [], [], set()
        for number, text in enumerate(texts, 1):
            line = {
                "row": number,
                "login": text["login"] if text else "",
                "status": "failed",
                "user_id": False,
                "message": "",
                "link": False,
            }
            report.append(line)
            user = text and known.get(text["login"].lower())
            if user:
                line.update(
                    status="exists",
                    user_id=user.id,
                    message=""
                    if user.active
                    else self.env._("The account is closed: reopen it."),
                )
                continue
            line["message"] = self._crm_account_error(text, teams, cap, seen)
            if not line["message"]:
                line["status"] = "created"
                seen.add(text["login"].lower())
                team = teams[text["team"].lower()][0] if text["team"] else None
                accounts.append(NewAccount(number, self._crm_account_vals(text), team))
        return report, accounts

    @api.model
    def _crm_account_texts(self, row):
        """Return a row as clean texts (dict), None when it is none."""
        if not isinstance(row, dict):
            return None
        texts = {}
        for name in TEXTS:
            value = row.get(name)
            if value is None or value is False:
                value = ""
            if not isinstance(value, (str, int)):
                return None
            texts[name] = str(value).strip()
        return texts

    @api.model
    def _crm_account_error(self, text, teams, cap, seen):
        """Return what is wrong with a row (str), "" if nothing."""
        if text is None or max(map(len, text.values())) > MAX_LENGTH:
            return self.env._("This row cannot be read.")
        if not text["name"] or not text["login"]:
            return self.env._("A name and a log-in are needed.")
        if re.search(r"\s", text["login"]):
            return self.env._("A log-in has no blanks.")
        if text["login"].lower() in seen:
            return self.env._("This log-in is in the table twice.")
        if text["email"] and not EMAIL.match(text["email"]):
            return self.env._("This is no e-mail address: %s", text["email"])
        code = self._crm_role_of(text["role"])
        if code is None:
            return self.env._("There is no such role: %s", text["role"])
        if self._crm_role_rank(code) > cap:
            return self.env._("You cannot give a role above your own.")
        if text["team"]:
            found = teams.get(text["team"].lower(), [])
            if not found:
                return self.env._("There is no such team: %s", text["team"])
            if len(found) > 1:
                return self.env._("Several teams have this name: %s", text["team"])
        return ""

    @api.model
    def _crm_role_of(self, text):
        """Return the code of a role by its code or name, None if there is none."""
        text = (text or "").strip().lower()
        if not text:
            return "salesperson"
        if text in ROLES:
            return text
        for lang, _name in self.env["res.lang"].get_installed():
            for code, xml_id in ROLES.items():
                # sudo: what a role is called is no secret
                group = self.env.ref(xml_id).sudo().with_context(lang=lang)
                if group.name.lower() == text:
                    return code
        return None

    @api.model
    def _crm_teams_by_name(self):
        """Return the teams of the actor's company, a dict of lower name to teams."""
        found = {}
        # sudo: which teams there are is no secret
        teams = self.env["crm.team"].sudo()
        for team in teams.search([("company_id", "in", [self.env.company.id, False])]):
            found.setdefault(team.name.strip().lower(), []).append(team)
        return found

    @api.model
    def _crm_account_vals(self, text):
        """Return the values (dict) of res.users for a checked row."""
        email = text["email"] or (
            text["login"] if EMAIL.match(text["login"]) else False
        )
        code = self._crm_role_of(text["role"])
        return {
            "name": text["name"],
            "login": text["login"],
            "email": email,
            "phone": text["phone"] or False,
            "lang": self.env.lang or "en_US",
            "tz": self.env.user.tz or self.env.context.get("tz"),
            "company_id": self.env.company.id,
            "company_ids": [fields.Command.set(self.env.company.ids)],
            "group_ids": [fields.Command.set(self.env.ref(ROLES[code]).ids)],
        }

    # ------------------------------------------------------------
    # MAKING
    # ------------------------------------------------------------

    @api.model
    def _crm_make_accounts(self, accounts, report):
        """Create accounts in one batch, halved until the refused ones are found.

        :param list accounts: of NewAccount
        :param list report: a dict per row, completed with what became of it
        :return: the new users (sudo)
        """
        # sudo: the boss makes accounts without being the system's administrator
        Users = self.sudo().with_context(
            no_reset_password=True,
            mail_create_nosubscribe=True,
            mail_create_nolog=True,
            tracking_disable=True,
        )
        try:
            with self.env.cr.savepoint():
                users = Users.create([account.vals for account in accounts])
                users.env["crm.team.member"].create(
                    [
                        {"user_id": user.id, "crm_team_id": account.team.id}
                        for user, account in zip(users, accounts, strict=True)
                        if account.team
                    ]
                )
                self.env.flush_all()
        except REFUSED as error:
            self.env.invalidate_all()
            if len(accounts) == 1:
                report[accounts[0].row - 1].update(status="failed", message=str(error))
                return Users.browse()
            middle = len(accounts) // 2
            return self._crm_make_accounts(
                accounts[:middle], report
            ) | self._crm_make_accounts(accounts[middle:], report)
        for user, account in zip(users, accounts, strict=True):
            report[account.row - 1]["user_id"] = user.id
        return users
