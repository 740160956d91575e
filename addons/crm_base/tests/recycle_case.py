"""What tests of the recycle bin have in common."""

from .common import CrmCase

# lines, which come back with what they belong to; protocols of what was done; what
# belongs to the machine and not to the business; marks that a click sets again
LINES = {
    "crm.backup",
    "crm.handover",
    "crm.handover.target",
    "crm.import.batch",
    "crm.import.column",
    "crm.import.profile.column",
    "crm.lead.assign.line",
    "crm.login.rule",
    "crm.pool.level.limit",
    "crm.pool.watch",
    "crm.reminder.lead",
    "crm.sms.gateway",
    "crm.sms.gateway.template",
    "crm.task.item",
    "crm.webhook.event",
}


def left_out(env):
    """Return the models (set of str) that users delete from past the bin.

    For whatever is installed: crm_base asks for itself, the suite for all addons.
    """
    modules = env["ir.module.module"].search(
        [("author", "=", "CRM Suite contributors"), ("state", "=", "installed")]
    )
    rights = env["ir.model.access"].search([("perm_unlink", "=", True)])
    return {
        model
        for model in rights.model_id.mapped("model")
        if model in env
        and env[model]._original_module in modules.mapped("name")
        and not env[model]._transient
        and env[model]._auto
        and not env[model]._crm_recycle
        and model not in LINES
    }


class RecycleCase(CrmCase):
    def _bin(self, user):
        return self.env["crm.recycle.entry"].with_user(user)

    def _entry(self, user, record_id, model="res.partner"):
        return self._bin(user).search(
            [("model", "=", model), ("res_id", "=", record_id)]
        )

    def _rows(self, table, ids):
        """Return rows as the database has them, by id."""
        self.env.flush_all()
        self.env.cr.execute(
            f"SELECT to_jsonb(t) FROM {table} t WHERE id = ANY(%s) ORDER BY id",
            [list(ids)],
        )
        return [row for (row,) in self.env.cr.fetchall()]

    def _delete(self, records, user=None):
        records.with_user(user or self.boss).unlink()
        self.env.invalidate_all()

    def _restore(self, entry):
        result = entry.action_restore()
        self.env.invalidate_all()
        return result
