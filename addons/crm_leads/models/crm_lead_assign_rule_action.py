from collections import defaultdict
from datetime import datetime, time, timedelta
from uuid import uuid4

import pytz

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .crm_lead_assign_rule_engine import STEP

# so many leads are given, or looked at by a test, within one request
INLINE = 2_000


class CrmLeadAssignRule(models.Model):
    """What people ask of rules: try, give now, explain; and what is taken back."""

    _inherit = "crm.lead.assign.rule"

    # looking before leaping: never stored, works on a form that is not saved yet
    try_on = fields.Boolean(
        store=False,
        help="Show who would get how many of the leads that wait now, without giving"
        " them.",
    )
    preview = fields.Text(compute="_compute_preview", exportable=False)

    @api.depends(lambda self: self._crm_preview_fields())
    @api.depends_context("uid", "lang")
    def _compute_preview(self):
        for rule in self:
            rule.preview = rule.try_on and rule._crm_try() or False

    @api.model
    def _crm_preview_fields(self):
        """Return the names (tuple of str) of the fields that a test depends on."""
        kept = ("worked_at", "preview", "problem")
        return tuple(
            name
            for name, field in self._fields.items()
            if name not in models.MAGIC_COLUMNS
            and name not in kept
            and not field.compute
        ) + ("line_ids.user_id", "line_ids.weight")

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def preview_assignment(self):
        """Say who would get how many of the leads that wait now; change nothing.

        :return: dict with ``matching`` (int, waiting leads that the rule matches),
            ``earlier`` (int, those of them that an earlier rule takes), ``dealt`` (list
            of dicts with ``user_id``, ``name`` and ``count``) and ``waiting`` (int,
            those for whom nobody is free). At most 2000 leads are looked at.
        :raise AccessError: when the rule is out of reach
        """
        self.ensure_one()
        self.check_access("read")
        return self._crm_preview()

    def action_assign_now(self):
        """Give the leads that wait and that this rule takes; return an action (dict).

        Rules before it still take precedence. What is more than 2000 leads follows in
        the background.

        :raise AccessError: when the rule is not yours
        :raise UserError: when it is archived
        """
        self.ensure_one()
        self.check_access("write")
        if not self.active:
            raise UserError(self.env._("An archived rule gives nothing."))
        waiting = self._crm_waiting(0, INLINE)
        result = self._crm_assign_by_hand(waiting, len(waiting), only=self)
        if len(waiting) == INLINE:
            self.env["crm.lead.assign.run"]._crm_request(self, waiting[-1].id)
        return self._crm_say(result)

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    @api.model
    def _crm_waiting(self, last_id, limit):
        """Return leads (crm.lead, sudo) that wait, in the order of their ids.

        :param int last_id: only those after it
        :param int limit: at most so many
        """
        # sudo: rules look at everything that waits, each in its own sight
        Lead = self.env["crm.lead"].sudo()
        domain = Lead._crm_assignable_domain() & Domain("id", ">", last_id)
        return Lead.search(domain, order="id", limit=limit)

    @api.model
    def _crm_assign_by_hand(self, leads, total, only=None):
        """Give leads on somebody's demand; return the dict of ``assign_by_rules``."""
        batch_id = uuid4().hex
        # sudo: the rule has the rights of whoever is responsible for it
        only = only and only.sudo()
        given, waiting = defaultdict(int), 0
        for start in range(0, len(leads), STEP):
            outcome = self._crm_assign(
                leads[start : start + STEP],
                "manual",
                only=only,
                batch_id=batch_id,
                wait=True,
            )
            waiting += outcome["waiting"]
            for user_id, count in outcome["given"].items():
                given[user_id] += count
        self._crm_tell(given, leads)
        return {
            "batch_id": batch_id,
            "dealt": [
                {"user_id": user_id, "count": count}
                for user_id, count in sorted(given.items())
            ],
            "waiting": waiting,
            "left": total - waiting - sum(given.values()),
        }

    @api.model
    def _crm_say(self, result):
        """Return the action (dict) that tells what was given."""
        count = sum(share["count"] for share in result["dealt"])
        if count:
            message = self.env._(
                "%(count)s leads were given to %(people)s people.",
                count=count,
                people=len(result["dealt"]),
            )
        else:
            message = self.env._("No lead was given to anybody.")
        if result["waiting"]:
            message += " " + self.env._(
                "%(count)s wait until somebody is free.", count=result["waiting"]
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if count else "warning",
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    # ------------------------------------------------------------
    # LOOKING
    # ------------------------------------------------------------

    def _crm_preview(self):
        """Return what the rule, as it stands, would do, see ``preview_assignment``."""
        self.ensure_one()
        waiting = self._crm_waiting(0, INLINE)
        mine = waiting.browse(
            self._crm_search_as_author(Domain("id", "in", waiting.ids))
            ._filtered_access("write")
            .ids
        )
        # sudo: other rules take precedence, whoever is responsible for them
        others = self.sudo().browse(self._crm_rule_ids()).exists()
        taken = mine.browse()
        for other in others.filtered(lambda rule: rule.occasion != "manual").sorted():
            if (other.sequence, other.id) < (self.sequence, self._origin.id or 2**31):
                taken |= other._crm_match(mine - taken) if mine - taken else taken
        people = self._crm_people({})
        _plan, rest = self._crm_plan(mine - taken, people)
        # sudo: the names of colleagues
        users = self.env["res.users"].sudo()
        return {
            "matching": len(mine),
            "earlier": len(taken),
            "dealt": [
                {
                    "user_id": person.desk.user_id,
                    "name": users.browse(person.desk.user_id).name,
                    "count": person.given,
                }
                for person in people
            ],
            "waiting": len(rest),
        }

    def _crm_try(self):
        """Return what the rule, as it stands on the form, would do now (str)."""
        self.ensure_one()
        try:
            found = self._crm_preview()
        except (UserError, ValueError, TypeError, KeyError, AttributeError) as error:
            return str(error)
        lines = [
            self.env._(
                "%(count)s of the leads that wait now match.", count=found["matching"]
            )
        ]
        if found["earlier"]:
            lines.append(
                self.env._(
                    "%(count)s of them go to an earlier rule.", count=found["earlier"]
                )
            )
        lines += [f"{share['name']}: {share['count']}" for share in found["dealt"]]
        if found["waiting"]:
            lines.append(
                self.env._(
                    "Nobody is free for %(count)s leads.", count=found["waiting"]
                )
            )
        return "\n".join(lines)

    @api.model
    def _crm_awaited(self, leads):
        """Return those of these leads that a rule will give to somebody by itself."""
        awaited = leads.browse()
        if not leads or not self._crm_rule_ids():
            return awaited
        # sudo: rules work for everybody who takes leads in
        for rule in self.sudo().browse(self._crm_rule_ids()).exists():
            if rule.occasion != "manual" and leads - awaited:
                awaited |= rule._crm_match(leads.sudo() - awaited)
        return leads.filtered(lambda lead: lead in awaited)

    @api.model
    def _crm_explain(self, lead):
        """Return why nobody has this lead (str), for those who deal out leads."""
        # sudo: what the rules are called is told to whoever asks why a lead waits
        for rule in self.sudo().browse(self._crm_rule_ids()).exists():
            if not rule._crm_match(lead.sudo()):
                continue
            if rule.occasion == "manual":
                return self.env._(
                    "The rule “%(rule)s” takes it when somebody presses Assign Now.",
                    rule=rule.name,
                )
            _person, passed = rule._crm_choose(lead.sudo(), rule._crm_people({}))
            if _person:
                return self.env._(
                    "The rule “%(rule)s” will give it to somebody in a few minutes.",
                    rule=rule.name,
                )
            if rule.if_nobody == "wait":
                return self.env._(
                    "The rule “%(rule)s” takes it, but nobody is free: %(names)s.",
                    rule=rule.name,
                    names=rule.with_env(self.env)._crm_passed_names(passed) or "—",
                )
        return self.env._("No rule of assignment takes it.")

    # ------------------------------------------------------------
    # TAKING BACK
    # ------------------------------------------------------------

    def _crm_idle_domain(self):
        """Return the domain of the leads of this rule that nobody has worked on."""
        self.ensure_one()
        now = fields.Datetime.now()
        if self.rework_unit == "hours":
            until = now - timedelta(hours=self.rework_after)
        else:
            # sudo: where and when a company works
            company = (self.company_id or self.user_id.sudo().company_id).sudo()
            zone = pytz.timezone(company.partner_id.tz or "Asia/Shanghai")
            today = pytz.utc.localize(now).astimezone(zone).date()
            Workday = self.env["crm.workday"]
            ordinal = Workday._crm_ordinal(company, today) - self.rework_after
            first = datetime.combine(Workday._crm_date_of(company, ordinal), time.min)
            until = zone.localize(first).astimezone(pytz.utc).replace(tzinfo=None)
        return Domain(
            [
                ("assign_rule_id", "=", self.id),
                ("user_id", "!=", False),
                ("type", "=", "lead"),
                ("active", "=", True),
                ("lead_state", "in", ["new", "working"]),
                ("owner_since", "<", until),
            ]
        )

    def _crm_rework(self, last_id, batch_id, given):
        """Give leads that nobody has worked on to somebody who has not had them.

        :param int last_id: only leads after it
        :return: the last id (int) looked at, 0 when there are no more; None when the
            rules are at work elsewhere
        """
        self.ensure_one()
        rules = self._crm_lock_rules()
        if rules is None:
            return None
        # sudo: as for all that rules do
        Lead = self.env["crm.lead"].sudo()
        domain = self._crm_idle_domain() & Domain("id", ">", last_id)
        looked = Lead.search(domain, order="id", limit=STEP)
        idle = looked.filtered(
            lambda lead: (
                not lead.last_followup_at or lead.last_followup_at < lead.owner_since
            )
        )
        idle = idle & Lead.browse(
            self._crm_author_env().browse(idle.ids)._filtered_access("write").ids
        )
        if idle and self._crm_is_alive():
            counts = defaultdict(int)
            self._crm_give(
                idle, {}, batch_id, counts, self._crm_had(idle), is_idle=True
            )
            for user_id, count in counts.items():
                given[user_id] += count
            if counts:
                self._crm_mark_rules(rules)
        return looked[-1].id if len(looked) == STEP else 0

    @api.model
    def _crm_had(self, leads):
        """Return who had leads by a rule, a dict of lead's id to users' ids."""
        # sudo: the ledger counts for everybody
        rows = (
            self.env["crm.owner.move"]
            .sudo()
            ._read_group(
                [("lead_id", "in", leads.ids), ("kind", "=", "rule")],
                ["lead_id", "to_user_id"],
            )
        )
        had = {lead.id: {lead.user_id.id} for lead in leads}
        for lead, user in rows:
            had[lead.id].add(user.id)
        return had
