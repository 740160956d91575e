"""Who may see and do what, worked out by hand.

Plain Python over the organisation as it was set up, written from the specification and
without any code of the suite: no domain, no rule, no scope. What the product answers,
through whatever door, is compared with this.
"""

from datetime import date


class Oracle:
    """The organisation, read once by the system user."""

    def __init__(self, env):
        self.env = env
        teams = env["crm.team"].with_context(active_test=False).search([])
        self.leader = {team.id: team.user_id.id for team in teams}
        self.parent = {team.id: team.parent_id.id for team in teams}
        self.active = {team.id for team in teams if team.active}
        self.assistants = {team.id: set(team.assistant_ids.ids) for team in teams}
        self.members = {team.id: set() for team in teams}
        for member in env["crm.team.member"].search([("active", "=", True)]):
            self.members[member.crm_team_id.id].add(member.user_id.id)
        self.shares = [
            (share.partner_id.id, share.user_id.id, share.mode, share.until)
            for share in env["crm.share"].search([])
        ]

    # ------------------------------------------------------------
    # PEOPLE
    # ------------------------------------------------------------

    def groups(self, user):
        """Return the external ids of all groups of a user, implied ones too."""
        groups = user.group_ids
        while not groups.implied_ids <= groups:
            groups |= groups.implied_ids
        return set(groups.get_external_id().values())

    def has(self, user, group):
        return f"crm_base.group_{group}" in self.groups(user)

    def is_boss(self, user):
        return self.has(user, "boss")

    def is_seller(self, user):
        return self.has(user, "salesperson")

    def people(self, user, mode="read"):
        """Return the ids of those whose records a user sees, None for everybody."""
        if self.is_boss(user):
            return None
        own = {
            team
            for team in self.active
            if self.leader[team] == user.id
            or (mode == "read" and user.id in self.assistants[team])
        }
        found = {user.id}
        for team in self.leader:
            above = team
            while above and above not in own:
                above = self.parent[above]
            if above:
                found |= self.members[team]
                if self.leader[team]:
                    found.add(self.leader[team])
        return found

    def in_charge(self, user, owner, mode="read"):
        """Return whether ``owner`` is among the people of a user."""
        people = self.people(user, mode)
        return people is None or owner.id in people

    # ------------------------------------------------------------
    # CUSTOMERS
    # ------------------------------------------------------------

    def sees_customer(self, user, customer, mode="read"):
        """Return whether a customer (of an owner, shared or pooled) is in sight."""
        if user.share:
            return False
        if self.is_boss(user):
            return True
        if customer.user_id and self.in_charge(user, customer.user_id, mode):
            return True
        return any(
            partner == customer.id
            and borrower == user.id
            and (mode == "read" or granted == "write")
            and (not until or until >= date.today())
            for partner, borrower, granted, until in self.shares
        )
