from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ..tools.visit import current_visit

# what a log keeps at least, whatever the setting says: half a year and a little more,
# which is what the law of China asks of logs about network operation
MIN_KEPT_DAYS = 190

# rows of a log deleted in one statement, and statements in one run
GC_BATCH = 10_000
GC_RUNS = 20


class CrmLogMixin(models.AbstractModel):
    """Rows that are written once, by the system, and never again.

    Nobody creates, changes or deletes them through any door: not the administrator,
    not the boss, not server code by mistake. They leave through :meth:`_crm_gc` alone,
    when a setting limits how long they are kept.
    """

    _name = "crm.log.mixin"
    _description = "Append-only Log"
    _inherit = ["crm.sealed.mixin"]
    _order = "logged_at desc, id desc"

    # the system parameter with the number of days that rows are kept, 0 for ever
    _crm_keep_parameter = ""

    logged_at = fields.Datetime(
        "Time", required=True, readonly=True, default=fields.Datetime.now
    )
    user_id = fields.Many2one(
        "res.users", readonly=True, index="btree_not_null", ondelete="set null"
    )
    user_name = fields.Char(
        readonly=True, help="As the person was called at that time."
    )
    role = fields.Char(
        "Role Code", readonly=True, help="The roles that the person had at that time."
    )
    role_name = fields.Char("Role", compute="_compute_role_name")
    ip_address = fields.Char("IP Address", readonly=True)

    @api.depends_context("lang")
    @api.depends("role")
    def _compute_role_name(self):
        names = {}
        for log in self:
            codes = (log.role or "").split(",")
            for code in codes:
                if code not in names:
                    # sudo: what a role is called is no secret
                    group = code and self.env.ref(code, raise_if_not_found=False)
                    names[code] = group.sudo().name if group else code
            log.role_name = ", ".join(names[code] for code in codes if code)

    # ------------------------------------------------------------
    # ORM
    # ------------------------------------------------------------

    # pylint: disable-next=method-required-super; a row is never written
    def write(self, vals):
        raise AccessError(
            self.env._("%(log)s cannot be changed.", log=self._crm_log_name())
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        raise AccessError(
            self.env._("%(log)s cannot be deleted.", log=self._crm_log_name())
        )

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    @api.model
    def _crm_log_author(self):
        """Return the values (dict) that say who is at work, as what and from where."""
        user = self.env.user
        return {
            "logged_at": fields.Datetime.now(),
            "user_id": user.id,
            # sudo: everybody knows the own name and roles
            "user_name": user.sudo().name,
            "role": user._crm_role(),
            "ip_address": self._crm_log_ip(),
        }

    @api.model
    def _crm_log_ip(self):
        """Return the address (str) that the request came from, "" without a request.

        Behind a proxy it is the client's, when Odoo runs with ``proxy_mode``.
        """
        visit = current_visit()
        return visit.ip_address if visit else ""

    @api.model
    def _crm_gc(self):
        """Delete rows older than the setting allows; return (done, remaining)."""
        # sudo: settings are the administrator's
        parameters = self.env["ir.config_parameter"].sudo()
        try:
            days = int(parameters.get_param(self._crm_keep_parameter) or 0)
        except ValueError:
            days = 0
        if days <= 0:
            return 0, 0
        days = max(days, MIN_KEPT_DAYS)
        limit = fields.Datetime.subtract(fields.Datetime.now(), days=days)
        done = 0
        table = SQL.identifier(self._table)
        for _run in range(GC_RUNS):
            rows = self.env.execute_query(
                SQL(
                    """DELETE FROM %(table)s WHERE id IN (
                           SELECT id FROM %(table)s WHERE logged_at < %(limit)s
                            ORDER BY logged_at LIMIT %(batch)s
                       ) RETURNING id""",
                    table=table,
                    limit=limit,
                    batch=GC_BATCH,
                )
            )
            done += len(rows)
            if len(rows) < GC_BATCH:
                break
        self.invalidate_model()
        return done, done == GC_BATCH * GC_RUNS
