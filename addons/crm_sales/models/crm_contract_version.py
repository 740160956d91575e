from markupsafe import Markup

from odoo import api, fields, models


class CrmContractVersion(models.Model):
    """A contract as it came into force, and after each change: never changed itself."""

    _name = "crm.contract.version"
    _description = "Contract Version"
    _inherit = ["crm.log.mixin"]
    _rec_name = "version"

    contract_id = fields.Many2one(
        "crm.contract", required=True, index=True, ondelete="cascade"
    )
    change_id = fields.Many2one(
        "crm.contract", "Change Order", index="btree_not_null", ondelete="restrict"
    )
    version = fields.Integer(required=True, aggregator=None)
    reason = fields.Char()
    snapshot = fields.Json("State")
    changes = fields.Json()
    changes_html = fields.Html("What Changed", compute="_compute_changes_html")
    currency_id = fields.Many2one("res.currency")
    amount = fields.Monetary("Contract Amount")
    amount_before = fields.Monetary()
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company Currency"
    )
    amount_delta = fields.Monetary(
        "Amount Added",
        currency_field="company_currency_id",
        help="What this version adds to the amount, in the company's currency: figures"
        " of signed contracts are sums of it.",
    )
    date_signed = fields.Date("Signed On")
    owner_id = fields.Many2one("res.users", index="btree_not_null")
    team_id = fields.Many2one("crm.team", index="btree_not_null", ondelete="set null")
    partner_id = fields.Many2one("res.partner", "Customer", index="btree_not_null")
    company_id = fields.Many2one("res.company", index=True)

    _version_uniq = models.UniqueIndex(
        "(contract_id, version)", "This version is there already."
    )

    @api.depends("changes")
    @api.depends_context("lang")
    def _compute_changes_html(self):
        for version in self:
            version.changes_html = self._crm_changes_table(version.changes or [])

    @api.model
    def _crm_log_name(self):
        return self.env._("The versions of contracts")

    @api.model
    def _crm_changes_table(self, changes):
        """Return a table (Markup) of changes.

        :param list changes: as :func:`contract_diff.changes` finds them
        """
        if not changes:
            return Markup('<p class="text-muted">%s</p>') % self.env._(
                "Nothing differs."
            )
        cell = Markup('<td style="white-space: pre-line">%s</td>')
        rows = [
            Markup("<tr>%s%s%s</tr>")
            % (
                cell % self._crm_change_label(change),
                cell % (change["before"] or "–"),
                cell % (change["after"] or "–"),
            )
            for change in changes
        ]
        return Markup(
            '<table class="table table-sm table-bordered"><thead><tr><th>%s</th><th>%s'
            "</th><th>%s</th></tr></thead><tbody>%s</tbody></table>"
        ) % (
            self.env._("What"),
            self.env._("Before"),
            self.env._("After"),
            Markup("").join(rows),
        )

    @api.model
    def _crm_change_label(self, change):
        """Return what a change is about (str), in the user's language."""
        contracts = self.env["crm.contract"]
        model, labels = contracts, []
        if change["part"]:
            field = contracts._fields.get(change["part"])
            labels.append(contracts._crm_label(change["part"]))
            labels.append(change["row"])
            model = self.env[field.comodel_name] if field else contracts
        if change["kind"] == "added":
            labels.append(self.env._("added"))
        elif change["kind"] == "removed":
            labels.append(self.env._("removed"))
        else:
            labels.append(contracts._crm_label(change["field"], model))
        return " · ".join(filter(None, labels))
