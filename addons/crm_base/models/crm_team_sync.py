from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools.organisation import Payload
from .res_users_account import ROLES, SYNC_ROLE
from .res_users_bulk import REFUSED, NewAccount


class CrmTeam(models.Model):
    """The organisation as another system tells it: WeCom, DingTalk, an OA."""

    _inherit = "crm.team"

    external_ref = fields.Char(
        "External ID",
        copy=False,
        help="How the system calls this department that the organisation comes from,"
        " such as wecom:12.",
    )

    _external_ref_uniq = models.UniqueIndex(
        "(external_ref) WHERE external_ref IS NOT NULL",
        "Another team has this external ID.",
    )

    @api.model
    def sync_organisation(self, payload, dry_run=False):
        """Bring departments and people in line with another system.

        The order of departments and people does not matter, and the same payload twice
        changes nothing. Departments become teams, people become accounts in them.
        Whoever has left is flagged for hand-over and keeps what they own until then;
        nobody and nothing is deleted. Accounts are made without a password; see
        :meth:`create_accounts <odoo.addons.crm_base.models.res_users_bulk>`.

        :param dict payload: ``source`` (str: name of the other system, such as
            ``wecom``), ``departments`` and ``people`` (lists of dicts) and ``complete``
            (bool: whoever is missing has gone). A department has ``id`` and ``name``,
            and may have ``parent_id``, ``leader_id`` (of a person) and ``active``. A
            person has ``id`` and ``name``, and may have ``login`` (required for a new
            account), ``email``, ``phone``, ``department_id``, ``role`` (a code) and
            ``active``. A field that is not given is left alone.
        :param bool dry_run: tell what would be done, do nothing
        :return: dict: ``dry_run`` (bool), ``summary`` (dict of status to number), and
            ``departments`` and ``people``, lists of dicts in the order given, followed
            by those that are missing: ``id``, ``status`` (created, updated, unchanged,
            archived, departed or failed), ``changes`` (list of names), ``message`` and
            ``record_id`` (int or False)
        :raise AccessError: by anybody but the boss and members of *Organisation Sync*
        :raise UserError: the payload is no such thing
        """
        user = self.env.user
        if not self.env.su and not (
            user._crm_is_boss() or user._crm_has_group("crm_base.group_integration")
        ):
            raise AccessError(
                self.env._(
                    "The organisation is synchronised by the boss, or by an"
                    " account made for it."
                )
            )
        try:
            organisation = Payload(payload)
        except ValueError as error:
            raise UserError(
                self.env._("This is no organisation: %(error)s", error=error)
            ) from error
        savepoint = self.env.cr.savepoint()
        result = self._crm_sync(organisation)
        self.env.flush_all()
        savepoint.close(rollback=bool(dry_run))
        if dry_run:
            self.env.invalidate_all()
            for line in [*result["departments"], *result["people"]]:
                if line["status"] == "created":
                    line["record_id"] = False
        self.env["res.users"]._crm_clear_scope()
        changed = sum(
            count
            for status, count in result["summary"].items()
            if status not in ("unchanged", "failed")
        )
        if changed and not dry_run:
            self.env["crm.operation.log"]._crm_log(
                "organisation",
                self.env._(
                    "Organisation from %(origin)s: %(count)s changes",
                    origin=organisation.source,
                    count=changed,
                ),
                count=changed,
                details=result["summary"],
            )
        return {"dry_run": bool(dry_run), **result}

    # ------------------------------------------------------------
    # SYNCHRONISING
    # ------------------------------------------------------------

    @api.model
    def _crm_sync(self, organisation):
        """Bring everything in line; return the result (dict)."""
        # sudo: the caller was checked, and each person's rights are below
        Teams = self.sudo().with_context(active_test=False, tracking_disable=True)
        Users = Teams.env["res.users"]
        teams = {
            team.external_ref: team
            for team in Teams.search(
                [("external_ref", "=like", organisation.prefix + "%")]
            )
        }
        users = {
            user.external_ref: user
            for user in Users.search(
                [("external_ref", "=like", organisation.prefix + "%")]
            )
        }
        departments = [
            self._crm_sync_department(item, teams, organisation)
            for item in organisation.departments
        ]
        # parents and people may stand behind those who name them
        self._crm_sync_parents(organisation.departments, departments, teams)
        people = self._crm_sync_people(organisation, users, teams)
        for item, line in zip(organisation.departments, departments, strict=True):
            self._crm_sync_line(line, self._crm_sync_leader, item, teams, users)
        if organisation.complete:
            people += self._crm_sync_missing_people(organisation, users)
            departments += self._crm_sync_missing_teams(organisation, teams)
        summary = {}
        for line in [*departments, *people]:
            line["changes"] = sorted(set(line["changes"]))
            if line["status"] == "unchanged" and line["changes"]:
                line["status"] = "updated"
            summary[line["status"]] = summary.get(line["status"], 0) + 1
        return {"summary": summary, "departments": departments, "people": people}

    def _crm_sync_line(self, line, work, *args):
        """Let ``work(line, …)`` complete a line; what is refused is told in it."""
        if line["status"] == "failed":
            return
        try:
            with self.env.cr.savepoint():
                work(line, *args)
                self.env.flush_all()
        except REFUSED as error:
            self.env.invalidate_all()
            line.update(status="failed", message=str(error))

    def _crm_sync_write(self, line, record, vals):
        """Write what differs; add the names of it to the line."""
        stale = {}
        for name, value in vals.items():
            field = record._fields[name]
            present = field.convert_to_write(record[name], record)
            if (present or False) != (value or False):
                stale[name] = value
        if stale:
            record.write(stale)
            line["changes"] += stale

    # ------------------------------------------------------------
    # DEPARTMENTS
    # ------------------------------------------------------------

    @api.model
    def _crm_sync_department(self, item, teams, organisation):
        line = organisation.line(item["id"])

        def work(line):
            ref = organisation.ref(item["id"])
            team = teams.get(ref)
            if not team:
                # sudo: see _crm_sync
                team = self.sudo().create(
                    {
                        "name": item["name"],
                        "external_ref": ref,
                        "company_id": self.env.company.id,
                        "user_id": False,
                    }
                )
                teams[ref] = team.with_context(active_test=False)
                line["status"] = "created"
            self._crm_sync_write(
                line,
                team,
                {"name": item["name"], "active": item.get("active", True)},
            )
            line["record_id"] = team.id
            if "active" in line["changes"] and not team.active:
                line["status"] = "archived"

        self._crm_sync_line(line, work)
        return line

    @api.model
    def _crm_sync_parents(self, items, lines, teams):
        """Bring the tree in line: all moves at once, since one may need another."""
        lines_by_ref = {
            item["ref"]: line
            for item, line in zip(items, lines, strict=True)
            if line["status"] != "failed"
        }
        parents = {ref: team.parent_id.external_ref for ref, team in teams.items()}
        wanted = {}
        for item in items:
            ref, line = item["ref"], lines_by_ref.get(item["ref"])
            if not line or "parent_ref" not in item:
                continue
            if item["parent_ref"] and item["parent_ref"] not in teams:
                line.update(
                    status="failed",
                    message=self.env._(
                        "There is no department %(id)s.", id=item["parent_ref"]
                    ),
                )
                continue
            wanted[ref] = item["parent_ref"]
        after = {**parents, **wanted}
        for ref in list(wanted):
            if self._crm_sync_is_cycle(ref, after):
                lines_by_ref[ref].update(
                    status="failed",
                    message=self.env._("This department would stand below itself."),
                )
                del wanted[ref]
        moving = {
            ref: parent
            for ref, parent in wanted.items()
            if (parents[ref] or "") != parent
        }
        # taken out first: a team may go below one that is below it until now
        # sudo: see _crm_sync
        self.browse([teams[ref].id for ref in moving]).sudo().parent_id = False
        for ref, parent in moving.items():
            self._crm_sync_line(
                lines_by_ref[ref],
                lambda line, ref=ref, parent=parent: self._crm_sync_write(
                    line,
                    teams[ref],
                    {"parent_id": teams[parent].id if parent else False},
                ),
            )
            if not parent and lines_by_ref[ref]["status"] != "failed":
                lines_by_ref[ref]["changes"].append("parent_id")

    @api.model
    def _crm_sync_is_cycle(self, ref, parents):
        """Return whether climbing from a department leads back to it (bool)."""
        above, seen = parents.get(ref), set()
        while above and above not in seen:
            if above == ref:
                return True
            seen.add(above)
            above = parents.get(above)
        return False

    def _crm_sync_leader(self, line, item, teams, users):
        if "leader_ref" not in item:
            return
        leader = (
            users.get(item["leader_ref"])
            if item["leader_ref"]
            else self.env["res.users"]
        )
        if leader is None:
            raise UserError(
                self.env._("There is no person %(id)s.", id=item["leader_ref"])
            )
        self._crm_sync_write(line, teams[item["ref"]], {"user_id": leader.id})

    @api.model
    def _crm_sync_missing_teams(self, organisation, teams):
        """Archive teams that the other system no longer has; return their lines."""
        lines = []
        given = {item["ref"] for item in organisation.departments}
        for ref, team in teams.items():
            if ref not in given and team.active:
                line = organisation.line(organisation.id_of(ref))
                self._crm_sync_line(
                    line,
                    lambda line, team=team: self._crm_sync_write(
                        line, team, {"active": False}
                    ),
                )
                if line["status"] != "failed":
                    line.update(status="archived", record_id=team.id)
                lines.append(line)
        return lines

    # ------------------------------------------------------------
    # PEOPLE
    # ------------------------------------------------------------

    @api.model
    def _crm_sync_people(self, organisation, users, teams):
        """Bring accounts in line; return a line per person."""
        # sudo: see _crm_sync
        logins = {
            user.login.lower(): user
            for user in self.env["res.users"]
            .sudo()
            .with_context(active_test=False, tracking_disable=True)
            .search([])
        }
        lines = self._crm_sync_new_people(organisation, users, teams, logins)
        for item, line in zip(organisation.people, lines, strict=True):
            self._crm_sync_line(line, self._crm_sync_person, item, users, teams, logins)
        return lines

    @api.model
    def _crm_sync_new_people(self, organisation, users, teams, logins):
        """Make the accounts of new people, all at once; return a line per person."""
        # sudo: see _crm_sync
        Users = self.env["res.users"].sudo()
        lines, accounts, seen = [], [], set()
        for row, item in enumerate(organisation.people, 1):
            line = organisation.line(item["id"])
            lines.append(line)
            login = (item.get("login") or "").lower()
            if item["ref"] in users or login in logins or not item.get("active", True):
                continue
            text = Users._crm_account_texts(
                {name: item.get(name) for name in ("name", "login", "phone", "email")}
            )
            text["role"] = item.get("role") or ""
            error = Users._crm_account_error(text, {}, self._crm_sync_cap(), seen)
            if error:
                line.update(status="failed", message=error)
                continue
            seen.add(login)
            vals = {**Users._crm_account_vals(text), "external_ref": item["ref"]}
            team = teams.get(item.get("department_ref") or "")
            accounts.append(NewAccount(row, vals, team))
        if accounts:
            made = Users._crm_make_accounts(accounts, lines)
            for user in made.with_context(active_test=False):
                users[user.external_ref] = user
        for line in lines:
            if line.pop("user_id", False):
                line["status"] = "created"
        return lines

    def _crm_sync_person(self, line, item, users, teams, logins):
        user = users.get(item["ref"]) or self._crm_sync_adopt(line, item, logins)
        active = item.get("active", True)
        if not user:
            # somebody who left before we knew
            return
        users[item["ref"]] = user
        line["record_id"] = user.id
        self._crm_sync_check_rank(user)
        vals = {
            name: item[name]
            for name in ("name", "login", "email", "phone")
            if item.get(name)
        }
        self._crm_sync_write(line, user, vals)
        self._crm_sync_role(line, item, user)
        if not active:
            if user.active and not user.departed_at:
                self._crm_sync_depart(line, user)
        elif not user.active:
            line["message"] = self.env._("The account is closed: reopen it.")
        else:
            if user.departed_at:
                user.departed_at = False
                line["changes"].append("departed_at")
            self._crm_sync_membership(line, item, user, teams)

    def _crm_sync_depart(self, line, user):
        """Flag somebody for hand-over, and tell the superiors."""
        user.departed_at = fields.Datetime.now()
        line.update(
            status="departed",
            record_id=user.id,
            message=self.env._("Waits to be handed over."),
        )
        line["changes"].append("departed_at")

    def _crm_sync_adopt(self, line, item, logins):
        """Return the account that a person has already, by log-in; empty if none."""
        user = logins.get((item.get("login") or "").lower())
        if not user:
            return self.env["res.users"].sudo()  # sudo: see _crm_sync
        if user.external_ref:
            raise UserError(
                self.env._(
                    "The log-in %(login)s belongs to %(ref)s.",
                    login=user.login,
                    ref=user.external_ref,
                )
            )
        self._crm_sync_check_rank(user)
        user.external_ref = item["ref"]
        line["changes"].append("external_ref")
        return user.with_context(active_test=False, tracking_disable=True)

    def _crm_sync_cap(self):
        """Return the rank of the highest role that the caller may give (int)."""
        Users = self.env["res.users"]
        actor = self.env.user
        code = actor._crm_role_code() if actor._crm_is_boss() else SYNC_ROLE
        return Users._crm_role_rank(code)

    def _crm_sync_check_rank(self, user):
        """Refuse accounts with more rights than the caller may give.

        :raise AccessError: such an account is left to people
        """
        actor = self.env.user
        reserved = any(
            user._crm_has_group(xml_id)
            and not (actor._crm_is_boss() and actor._crm_has_group(xml_id))
            for xml_id in user._crm_reserved_groups()
        )
        rank = user._crm_role_rank(user._crm_role_code())
        if reserved or user.share or rank > self._crm_sync_cap():
            raise AccessError(
                self.env._(
                    "%(user)s has higher rights than this synchronisation may give, and"
                    " is left alone.",
                    user=user.name,
                )
            )

    def _crm_sync_role(self, line, item, user):
        """Give the role that the payload names, and take away the other ones."""
        if not item.get("role"):
            return
        code = user._crm_role_of(item["role"])
        if code is None:
            raise UserError(self.env._("There is no such role: %s", item["role"]))
        if user._crm_role_rank(code) > self._crm_sync_cap():
            raise AccessError(
                self.env._("This synchronisation may not give the role %s.", code)
            )
        if user._crm_role_code() == code:
            return
        groups = {name: self.env.ref(xml_id).id for name, xml_id in ROLES.items()}
        user.group_ids = [
            *(
                fields.Command.unlink(group_id)
                for name, group_id in groups.items()
                if name != code
            ),
            fields.Command.link(groups[code]),
        ]
        line["changes"].append("role")

    def _crm_sync_membership(self, line, item, user, teams):
        """Put a person into the team of the department, and out of other teams."""
        if "department_ref" not in item:
            return
        team = teams.get(item["department_ref"]) if item["department_ref"] else None
        if item["department_ref"] and not team:
            raise UserError(
                self.env._("There is no department %(id)s.", id=item["department_ref"])
            )
        present = user.crm_team_member_ids.filtered("active")
        # teams that did not come from there are the house's own
        synced = present.filtered(lambda member: member.crm_team_id.external_ref)
        stale = synced.filtered(lambda member: member.crm_team_id != team)
        if stale:
            stale.active = False
            line["changes"].append("department_id")
        if team and team not in present.crm_team_id:
            present.create({"user_id": user.id, "crm_team_id": team.id})
            line["changes"].append("department_id")

    @api.model
    def _crm_sync_missing_people(self, organisation, users):
        """Flag people whom the other system no longer has; return their lines."""
        lines = []
        given = {item["ref"] for item in organisation.people}
        for ref, user in users.items():
            if ref not in given and user.active and not user.departed_at:
                line = organisation.line(organisation.id_of(ref))
                line["record_id"] = user.id
                self._crm_sync_line(
                    line, lambda line, user=user: self._crm_sync_missing(line, user)
                )
                lines.append(line)
        return lines

    def _crm_sync_missing(self, line, user):
        self._crm_sync_check_rank(user)
        self._crm_sync_depart(line, user)
