from odoo import fields, models


class CrmStageTask(models.Model):
    """Something that is to be done whenever an opportunity enters a stage."""

    _name = "crm.stage.task"
    _description = "Stage Task"
    _order = "stage_id, sequence, id"
    _crm_recycle = True
    _crm_recycle_parents = ("stage_id",)

    stage_id = fields.Many2one(
        "crm.stage", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    name = fields.Char("Task", required=True, translate=True)
    checklist = fields.Text(
        translate=True, help="One item per line; they become the task's checklist."
    )
    assignee = fields.Selection(
        [("owner", "Owner of the Opportunity"), ("leader", "Team Leader")],
        default="owner",
        required=True,
    )
    days = fields.Integer(
        "Due After Days", default=3, help="Working days; 0 for no date."
    )
    is_required = fields.Boolean(
        "Required", default=True, help="The stage is not left before this is done."
    )

    _days_positive = models.Constraint(
        "CHECK (days >= 0)", "A number of days is not below zero."
    )

    def _prepare_task(self, lead, user):
        """Return the values (dict) of the task for one opportunity.

        :param lead: crm.lead record
        :param user: res.users record, who does it
        """
        self.ensure_one()
        company = lead.company_id or self.env.company
        items = [line.strip() for line in (self.checklist or "").splitlines()]
        customer = lead.partner_id.crm_customer_id
        return {
            "name": self.name,
            "user_id": user.id,
            "lead_id": lead.id,
            "stage_task_id": self.id,
            "partner_id": customer.id,
            "company_id": lead.company_id.id,
            "deadline": self._crm_deadline(company),
            "item_ids": [
                fields.Command.create({"name": item, "sequence": number})
                for number, item in enumerate(items)
                if item
            ],
        }

    def _crm_deadline(self, company):
        """Return when the task is due (datetime), False for no date."""
        if not self.days:
            return False
        today = fields.Date.context_today(self)
        day = self.env["crm.workday"]._crm_add(company, today, self.days)
        # nine in the morning UTC: the end of a working day in China
        return fields.Datetime.to_datetime(day).replace(hour=9)
