import logging
from collections import defaultdict
from datetime import datetime
from uuid import uuid4

from psycopg2.errors import SerializationFailure

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, mute_logger, ormcache
from odoo.tools.misc import clean_context

from ..tools.assigning import METHODS

_logger = logging.getLogger(__name__)

# so many leads are looked at in one go
STEP = 500


class CrmLeadAssignRule(models.Model):
    """How rules are carried out: match, choose people, give.

    One transaction at a time gives: it locks all rules, and marks them when it has
    given something, so whoever begins later on what was true before is turned away by
    the database. Turns and limits are therefore exact however many leads come in at
    once; who finds the rules locked leaves the leads to the background.
    """

    _inherit = "crm.lead.assign.rule"

    @api.model
    @ormcache(cache="stable")
    def _crm_rule_ids(self):
        """Return the ids (tuple of int) of the rules that hold, in their order."""
        # sudo: rules work for everybody who takes leads in
        rules = self.sudo().with_context(active_test=True)
        return tuple(rules.search([("active", "=", True)]).ids)

    # ------------------------------------------------------------
    # RUNNING
    # ------------------------------------------------------------

    @api.model
    def _crm_assign_at_once(self, leads):
        """Give leads that have just come in, in the transaction that brings them.

        Nothing of this is a reason to lose a lead: what fails, or finds the rules at
        work elsewhere, is left to the background.

        :param leads: crm.lead records that wait
        """
        outcome = None
        # defaults are for the leads, not for what is written about them
        # pylint: disable-next=context-overridden
        self = self.with_context(clean_context(self.env.context))  # noqa: PLW0642
        leads = leads.with_env(self.env)
        try:
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                outcome = self._crm_assign(leads, "create")
                if outcome:
                    self._crm_tell(outcome["given"], leads)
        except SerializationFailure:
            # somebody else has given leads since this transaction began
            outcome = None
        if outcome is None or outcome["deferred"]:
            self.env["crm.lead.assign.run"]._crm_wake()

    @api.model
    def _crm_assign(self, leads, occasion, *, only=None, batch_id="", wait=False):
        """Give leads to people, each by the first rule that matches it.

        :param leads: crm.lead records that wait
        :param str occasion: ``create``, ``background`` or ``manual``
        :param only: the one rule that gives; those before it still take precedence
        :param str batch_id: of the rows of the ledger
        :param bool wait: whether to wait for whoever is giving leads just now
        :return: dict with ``given`` (dict of user's id to number), ``waiting`` (int,
            leads that a rule has and nobody can take now) and ``deferred`` (int, those
            that the background is to give); None when the rules are at work elsewhere
        """
        batch_id = batch_id or uuid4().hex
        outcome = {"given": defaultdict(int), "waiting": 0, "deferred": 0}
        rules = self._crm_lock_rules(wait)
        if rules is None:
            return None
        # sudo: a rule works with the rights of whoever is responsible for it
        left = leads.sudo()
        desks = {}
        for rule in rules:
            if not left:
                break
            if rule.occasion == "manual" and occasion != "manual":
                continue
            mine = rule._crm_match(left)
            if not mine:
                continue
            if only is not None and rule != only:
                left -= mine
                continue
            if occasion == "create" and rule.occasion == "background":
                outcome["deferred"] += len(mine)
                left -= mine
                continue
            rest = rule._crm_give(mine, desks, batch_id, outcome["given"])
            left -= mine
            if rule.if_nobody == "next" and only is None:
                left |= rest
            else:
                outcome["waiting"] += len(rest)
            if rule == only:
                break
        if outcome["given"]:
            self._crm_mark_rules(rules)
        return outcome

    @api.model
    def _crm_lock_rules(self, wait=False):
        """Return the rules (sudo) that hold, locked; None when others hold them."""
        # sudo: as above
        rules = self.sudo().browse(self._crm_rule_ids()).exists()
        if not rules:
            return rules
        rules.flush_recordset()
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM crm_lead_assign_rule WHERE id IN %s ORDER BY id"
                " FOR NO KEY UPDATE %s",
                tuple(rules.ids),
                SQL() if wait else SQL("SKIP LOCKED"),
            )
        )
        if len(rows) < len(rules):
            return None
        return rules.filtered("active").sorted()

    @api.model
    def _crm_mark_rules(self, rules):
        """Make transactions that know an older state of the rules begin again."""
        rules._crm_workflow().write({"worked_at": fields.Datetime.now()})
        rules.flush_recordset(["worked_at"])

    # ------------------------------------------------------------
    # MATCHING
    # ------------------------------------------------------------

    def _crm_author_env(self):
        """Return crm.lead (no records) with the rights of whoever is responsible."""
        self.ensure_one()
        # sudo: the companies and the language of a colleague
        author = self.user_id.sudo()
        return (
            self.env["crm.lead"]
            .with_user(author.id)
            .with_context(
                allowed_company_ids=author.company_ids.ids,
                active_test=True,
                lang=author.lang,
                tz=author.tz,
            )
        )

    def _crm_search_as_author(self, domain=Domain.TRUE, **options):
        """Return the leads (crm.lead) that the responsible person finds by the rule.

        :param domain: further conditions
        :param options: of ``search``
        """
        return self._crm_author_env().search(domain & self._crm_domain(), **options)

    def _crm_match(self, leads):
        """Return those of these leads that the rule takes.

        They are in the sight of the responsible person, who may also deal them out.
        """
        self.ensure_one()
        if not self._crm_is_alive():
            return leads.browse()
        try:
            found = self._crm_search_as_author(Domain("id", "in", leads.ids))
            ids = set(found._filtered_access("write").ids)
        except (UserError, ValueError, TypeError, KeyError, AttributeError):
            # a field that is gone, or no longer the author's: the form says so too
            _logger.warning("Rule %s (%s) cannot choose leads", self.id, self.name)
            ids = set()
        return leads.filtered(lambda lead: lead.id in ids)

    # ------------------------------------------------------------
    # GIVING
    # ------------------------------------------------------------

    def _crm_choose(self, lead, people, had=frozenset()):
        """Return who gets a lead (Person or None), and why the others do not.

        :param lead: crm.lead record
        :param list people: of Person
        :param had: ids of users who had the lead already
        :return: (Person or None, dict of user's id to code)
        """
        limits = self._crm_limits()
        company_id = lead.company_id.id
        free, passed = [], {}
        for person in people:
            desk = person.desk
            code = person.obstacle(limits)
            if desk.user_id in had:
                code = "had"
            elif not code and company_id and company_id not in desk.companies:
                code = "company"
            if code:
                passed[desk.user_id] = code
            else:
                free.append(person)
        chosen = METHODS[self.method](free) if free else None
        if chosen:
            last = max(person.last for person in people)
            chosen.take(max(last + 0.001, fields.Datetime.now().timestamp()))
        return chosen, passed

    def _crm_plan(self, leads, people, had=None):
        """Choose somebody for each lead, best scores first; write nothing.

        :param dict had: ids of users who had a lead already, by lead's id
        :return: (list of (lead, user's id, text), leads for which nobody is free)
        """
        plan, rest = [], leads.browse()
        for lead in leads.sorted(lambda lead: (-lead.crm_score, lead.id)):
            person, passed = self._crm_choose(
                lead, people, (had or {}).get(lead.id, frozenset())
            )
            if person:
                text = self._crm_reason(person, people, passed)
                plan.append((lead, person.desk.user_id, text))
            else:
                rest |= lead
        return plan, rest

    def _crm_give(self, leads, desks, batch_id, given, had=None, is_idle=False):
        """Give leads that this rule has taken; return those nobody could take.

        :param dict desks: see :meth:`_crm_people`
        :param str batch_id: of the rows of the ledger
        :param dict given: numbers by user's id, counted up
        :param dict had: ids of users who had a lead already, by lead's id
        :param bool is_idle: their owners have not worked on them
        """
        self.ensure_one()
        people = self._crm_people(desks)
        limits = self._crm_limits()
        if all(person.obstacle(limits) for person in people):
            # nothing is locked for nothing
            return leads
        # who edits or deletes one of them meanwhile does not stop the others
        locked = leads.try_lock_for_update(allow_referencing=True)
        rest = leads.browse()
        while locked:
            before = {person.desk.user_id: person.lag for person in people}
            plan, nobody = self._crm_plan(locked, people, had)
            rest |= nobody
            groups = defaultdict(list)
            for lead, user_id, text in plan:
                team = self._crm_team_of(lead, user_id)
                if is_idle:
                    text = self._crm_texts().env._(
                        "Nobody worked on it. %(reason)s", reason=text
                    )
                groups[user_id, team.id].append((lead, text))
            locked = leads.browse()
            for (user_id, team_id), parts in groups.items():
                mine = leads.browse([lead.id for lead, _text in parts])
                reasons = {lead.id: text for lead, text in parts}
                refusal = self._crm_hand(mine, user_id, team_id, batch_id, reasons)
                person = next(p for p in people if p.desk.user_id == user_id)
                if refusal:
                    person.desk.refusal = refusal
                    person.lag = before[user_id]
                    person.given -= len(mine)
                    locked |= mine
                else:
                    given[user_id] += len(mine)
        self._crm_keep_turns(people)
        return rest

    def _crm_team_of(self, lead, user_id):
        """Return the team (crm.team) that a lead belongs to with its new owner."""
        # sudo: who is a member of which team is no secret
        user = self.env["res.users"].sudo().browse(user_id)
        team = lead.team_id
        if team and user in (team.member_ids | team.user_id):
            return team
        return user.crm_team_ids[:1] or team

    def _crm_hand(self, leads, user_id, team_id, batch_id, reasons):
        """Give leads to one person; return why the person cannot have them, or ""."""
        user = self.env["res.users"].browse(user_id)
        quiet = leads.with_context(
            tracking_disable=True, mail_auto_subscribe_no_notify=True
        )
        try:
            with self.env.cr.savepoint():
                quiet._crm_move_activities(user)
                quiet._crm_change_lead_owner(
                    user,
                    "rule",
                    values={"team_id": team_id, "assign_rule_id": self.id},
                    batch_id=batch_id,
                    by_lead={
                        lead_id: {"reason": text, "assign_rule_id": self.id}
                        for lead_id, text in reasons.items()
                    },
                )
                self._crm_plan_activities(quiet, user)
        except UserError as error:
            return str(error) or "?"
        return ""

    def _crm_plan_activities(self, leads, user):
        """Plan the activity of the rule for a new owner."""
        kind = self.activity_type_id
        if not kind:
            return
        due = fields.Date.add(fields.Date.context_today(self), days=self.activity_days)
        model_id = self.env["ir.model"]._get_id("crm.lead")
        # sudo: the plan of a colleague; who gets many leads is told once
        activities = self.env["mail.activity"].sudo()
        activities.with_context(mail_activity_quick_update=True).create(
            [
                {
                    "activity_type_id": kind.id,
                    "res_model_id": model_id,
                    "res_id": lead.id,
                    "user_id": user.id,
                    "summary": kind.summary or self.name,
                    "date_deadline": due,
                }
                for lead in leads
            ]
        )

    def _crm_keep_turns(self, people):
        """Store how far the turns are."""
        lines = {line.user_id.id: line for line in self.line_ids}
        fresh = []
        for person in people:
            if not person.given and person.desk.user_id not in lines:
                continue
            values = {"lag": person.lag}
            line = lines.get(person.desk.user_id, self.env["crm.lead.assign.line"])
            if person.given:
                values["last_at"] = datetime.fromtimestamp(person.last)
                values["given_count"] = line.given_count + person.given
            if not line:
                fresh.append(
                    {"rule_id": self.id, "user_id": person.desk.user_id, **values}
                )
            elif person.given or abs(line.lag - person.lag) > 1e-12:
                line._crm_workflow().write(values)
        # sudo: turns are the engine's
        self.env["crm.lead.assign.line"].sudo()._crm_workflow().create(fresh)
