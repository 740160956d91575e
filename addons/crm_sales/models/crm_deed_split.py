from odoo import api, fields, models
from odoo.exceptions import AccessError

from odoo.addons.crm_base.tools.arguments import as_id


class CrmDeedSplit(models.Model):
    """The share that somebody has in something sold.

    Planned while the document is open; written by the system at the moment of the deed,
    and sealed from then on. Figures of sales read these rows and nothing else.
    """

    _name = "crm.deed.split"
    _description = "Share in a Sale"
    _inherit = ["crm.workflow.mixin"]
    _order = "deed_at desc, id"
    _rec_name = "user_id"
    _crm_recycle = True
    _crm_recycle_parents = ("order_id",)

    order_id = fields.Many2one("sale.order", index="btree_not_null", ondelete="cascade")
    user_id = fields.Many2one(
        "res.users",
        domain=[("share", "=", False)],
        index="btree_not_null",
        ondelete="restrict",
    )
    percent = fields.Float("Share (%)", digits=(5, 2), default=100, required=True)
    amount = fields.Monetary(
        compute="_compute_amount",
        store=True,
        help="The share of what was sold, in the company's currency.",
    )

    # As of the deed
    deed_at = fields.Datetime("Closed On", readonly=True, index="btree_not_null")
    team_id = fields.Many2one(
        "crm.team", readonly=True, index="btree_not_null", ondelete="set null"
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    company_id = fields.Many2one(
        "res.company", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    currency_id = fields.Many2one(
        "res.currency", compute="_compute_amount", store=True, precompute=False
    )

    _percent_range = models.Constraint(
        "CHECK (percent > 0 AND percent <= 100)",
        "A share is more than 0 and at most 100 percent.",
    )
    _one_share_in_order = models.UniqueIndex(
        "(order_id, user_id) WHERE order_id IS NOT NULL",
        "This person has a share already.",
    )

    # ------------------------------------------------------------
    # FIELDS
    # ------------------------------------------------------------

    def _crm_workflow_fields(self):
        return super()._crm_workflow_fields() | {
            "company_id",
            "deed_at",
            "partner_id",
            "team_id",
        }

    @api.model
    def _crm_deed_fields(self):
        """Hook: return of each many2one to a deed what its amount depends on (dict)."""
        return {"order_id": ("amount_total", "currency_rate", "company_id")}

    def _crm_amount_causes(self):
        """Return what the amount depends on, a list of paths."""
        paths = ["percent"]
        for name, causes in self._crm_deed_fields().items():
            paths += [name, f"{name}.deed_split_ids.percent"]
            paths += [f"{name}.{cause}" for cause in causes]
        return paths

    @api.depends(lambda self: self._crm_amount_causes())
    def _compute_amount(self):
        for name in self._crm_deed_fields():
            for deed in self[name]:
                # contracts and orders alike: parts of a whole lose no cent
                company = deed.company_id or self.env.company
                currency, whole = company.currency_id, deed._crm_deed_amount()
                percent = given = 0.0
                for split in deed.deed_split_ids.sorted("id"):
                    percent += split.percent
                    reached = currency.round(whole * percent / 100)
                    split.currency_id = currency
                    split.amount = currency.round(reached - given)
                    given = reached

    # ------------------------------------------------------------
    # ORM
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._crm_check_target(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._crm_check_open()
        self._crm_check_target(vals)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_done(self):
        self._crm_check_open()

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _crm_check_target(self, vals):
        """Refuse values that give somebody a share in what is closed already."""
        for name in self._crm_deed_fields():
            if as_id(vals.get(name)) and not self._crm_in_workflow():
                # sudo: whether it is closed, whoever asks
                deed = self.env[self._fields[name].comodel_name].sudo()
                self._crm_check_deed(deed.browse(vals[name]))

    def _crm_check_open(self):
        """Refuse to change what was attributed at the moment of a deed."""
        if not self._crm_in_workflow():
            # sudo: as above
            for name in self._crm_deed_fields():
                self._crm_check_deed(self.sudo()[name])

    def _crm_check_deed(self, deeds):
        """Refuse what concerns documents that are closed.

        :raise AccessError: who has sold them is kept as it was
        """
        for deed in deeds.filtered("deed_at"):
            raise AccessError(
                self.env._(
                    "Who has a share in %(document)s was kept when it was closed,"
                    " and stays so.",
                    document=deed.display_name,
                )
            )

    def _crm_home_team(self):
        """Return the team (crm.team) that the person is in now."""
        self.ensure_one()
        return self.user_id.crm_team_ids[:1]
