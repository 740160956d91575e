from odoo import api, fields, models
from odoo.tools import format_date


class CrmPermissionInspector(models.TransientModel):
    """The reasons by which somebody sees a record, told from the organisation itself.

    Nothing here asks the scope or a rule: owners, teams, leaders, assistants and shares
    are read as they stand, and the test compares what they say with real access.
    """

    _inherit = "crm.permission.inspector"

    @api.model
    def _crm_subject(self, record):
        """Hook: return whose a record is and which customer it hangs on.

        :param record: any record (sudo)
        :return: (owner, customer): res.users and res.partner records, maybe empty; None
            for a model whose records are not looked after by people of a team
        """
        if record._name == "res.partner":
            customer = record.crm_customer_id
            return record.user_id, customer
        if record._name == "crm.followup":
            return record.user_id, record.partner_id.crm_customer_id
        return None

    @api.model
    def _crm_reasons(self, user, record, operation):
        """Hook: return the reasons for which a user may reach a record.

        :param user: res.users record (sudo)
        :param record: the record (sudo)
        :param str operation: ``read`` or ``write``
        :return: list of dicts ``code`` and ``text``; empty when there is none
        """
        subject = self._crm_subject(record)
        if subject is None:
            return []
        owner, customer = subject
        if user._crm_has_group("crm_base.group_boss"):
            return [self._crm_reason("boss", self.env._("is the boss"))]
        reasons = self._crm_reasons_of_owner(user, owner, operation)
        if record._name == "res.partner":
            if not customer:
                return self._crm_reasons_of_stranger(user, record, operation)
            return (
                reasons
                + self._crm_reasons_of_share(user, customer, operation)
                + self._crm_reasons_of_department(user, record, operation)
            )
        if operation == "read" and customer:
            reasons += [
                self._crm_reason(
                    "customer",
                    self.env._(
                        "sees the customer %(name)s: %(why)s",
                        name=customer.name,
                        why=reason["text"],
                    ),
                )
                for reason in (
                    self._crm_reasons_of_owner(user, customer.user_id, operation)
                    + self._crm_reasons_of_share(user, customer, operation)
                    + self._crm_reasons_of_department(user, customer, operation)
                )
                if reason["code"] != "leader" or customer.user_id != owner
            ]
        return reasons

    @api.model
    def _crm_reason(self, code, text):
        return {"code": code, "text": text}

    # ------------------------------------------------------------
    # THE ORGANISATION
    # ------------------------------------------------------------

    @api.model
    def _crm_reasons_of_owner(self, user, owner, operation):
        if owner and owner == user:
            return [self._crm_reason("owner", self.env._("is the owner"))]
        reasons = []
        for team, above in self._crm_teams_over(owner):
            names = {"team": team.name, "above": above.name, "owner": owner.name}
            if team == above:
                place = self.env._("the team %(team)s of %(owner)s", **names)
            else:
                place = self.env._(
                    "the team %(above)s, above %(team)s of %(owner)s", **names
                )
            if above.user_id == user:
                reasons.append(
                    self._crm_reason(
                        "leader", self.env._("leads %(place)s", place=place)
                    )
                )
            elif operation == "read" and user in above.assistant_ids:
                reasons.append(
                    self._crm_reason(
                        "assistant", self.env._("assists %(place)s", place=place)
                    )
                )
        return reasons

    @api.model
    def _crm_teams_over(self, owner):
        """Return (team, above) for each active team above a person's teams.

        A team is a person's if the person is a member, or leads it; teams of somebody
        whose account was closed stay, so that superiors reach what is left.
        """
        if not owner:
            return []
        # sudo: the organisation is no secret to who may ask
        members = (
            self.env["crm.team.member"]
            .sudo()
            .with_context(active_test=False)
            .search([("user_id", "=", owner.id)])
            .filtered(lambda one: one.active or (one.is_leaver and not owner.active))
        )
        teams = members.crm_team_id | self.env["crm.team"].sudo().with_context(
            active_test=False
        ).search([("user_id", "=", owner.id)])
        found = []
        for team in teams:
            above = team
            while above:
                if above.active:
                    found.append((team, above))
                above = above.parent_id
        return found

    @api.model
    def _crm_reasons_of_share(self, user, customer, operation):
        # today is that of the person's time zone, as a share lasts until the day ends
        today = fields.Date.context_today(self.with_context(tz=user.tz))
        reasons = []
        for share in customer.share_ids:
            if (
                share.user_id == user
                and (not share.until or share.until >= today)
                and (operation == "read" or share.mode == "write")
            ):
                text = (
                    self.env._(
                        "has a share of %(customer)s until %(until)s",
                        customer=customer.name,
                        until=format_date(self.env, share.until),
                    )
                    if share.until
                    else self.env._(
                        "has a share of %(customer)s until it is revoked",
                        customer=customer.name,
                    )
                )
                reasons.append(self._crm_reason("share", text))
        return reasons

    @api.model
    def _crm_reasons_of_department(self, user, partner, operation):
        if partner.filtered_domain(user._crm_extra_sight(operation)):
            return [
                self._crm_reason(
                    "department",
                    self.env._("belongs to a department that sees such customers"),
                )
            ]
        return []

    @api.model
    def _crm_reasons_of_stranger(self, user, partner, operation):
        """Reasons for partners that are no customers: open to every colleague."""
        if user.share:
            return []
        if operation == "read":
            text = self.env._("it is no customer: every colleague sees it")
            return [self._crm_reason("stranger", text)]
        if partner == user.partner_id:
            return [self._crm_reason("self", self.env._("it is the own address"))]
        if user._crm_has_group("base.group_partner_manager"):
            text = self.env._("may edit partners that are no customers")
            return [self._crm_reason("stranger", text)]
        return []

    # ------------------------------------------------------------
    # WHY NOT
    # ------------------------------------------------------------

    @api.model
    def _crm_missing(self, user, record, operation):
        """Hook: return what would have to be otherwise, a list of dicts as above."""
        subject = self._crm_subject(record)
        if subject is None:
            return []
        owner, customer = subject
        missing = []
        if owner:
            text = self.env._(
                "%(owner)s is the owner; %(user)s neither leads nor assists a team"
                " above",
                owner=owner.name,
                user=user.name,
            )
            if operation == "write":
                text = self.env._(
                    "%(owner)s is the owner; %(user)s does not lead a team above",
                    owner=owner.name,
                    user=user.name,
                )
            missing.append(self._crm_reason("not_owner", text))
        elif customer:
            missing.append(
                self._crm_reason("no_owner", self.env._("nobody is the owner"))
            )
        if customer and record._name == "res.partner":
            missing.append(self._crm_missing_share(user, customer, operation))
        return missing

    @api.model
    def _crm_missing_share(self, user, customer, operation):
        share = customer.share_ids.filtered(lambda one: one.user_id == user)[:1]
        if not share:
            return self._crm_reason(
                "no_share", self.env._("the customer is not shared with %s", user.name)
            )
        if operation == "write" and share.mode == "read":
            return self._crm_reason(
                "read_share", self.env._("the share is for reading only")
            )
        return self._crm_reason(
            "share_over",
            self.env._(
                "the share ended on %(until)s",
                until=format_date(self.env, share.until) if share.until else "",
            ),
        )
