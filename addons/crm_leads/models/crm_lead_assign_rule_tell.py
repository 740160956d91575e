from odoo import api, models

# so many people are named as passed over in one reason
NAMES = 8


class CrmLeadAssignRule(models.Model):
    """What the ledger says of rules, and what people are told."""

    _inherit = "crm.lead.assign.rule"

    def _crm_texts(self):
        """Return this rule with the language of whoever is responsible for it."""
        # sudo: the language of a colleague
        return self.with_context(lang=self.sudo().user_id.lang or self.env.lang)

    def _crm_obstacles(self):
        """Return what the codes of obstacles mean, a dict of code to text."""
        return {
            "refused": self.env._("cannot take more"),
            "paused": self.env._("paused in the sales team"),
            "absent": self.env._("absent"),
            "hours": self.env._("outside working hours"),
            "open": self.env._("has %(count)s open leads", count=self.max_open),
            "day": self.env._("got %(count)s leads today", count=self.max_day),
            "month": self.env._("capacity of 30 days is used up"),
            "room": self.env._("limit of holdings is reached"),
            "had": self.env._("had it before"),
            "company": self.env._("does not work in its company"),
        }

    def _crm_reason(self, person, people, passed):
        """Return why somebody got a lead (str), for the ledger."""
        rule = self._crm_texts()
        if self.method == "load":
            text = rule.env._(
                "Rule “%(rule)s”: fewest open leads, now %(open)s",
                rule=self.name,
                open=person.desk.open,
            )
        else:
            text = rule.env._(
                "Rule “%(rule)s”: in turn, person %(place)s of %(count)s",
                rule=self.name,
                place=person.place,
                count=len(people),
            )
        if passed:
            names = rule._crm_passed_names(passed)
            text += rule.env._("; passed over: %(names)s", names=names)
        return text

    def _crm_passed_names(self, passed):
        """Return who was passed over and why (str).

        :param dict passed: code of the obstacle by user's id
        """
        meanings = self._crm_obstacles()
        # sudo: the names of colleagues
        users = self.env["res.users"].sudo().browse(list(passed)[:NAMES])
        parts = [
            self.env._(
                "%(user)s (%(why)s)", user=user.name, why=meanings[passed[user.id]]
            )
            for user in users
        ]
        if len(passed) > NAMES:
            more = len(passed) - NAMES
            parts.append(self.env._("%(count)s more", count=more))
        return ", ".join(parts)

    @api.model
    def _crm_tell(self, given, leads=None):
        """Tell each person once how many leads are there to be worked on.

        :param dict given: numbers by user's id
        :param leads: crm.lead records, to name the lead of whoever got one
        """
        for user_id, count in given.items():
            if not count or user_id == self.env.uid:
                continue
            # sudo: the address and the language of a colleague
            user = self.env["res.users"].sudo().browse(user_id)
            env = self.with_context(lang=user.lang or self.env.lang).env
            theirs = (
                leads.sudo().filtered(lambda lead, to=user: lead.user_id == to)
                if (leads and count == 1)
                else ()
            )
            subject = (
                env._("You got a lead: %(lead)s", lead=theirs.name)
                if len(theirs) == 1
                else env._("You got %(count)s leads", count=count)
            )
            body = env._(
                "The rules of assignment gave you what is new. It is in My Leads."
            )
            thread = theirs if len(theirs) == 1 else env["mail.thread"]
            thread.with_context(lang=user.lang or self.env.lang).message_notify(
                partner_ids=user.partner_id.ids, subject=subject, body=body
            )
