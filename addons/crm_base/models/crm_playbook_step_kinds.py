from ast import literal_eval
from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.mail import append_content_to_html, formataddr
from odoo.tools.misc import hash_sign

from ..tools.domains import parse_domain
from ..tools.playbook import StepKind

# how often it is looked whether what a step waits for has come true
LOOK = timedelta(hours=1)
# what the links to opt out are signed for
OPT_OUT = "crm_playbook_opt_out"


class CrmPlaybookStep(models.Model):
    """What the steps do. All of them act as the person who started the run."""

    _inherit = "crm.playbook.step"

    # ------------------------------------------------------------
    # HOOKS
    # ------------------------------------------------------------

    @api.model
    def _crm_step_kinds(self):
        """Hook: return what steps can do, a dict of code to StepKind.

        The method of a kind is called on the step with the record and the run, as the
        person in whose name the run acts. It writes to the database and does nothing
        else, so that it happens exactly once; what it raises is tried again later. It
        returns values of the row in the log: ``note``, and ``outcome`` when it is not
        "done" (``skipped``, or ``waiting``: to be asked again). Call ``super()`` first.
        """
        return {
            "email": StepKind(self.env._("Send an E-mail"), "_crm_do_email", True),
            "followup": StepKind(
                self.env._("Follow-up for the Owner"), "_crm_do_followup"
            ),
            "task": StepKind(self.env._("Task for the Owner"), "_crm_do_task"),
            "note": StepKind(self.env._("Note on the Record"), "_crm_do_note"),
            "notice": StepKind(self.env._("Internal Notice"), "_crm_do_notice"),
            "tag": StepKind(self.env._("Add Tags"), "_crm_do_tag"),
            "wait": StepKind(self.env._("Wait"), "_crm_do_wait"),
        }

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _crm_do(self, record, run):
        """Do this step; return the values (dict) of its row in the log."""
        self.ensure_one()
        kind = self._crm_step_kinds().get(self.kind)
        if not kind:
            # its addon is gone
            return self._crm_left_out(self.env._("There is no such kind of step."))
        if self.is_conditional and not self._crm_is_true(record, self.condition):
            return self._crm_left_out(self.env._("The condition is not true."))
        return {"outcome": "done", **(getattr(self, kind.method)(record, run) or {})}

    @api.model
    def _crm_left_out(self, reason):
        return {"outcome": "skipped", "note": reason}

    @api.model
    def _crm_is_true(self, record, text):
        """Return whether a domain (str) is true of a record (bool), for its reader."""
        domain = [("id", "=", record.id), *parse_domain(text)]
        return bool(record.with_context(active_test=False).search_count(domain))

    @api.model
    def _crm_executor(self, record, run):
        """Return who does what a step asks for: the owner, else whoever started it."""
        return record._crm_playbook_owner() or run.user_id

    # ------------------------------------------------------------
    # KINDS
    # ------------------------------------------------------------

    def _crm_do_email(self, record, run):
        """Put an e-mail to the person into the outbox."""
        name, address = record._crm_playbook_email()
        if not address:
            return self._crm_left_out(self.env._("No e-mail address"))
        self._crm_check_template()
        owner = self._crm_executor(record, run)
        values = {
            "email_to": formataddr((name, address)),
            "email_cc": False,
            "recipient_ids": [],
            # sudo: the name and address of the own colleague
            "author_id": owner.sudo().partner_id.id,
            # the message stays with the record, the copy in the outbox does not
            "is_notification": True,
            "auto_delete": True,
        }
        if not self.template_id.email_from:
            values["email_from"] = owner.sudo().email_formatted
        mail = self.template_id.send_mail(record.id, email_values=values)
        # sudo: the outbox is the system's
        mail = self.env["mail.mail"].sudo().browse(mail)
        link = self._crm_opt_out_link(address)
        footer = self.env["ir.qweb"]._render(
            "crm_base.crm_playbook_mail_footer", {"link": link}
        )
        mail.write(
            {
                "body_html": append_content_to_html(
                    mail.body_html or "", footer, plaintext=False
                ),
                "headers": repr(
                    {
                        **literal_eval(mail.headers or "{}"),
                        "List-Unsubscribe": f"<{link}>",
                        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
                    }
                ),
            }
        )
        # sudo: as above
        self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()
        return {"note": self.env._("To %(address)s", address=address)}

    def _crm_check_template(self):
        """Refuse templates whose author has no say over whoever started the run.

        A template may carry code, which is carried out with the rights of that person.
        """
        # sudo: who wrote it last, and what is in it
        template = self.template_id.sudo()
        author, user = template.write_uid, self.env.user
        ids = author._crm_scope_ids("write")
        if (
            ids is None
            or user.id in ids
            or author._is_system()
            or not template._has_unsafe_expression()
        ):
            return
        raise UserError(
            self.env._(
                "The template “%(template)s” holds more than simple fields and was"
                " written by %(author)s, who is not in charge of %(user)s. Let a"
                " superior save it.",
                template=template.name,
                author=author.name,
                user=user.name,
            )
        )

    @api.model
    def _crm_opt_out_link(self, address):
        """Return the address (str) at which somebody refuses further messages."""
        # sudo: the key of the database
        token = hash_sign(self.sudo().env, OPT_OUT, [address, self.env.lang or ""])
        return f"{self.get_base_url()}/crm/opt-out/{token}"

    def _crm_do_followup(self, record, run):
        """Plan a follow-up for the owner."""
        owner = self._crm_executor(record, run)
        values = {
            "name": self.name,
            "content": self.note,
            "user_id": owner.id,
            "planned_at": self._crm_deadline(run),
            **record._crm_playbook_followup_values(),
        }
        if self.followup_method_id:
            values["method_id"] = self.followup_method_id.id
        self.env["crm.followup"].create(values)
        # sudo: the name of a colleague
        return {"note": self.env._("For %(user)s", user=owner.sudo().name)}

    def _crm_do_task(self, record, run):
        """Give the owner a task."""
        owner = self._crm_executor(record, run)
        link = Markup('<p><a href="{}">{}</a></p>').format(
            f"/odoo/{record._name}/{record.id}", record.display_name
        )
        note = Markup("<p>{}</p>").format(self.note) if self.note else Markup()
        self.env["crm.task"].create(
            {
                "name": self.name,
                "description": link + note,
                "user_id": owner.id,
                "deadline": self._crm_deadline(run),
                "company_id": run.company_id.id,
                **record._crm_playbook_task_values(),
            }
        )
        # sudo: the name of a colleague
        return {"note": self.env._("For %(user)s", user=owner.sudo().name)}

    def _crm_do_note(self, record, run):
        """Write a note on the record, for whoever opens it."""
        record._message_log(body=self.note or self.name)
        return {}

    def _crm_do_notice(self, record, run):
        """Tell the owner, or the owner's superior, about the record."""
        user = self._crm_executor(record, run)
        if self.notice_to == "leader":
            user = self._crm_leader(user)
        if not user or not record.with_user(user).has_access("read"):
            return self._crm_left_out(self.env._("Nobody to tell"))
        record.message_notify(
            # sudo: the address of a colleague
            partner_ids=user.sudo().partner_id.ids,
            subject=self.name,
            body=self.note or self.name,
            force_send=False,
        )
        return {"note": self.env._("To %(user)s", user=user.sudo().name)}

    @api.model
    def _crm_leader(self, user):
        """Return the next leader (res.users) above a person, empty for none."""
        # sudo: who leads whom is no secret
        team = user.sudo().crm_team_ids[:1]
        while team and (not team.user_id.active or team.user_id == user):
            team = team.parent_id
        return team.user_id.with_env(self.env)

    def _crm_do_tag(self, record, run):
        """Put tags on the record."""
        record.write(
            {"tag_ids": [fields.Command.link(id_) for id_ in self.tag_ids.ids]}
        )
        return {"note": ", ".join(self.tag_ids.mapped("name"))}

    def _crm_do_wait(self, record, run):
        """Wait until something is true of the record."""
        if (self.until_domain or "").strip() not in ("", "[]") and self._crm_is_true(
            record, self.until_domain
        ):
            return {"note": self.env._("It came true.")}
        end = run.due_at + timedelta(days=self.timeout_days)
        now = fields.Datetime.now()
        if now < end:
            return {"outcome": "waiting", "next_at": min(now + LOOK, end)}
        return {
            "note": self.env._("It did not come true in time."),
            "ends": self.on_timeout == "stop",
        }
