from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_datetime

from ..tools.arguments import as_id


class CrmPlaybookMixin(models.AbstractModel):
    """Records that run in playbooks.

    A model inherits this, adds a many2one to itself to crm.playbook.run, a
    ``playbook_run_ids`` that leads back, and says by the hooks below what it is.
    It has ``company_id`` and ``tag_ids``.
    """

    _name = "crm.playbook.mixin"
    _description = "Runs in Playbooks"
    _inherit = ["mail.thread"]

    # the many2one of crm.playbook.run to this model
    _crm_playbook_field = ""

    playbook_status = fields.Char(
        "In Playbook", compute="_compute_playbook_status", exportable=False
    )

    @api.depends_context("uid", "lang", "tz")
    def _compute_playbook_status(self):
        # sudo: that something happens by itself is told to whoever sees the record
        runs = self._origin.sudo()._crm_playbook_running()
        found = runs.grouped(self._crm_playbook_field)
        for record in self:
            run = found.get(record._origin)
            record.playbook_status = run and self._crm_playbook_text(run)

    @api.model
    def _crm_playbook_text(self, run):
        """Return where a run is, and when it goes on (str)."""
        if run.playbook_id.state == "paused":
            return self.env._("“%(name)s” is paused", name=run.playbook_id.name)
        if not run.progress:
            return self.env._("In “%(name)s”", name=run.playbook_id.name)
        return self.env._(
            "In “%(name)s”, step %(progress)s (%(step)s) on %(date)s",
            name=run.playbook_id.name,
            progress=run.progress,
            step=run.step_id.name,
            date=format_datetime(self.env, run.next_at, dt_format="short"),
        )

    # ------------------------------------------------------------
    # HOOKS
    # ------------------------------------------------------------

    @api.model
    def _crm_playbook_title(self):
        """Hook: return what these records are called where one chooses (str)."""
        return ""

    @api.model
    def _crm_playbook_open(self, playbook):
        """Hook: return the domain (list) of what can be in a playbook.

        :param playbook: crm.playbook record
        """
        return []

    @api.model
    def _crm_playbook_since(self, playbook, since):
        """Hook: return the domain (list) of what has come in since a time.

        :param playbook: crm.playbook record that starts with what comes in
        :param datetime since: UTC
        """
        return [("create_date", ">=", since)]

    @api.model
    def _crm_playbook_won(self):
        """Hook: return the domain (list) of runs whose record became what it should."""
        return [(0, "=", 1)]

    def _crm_playbook_choice(self):
        """Hook: return the domain (list) of playbooks that these records may start."""
        return [("state", "=", "running"), ("res_model", "=", self._name)]

    def _crm_playbook_fits(self, playbook):
        """Hook: return whether this record is what a playbook is for (bool)."""
        return True

    def _crm_playbook_run_values(self):
        """Hook: return more values (dict) of the run that this record starts."""
        return {}

    @api.model
    def _crm_playbook_scope(self, user):
        """Hook: return the Domain of what a person may change."""
        return user._crm_owner_domain("write")

    @api.model
    def _crm_playbook_opted_out_domain(self):
        """Hook: return the domain (list) of those who want no messages."""
        return [(0, "=", 1)]

    @api.model
    def _crm_playbook_facts(self):
        """Hook: return the names (frozenset) of fields whose change may end a run."""
        return frozenset()

    def _crm_playbook_end(self, run):
        """Hook: return why a run must end, as a value of its ``reason``, or "".

        :param run: crm.playbook.run record, of the system
        """
        return ""

    def _crm_playbook_owner(self):
        """Hook: return whose record it is (res.users), maybe nobody."""
        return self.user_id

    def _crm_playbook_email(self):
        """Hook: return name and address (str, str) of the person, "" for none."""
        return "", ""

    def _crm_playbook_phone(self):
        """Hook: return the mobile number (str) of the person, "" for none."""
        return ""

    def _crm_playbook_followup_values(self):
        """Hook: return the values (dict) that hang a follow-up on this record."""
        return {}

    def _crm_playbook_task_values(self):
        """Hook: return the values (dict) that hang a task on this record."""
        return {}

    def _crm_playbook_opted_out(self):
        """Return those of these records that want no messages."""
        return self.filtered_domain(self._crm_playbook_opted_out_domain())

    # ------------------------------------------------------------
    # ORM
    # ------------------------------------------------------------

    def write(self, vals):
        result = super().write(vals)
        if not self._crm_playbook_facts().isdisjoint(vals):
            self._crm_playbook_recheck()
        return result

    def _message_post_after_hook(self, message, msg_vals):
        result = super()._message_post_after_hook(message, msg_vals)
        if message._crm_came_in():
            self._crm_playbook_replied(message.subject or "")
        return result

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_start_playbook(self, playbook_id):
        """Start a playbook for these records, as far as possible.

        :param int playbook_id: a running playbook
        :return: dict with ``started`` (int) and ``left_out``, a list of dicts with
            ``id`` (int), ``name`` (str) and ``reason`` (str)
        :raise AccessError: when one of the records is not yours to change
        :raise UserError: when the playbook is not running, not for these records or
            not started by you
        """
        self.check_access("write")
        playbook = self.env["crm.playbook"].browse(as_id(playbook_id)).exists()
        if not playbook:
            raise UserError(self.env._("Choose the playbook."))
        playbook.check_access("read")
        left_out = playbook._crm_start(self)
        return {
            "started": len(self) - len(left_out),
            "left_out": [
                {"id": record.id, "name": record.display_name, "reason": reason}
                for record in self
                if (reason := left_out.get(record.id))
            ],
        }

    def action_stop_playbook(self, note=""):
        """Stop what runs for these records, before the next step.

        :param str note: why
        :return: True
        :raise AccessError: when one of the records is not yours to change
        """
        self.check_access("write")
        self._crm_playbook_running().action_stop(note)
        return True

    def action_open_playbook_start(self):
        """Open the dialog that starts a playbook; return the action (dict)."""
        self.check_access("write")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_base.crm_playbook_start_action"
        )
        action["context"] = {
            "default_res_model": self._name,
            "default_res_ids": ",".join(map(str, self.ids)),
        }
        return action

    def action_open_playbook_runs(self):
        """Open what ran and runs for this record; return the action (dict)."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_base.crm_playbook_run_action"
        )
        action["domain"] = [(self._crm_playbook_field, "=", self.id)]
        action["context"] = {}
        return action

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _crm_playbook_running(self):
        """Return the runs of these records that have not ended."""
        return self.env["crm.playbook.run"].search(
            Domain(self._crm_playbook_field, "in", self.ids)
            & Domain("state", "=", "running")
        )

    def _crm_playbook_recheck(self):
        """End the runs of these records that must not go on."""
        # sudo: runs end by what is true, whoever made it so
        for run in self.sudo()._crm_playbook_running():
            reason = run._crm_record()._crm_playbook_end(run)
            if reason:
                run._crm_stop(reason, user=self.env.user)

    def _crm_playbook_replied(self, note=""):
        """Somebody has answered: end the runs that end by it.

        Call it from whatever takes in a message, a form or a call of the person.

        :param str note: what tells the answer, such as its subject
        """
        # sudo: as above
        runs = self.sudo()._crm_playbook_running()
        runs = runs.filtered("playbook_id.stop_on_reply")
        runs._crm_stop("reply", note, self.env.user)
