from odoo import fields, models
from odoo.fields import Domain

from odoo.addons.crm_base.tools import pinyin, search_key
from odoo.addons.crm_base.tools.search_key_field import SearchKey
from odoo.addons.crm_customer_pool.tools import masking


class CrmLead(models.Model):
    """A lead in a pool: owned by nobody, out of sight as a lead, never an opportunity.

    It neither closes nor converts before somebody has it.
    """

    _name = "crm.lead"
    _inherit = ["crm.pool.closed.mixin", "crm.lead", "crm.pool.mixin"]
    _crm_recycle_parents = ("pool_id",)
    _crm_pool_kind = "lead"
    _crm_pool_link = "lead_id"
    _crm_pool_logger = "_crm_log_leads"
    _crm_ending = {"active": False, "type": "opportunity"}
    _crm_by_owner = ("assign_rule_id", "company_id", "date_open", "stage_id", "team_id")
    _crm_pool_rows = "crm.pool.lead"
    _crm_pooled_action = "crm_leads_pool.crm_pool_lead_action"
    _crm_level = ("intent_id", "lead_intent")
    _crm_facts = {"level": "intent_id", "followup": "last_effective_followup_at"}
    _crm_contact_fields = ("phone", "email_from", "wechat")
    _crm_contact_names = ("partner_name", "contact_name")
    _crm_release = ("crm_leads_pool.crm_lead_pool_release_action", "lead_ids")

    # columns leave with the addon that declares them
    pool_id = fields.Many2one()
    pooled_at = fields.Datetime()
    pool_former_owner_id = fields.Many2one()
    pool_reason_id = fields.Many2one()
    pool_name = fields.Char()
    pool_search_key = SearchKey()
    pool_deadline = fields.Date()
    pool_deadline_rule_id = fields.Many2one()
    pool_clock = fields.Selection()
    pool_clock_at = fields.Date()

    _pool_owner_check = models.Constraint(
        "CHECK (pool_id IS NULL OR (user_id IS NULL AND type = 'lead'))",
        "A lead in a pool has no owner and is no opportunity.",
    )
    _pool_idx = models.Index("(pool_id, pooled_at DESC) WHERE pool_id IS NOT NULL")
    _pool_deadline_idx = models.Index(
        "(pool_deadline, id) WHERE pool_deadline IS NOT NULL"
    )

    def _crm_workflow_fields(self):
        return super()._crm_workflow_fields() | self._crm_pool_fields()

    def _message_post_after_hook(self, message, msg_vals):
        result = super()._message_post_after_hook(message, msg_vals)
        if message._crm_came_in():
            self._crm_tell_answer(message)
        return result

    def _crm_masked(self):
        texts = masking.mask_about(self.name, self.partner_name, self.contact_name)
        keys = [key for text in texts for key in pinyin.pinyin_of(text, person=False)]
        return " · ".join(texts), search_key.build([*texts, *keys])

    def _crm_masked_depends(self):
        return ["name", "partner_name", "contact_name"]

    def _crm_lock(self, **options):
        self._crm_lock_leads()

    def _crm_counted(self):
        return [("type", "=", "lead"), ("lead_state", "in", ["new", "working"])]

    def _crm_pool_move(self, user, kind, reason, *, rows=None, **more):
        leads = self.with_context(mail_auto_subscribe_no_notify=True)
        return leads._crm_change_lead_owner(user, kind, reason, by_lead=rows, **more)

    def _crm_change_lead_owner(self, user, kind, reason="", *, values=None, **extra):
        moves = self.env["crm.owner.move"]
        extra["by_lead"] = self._crm_remember(kind, extra.get("by_lead"), extra)
        for leads, told, written, logged in self._crm_by_pool(user, kind):
            row = {"values": {**(values or {}), **written}, **extra, **logged}
            change = super(CrmLead, leads)._crm_change_lead_owner
            moves |= change(user, told, reason, **row)
        return self._crm_note_transfer(moves, user, kind, reason)

    def _crm_assignable_domain(self):
        return super()._crm_assignable_domain() & Domain("pool_id", "=", False)

    def _crm_check_lead_owner_change(self, user, kind):
        result = super()._crm_check_lead_owner_change(user, kind)
        # what comes in by itself is never lost
        if kind != "create" or self._crm_is_suite_user():
            self._crm_check_pool_limits(user, kind)
        return result

    def _crm_start_lead_ownership(self):
        return self._crm_go_straight() or super()._crm_start_lead_ownership()
