import logging

from psycopg2 import OperationalError
from psycopg2.errors import UniqueViolation

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import ormcache

from ..tools.domains import parse_domain

_logger = logging.getLogger(__name__)

# records that start in one transaction
BATCH = 200
# beyond this, a form says "so many or more"
COUNTED = 10_000


class CrmPlaybook(models.Model):
    """How records enter: started by somebody, or by themselves.

    What starts by itself does so in the name of the responsible person: of what that
    person may change, and of nothing else.
    """

    _inherit = "crm.playbook"

    # ------------------------------------------------------------
    # BY HAND
    # ------------------------------------------------------------

    def _crm_may_start(self):
        """Return whether the current user may start records by hand (bool)."""
        self.ensure_one()
        user = self.env.user
        if self.manual_by == "team":
            # sudo: who is in whose team is no secret of the playbook
            ids = self.sudo().user_id._crm_scope_ids("write")
            return ids is None or user.id in ids or user._crm_is_boss()
        return self.manual_by == "all" or (
            self.manual_by == "manager"
            and user._crm_has_group("crm_base.group_manager")
        )

    def _crm_start(self, records):
        """Start records by hand, as far as possible.

        :param records: records that the current user may change
        :return: dict of record's id to why it was left out (str)
        :raise UserError: when this playbook cannot be started by this user now
        """
        self.ensure_one()
        if self.state != "running" or not self.active:
            raise UserError(
                self.env._("%(name)s is not running. Start it first.", name=self.name)
            )
        if self.res_model != records._name:
            raise UserError(
                self.env._("%(name)s is for something else.", name=self.name)
            )
        if not self._crm_may_start():
            raise UserError(
                self.env._(
                    "%(name)s is not started by you. Ask %(user)s.",
                    name=self.name,
                    # sudo: the name of a colleague
                    user=self.sudo().user_id.name,
                )
            )
        left_out = self._crm_left_out(records)
        self._crm_enrol(records.filtered(lambda r: r.id not in left_out), "manual")
        return left_out

    def _crm_left_out(self, records):
        """Return why records cannot start now, a dict of id to text."""
        # sudo: a run counts, whether or not it is in sight
        Run = self.env["crm.playbook.run"].sudo()
        field = records._crm_playbook_field
        runs = Run.search(
            Domain(field, "in", records.ids)
            & (Domain("state", "=", "running") | Domain("playbook_id", "=", self.id))
        )
        left_out = {}
        for run in runs:
            if run.state == "running":
                left_out[run[field].id] = self.env._("is in a playbook already")
            elif self._crm_bars(run):
                left_out[run[field].id] = self.env._("was in this playbook before")
        is_open = Domain(records._crm_playbook_open(self))
        reaches = self._crm_reaches()
        opted_out = records._crm_playbook_opted_out() if reaches else records.browse()
        for record in records:
            if self.company_id and record.company_id not in (
                self.company_id,
                record.company_id.browse(),
            ):
                left_out[record.id] = self.env._("belongs to another company")
            elif not record._crm_playbook_fits(self):
                left_out[record.id] = self.env._("is not what this playbook is for")
            elif not record.filtered_domain(is_open):
                left_out[record.id] = self.env._("is not open")
            elif record in opted_out:
                left_out[record.id] = self.env._("wants no messages")
        return left_out

    def _crm_bars(self, run):
        """Return whether a run that has ended keeps its record from starting (bool)."""
        if self.reentry == "never":
            return True
        return run.ended_at > fields.Datetime.subtract(
            fields.Datetime.now(), days=self.reentry_days
        )

    # ------------------------------------------------------------
    # BY ITSELF
    # ------------------------------------------------------------

    def _crm_entry_records(self):
        """Return the model of the records, in the name of the responsible person."""
        self.ensure_one()
        return self._crm_acting(self.user_id, self.company_id)[self.res_model]

    @api.model
    def _crm_acting(self, user, company):
        """Return the environment in which a person's playbooks act.

        :param user: res.users record
        :param company: res.company record, empty for the person's own
        """
        # sudo: where a colleague works
        companies = user.sudo().company_ids
        first = (company or user.sudo().company_id) & companies
        return self.env(
            user=user,
            su=False,
            context={
                "lang": user.sudo().lang,
                "tz": user.sudo().tz,
                "allowed_company_ids": (first | companies).ids,
            },
        )

    def _crm_entry_domain(self):
        """Return the domain of what would start by itself now."""
        self.ensure_one()
        records = self._crm_entry_records()
        # sudo: a run counts, whether or not the responsible person sees it
        other = Domain("state", "=", "running")
        before = Domain("playbook_id", "=", self._origin.id)
        if self.reentry == "days":
            before &= Domain("ended_at", ">", f"now -{self.reentry_days}d")
        domain = Domain(parse_domain(self.domain)) & Domain(
            records._crm_playbook_open(self)
        )
        domain &= records._crm_playbook_scope(records.env.user)
        domain &= ~Domain("playbook_run_ids", "any!", other | before)
        if self.company_id:
            domain &= Domain("company_id", "in", [False, self.company_id.id])
        if self.auto_entry == "new":
            since = self.started_at or fields.Datetime.now()
            domain &= Domain(records._crm_playbook_since(self, since))
        if self._crm_reaches():
            domain &= ~Domain(records._crm_playbook_opted_out_domain())
        return domain

    def _crm_count_candidates(self):
        """Return how many records would start by themselves now (int)."""
        try:
            return self._crm_entry_records().search_count(
                self._crm_entry_domain(), limit=COUNTED
            )
        except (ValueError, TypeError, KeyError, AttributeError, UserError):
            # a form on which the domain is being written
            return 0

    @api.model
    @ormcache("model", cache="stable")
    def _crm_waits_for(self, model):
        """Return whether something starts by itself for a model (bool)."""
        # sudo: asked for every record that comes in, whoever brings it
        return bool(
            self.sudo().search_count(
                [
                    ("res_model", "=", model),
                    ("state", "=", "running"),
                    ("auto_entry", "!=", "none"),
                ],
                limit=1,
            )
        )

    @api.model
    def _crm_enrol_due(self):
        """Start all that starts by itself, in batches; return how many (int)."""
        count = 0
        playbooks = self.search(
            [("state", "=", "running"), ("auto_entry", "!=", "none")]
        )
        for playbook in playbooks:
            done = BATCH
            while done == BATCH:
                done = self._crm_enrol_batch(playbook.id)
                count += done
                if not self.env["ir.cron"]._commit_progress(done):
                    return count
        return count

    @api.model
    def _crm_enrol_batch(self, playbook_id):
        """Start the next records in a transaction of its own; return how many."""
        try:
            with self.env.registry.cursor() as cr:
                env = self.env(cr=cr)
                playbook = env[self._name].browse(playbook_id)
                if not playbook.user_id.active:
                    return 0
                records = playbook._crm_entry_records().search(
                    playbook._crm_entry_domain(), limit=BATCH, order="id"
                )
                playbook._crm_enrol(records, "auto")
                env.flush_all()
                return len(records)
        except (OperationalError, UniqueViolation):
            _logger.info("playbook %s: others were faster", playbook_id)
        except Exception:
            _logger.exception("playbook %s cannot start records", playbook_id)
        return 0

    # ------------------------------------------------------------
    # BOTH
    # ------------------------------------------------------------

    def _crm_enrol(self, records, entry):
        """Let records begin, in the name of the user of their environment.

        :param records: records that may begin
        :param str entry: ``manual`` or ``auto``
        :return: the runs
        :raise UserError: when somebody has just started one of them
        """
        self.ensure_one()
        # sudo: runs are kept by the system
        Run = self.env["crm.playbook.run"].sudo()
        if not records:
            return Run
        user = records.env.user
        now = fields.Datetime.now()
        first = self.sudo().step_ids[:1]
        vals_list = []
        for record in records:
            company = record.company_id or self.sudo().company_id or user.company_id
            vals_list.append(
                {
                    "playbook_id": self.id,
                    records._crm_playbook_field: record.id,
                    "user_id": user.id,
                    "company_id": company.id,
                    "entry": entry,
                    "started_at": now,
                    "last_at": now,
                    "step_id": first.id,
                    "next_at": now,
                    **record._crm_playbook_run_values(),
                }
            )
        try:
            with self.env.cr.savepoint():
                runs = Run._crm_workflow().create(vals_list)
        except UniqueViolation as error:
            if entry == "auto":
                raise
            raise UserError(
                self.env._("Somebody has just started one of them. Try again.")
            ) from error
        for run in runs:
            run.next_at = first._crm_due(run, now)
        soonest = min(runs.mapped("next_at"))
        self._crm_wake(None if soonest <= now else soonest)
        return runs
