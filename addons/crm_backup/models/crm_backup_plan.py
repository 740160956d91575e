import shutil
from datetime import datetime, time, timedelta

import pytz

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import human_size

from odoo.addons.base.models.res_partner import _tz_get

from ..tools import age

HOURS = {"hours_6": 6, "hours_12": 12, "daily": 24, "weekly": 24 * 7}
# a drill is due when the last one is older
DRILL_DAYS = 30
# failed ones are remembered for so long
FAILED_DAYS = 90


class CrmBackupPlan(models.Model):
    """When backups are made, for whom they are encrypted, and how long they stay.

    There is one plan for a database.
    """

    _name = "crm.backup.plan"
    _description = "Backup Plan"

    name = fields.Char(default="Backup Plan", readonly=True, translate=True)
    is_scheduled = fields.Boolean("Scheduled", default=True)
    frequency = fields.Selection(
        [
            ("hours_6", "Every 6 Hours"),
            ("hours_12", "Every 12 Hours"),
            ("daily", "Every Day"),
            ("weekly", "Every Week"),
        ],
        required=True,
        default="daily",
    )
    hour = fields.Integer("At (Hour)", default=2, help="0 to 23, in the time zone.")
    weekday = fields.Selection(
        [
            ("0", "Monday"),
            ("1", "Tuesday"),
            ("2", "Wednesday"),
            ("3", "Thursday"),
            ("4", "Friday"),
            ("5", "Saturday"),
            ("6", "Sunday"),
        ],
        default="6",
    )
    tz = fields.Selection(
        _tz_get,
        "Time Zone",
        required=True,
        default=lambda self: self.env.company.partner_id.tz or "Asia/Shanghai",
    )
    keep_daily = fields.Integer("Keep Days", default=7)
    keep_weekly = fields.Integer("Keep Weeks", default=4)
    keep_monthly = fields.Integer("Keep Months", default=12)
    is_drilled = fields.Boolean(
        "Restore Drill Every Month",
        default=True,
        help="The next scheduled backup is restored into a scratch database and checked"
        " when the last drill was more than 30 days ago.",
    )
    recipients = fields.Text(
        "Keys to Encrypt For",
        help="Public keys of age, one in a line. Whoever holds one of the secret keys"
        " opens the archives; this server cannot. Only the boss changes them. Empty:"
        " scheduled backups are not encrypted.",
    )

    # Facts
    next_at = fields.Datetime("Next Backup", compute="_compute_facts")
    last_at = fields.Datetime("Last Good Backup", compute="_compute_facts")
    last_drill_at = fields.Datetime("Last Passed Drill", compute="_compute_facts")
    backup_count = fields.Integer("Backups", compute="_compute_facts")
    used_text = fields.Char("Space Used", compute="_compute_facts")
    free_text = fields.Char("Space Free", compute="_compute_facts")

    _hour_range = models.Constraint(
        "CHECK (hour >= 0 AND hour < 24)", "The hour is a number from 0 to 23."
    )
    _keep_positive = models.Constraint(
        "CHECK (keep_daily >= 1 AND keep_weekly >= 0 AND keep_monthly >= 0)",
        "At least one day is kept, and no number is negative.",
    )

    # ------------------------------------------------------------
    # CONSTRAINTS
    # ------------------------------------------------------------

    @api.constrains("recipients")
    def _check_recipients(self):
        for plan in self:
            for line in plan._crm_recipients():
                try:
                    age.parse_recipient(line)
                except age.AgeError as error:
                    raise ValidationError(
                        self.env._(
                            "%(key)s is not a public key of age: it begins with age1"
                            " and is made by age-keygen.",
                            key=line,
                        )
                    ) from error

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    @api.depends("is_scheduled", "frequency", "hour", "weekday", "tz")
    def _compute_facts(self):
        Backup = self.env["crm.backup"]
        done = Backup.search([("state", "=", "done")])
        passed = done.filtered(lambda backup: backup.drill_state == "passed")
        for plan in self:
            plan.next_at = plan._crm_next(fields.Datetime.now())
            plan.last_at = max(done.mapped("finished_at"), default=False)
            plan.last_drill_at = max(passed.mapped("drill_at"), default=False)
            plan.backup_count = len(done)
            plan.used_text = human_size(sum(done.mapped("size"))) if done else "0"
            plan.free_text = human_size(shutil.disk_usage(Backup._crm_folder()).free)

    # ------------------------------------------------------------
    # ORM
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._crm_check_keys(vals)
        if self.search_count([], limit=1) or len(vals_list) > 1:
            raise UserError(self.env._("There is one backup plan. Change that one."))
        return super().create(vals_list)

    def write(self, vals):
        self._crm_check_keys(vals)
        self.check_access("write")
        self.env["crm.operation.log"]._crm_log(
            "setting",
            self.env._("Backup plan changed"),
            model=self._name,
            res_ids=self.ids,
            details={"fields": sorted(vals)},
        )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        raise UserError(self.env._("The backup plan cannot be deleted. Switch it off."))

    def _crm_check_keys(self, vals):
        """Refuse keys from a maintainer, who could then read what is encrypted."""
        if vals.get("recipients") is None and "recipients" not in vals:
            return
        if not self.env.su and not self.env.user._crm_has_group("crm_base.group_boss"):
            raise AccessError(
                self.env._("Only the boss decides for whom backups are encrypted.")
            )

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    @api.model
    def action_open_plan(self):
        """Open the plan; return the action (dict)."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_backup.crm_backup_plan_action"
        )
        action["res_id"] = self._crm_get().id
        return action

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    @api.model
    def _crm_get(self):
        """Return the plan of this database."""
        return self.search([], limit=1)

    def _crm_recipients(self):
        """Return the public keys (list of str)."""
        lines = [line.strip() for line in (self.recipients or "").splitlines()]
        return [line for line in lines if line and not line.startswith("#")]

    def _crm_next(self, after):
        """Return when the plan is due next (datetime, UTC), False for never.

        :param datetime after: UTC
        """
        if not self.is_scheduled:
            return False
        zone = pytz.timezone(self.tz)
        local = pytz.utc.localize(after).astimezone(zone)
        day = local.date() - timedelta(days=1)
        step = HOURS[self.frequency]
        while True:
            if self.frequency != "weekly" or day.weekday() == int(self.weekday or 6):
                for hour in range(self.hour % min(step, 24), 24, min(step, 24)):
                    due = zone.localize(datetime.combine(day, time(hour)))
                    due = due.astimezone(pytz.utc).replace(tzinfo=None)
                    if due > after:
                        return due
            day += timedelta(days=1)

    @api.model
    def _crm_order_due(self):
        """Order the scheduled backup when it is due."""
        with self.env["crm.backup"]._crm_fresh() as backups:
            plan = backups.env["crm.backup.plan"]._crm_get()
            last = backups.search([("kind", "=", "scheduled")], limit=1)
            since = last.create_date or plan.create_date
            due = plan and plan._crm_next(since)
            now = fields.Datetime.now()
            if not due or due > now:
                return
            drilled = max(
                backups.search([("drill_state", "!=", False)]).mapped("drill_at"),
                default=False,
            )
            with_drill = plan.is_drilled and (
                not drilled or drilled < now - timedelta(days=DRILL_DAYS)
            )
            encryption = "key" if plan._crm_recipients() else "none"
            backups._crm_plan(
                "scheduled", encryption, with_drill, backups._crm_padlock(encryption)
            )

    @api.model
    def _crm_retire(self):
        """Remove what the plan does not keep any longer."""
        with self.env["crm.backup"]._crm_fresh() as backups:
            plan = backups.env["crm.backup.plan"]._crm_get()
            done = backups.search([("state", "=", "done")], order="finished_at desc")
            kept = plan._crm_kept(done) | backups._crm_newest()
            # of one day, hours count: nothing made by hand vanishes under one's eyes
            young = fields.Datetime.now() - timedelta(days=1)
            kept |= done.filtered(lambda backup: backup.finished_at > young)
            old = fields.Datetime.now() - timedelta(days=FAILED_DAYS)
            failed = backups.search(
                [("state", "=", "failed"), ("create_date", "<", old)]
            )
            gone = (done - kept) | failed
            gone.filtered(lambda backup: not backup.is_kept).unlink()

    def _crm_kept(self, backups):
        """Return those of some good backups (newest first) that stay.

        The newest one of each of the last days, weeks and months that have any.
        """
        zone = pytz.timezone(self.tz)
        kept = backups.filtered("is_kept")
        for number, period in (
            (self.keep_daily, lambda day: day),
            (self.keep_weekly, lambda day: day.isocalendar()[:2]),
            (self.keep_monthly, lambda day: (day.year, day.month)),
        ):
            seen = {}
            for backup in backups:
                local = pytz.utc.localize(backup.finished_at).astimezone(zone).date()
                seen.setdefault(period(local), backup)
            for backup in list(seen.values())[:number]:
                kept |= backup
        return kept
