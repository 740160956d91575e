from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import float_compare


class CrmDeedMixin(models.AbstractModel):
    """Documents by which somebody has sold something: an order, a signed contract.

    What is sold is kept as of that moment, in one row of ``crm.deed.split`` for each
    person with a share: who, of which team, how much. Whoever leaves or hands over
    customers takes no figure along. A model of deeds declares its one2many to the
    splits, adds its many2one to ``crm.deed.split`` and calls :meth:`_crm_do_deed` when
    it is done and :meth:`_crm_undo_deed` when that is taken back.
    """

    _name = "crm.deed.mixin"
    _description = "Sells Something"
    _inherit = ["crm.workflow.mixin"]

    # the many2one of crm.deed.split to the model
    _crm_deed_field = ""

    deed_at = fields.Datetime(
        "Closed On",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="When the customer committed: when the figures count it.",
    )
    deed_user_id = fields.Many2one(
        "res.users",
        "Closed By",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Who was in charge at that time.",
    )
    deed_team_id = fields.Many2one(
        "crm.team",
        "Closed by Team",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The team in charge at that time.",
    )

    def _crm_workflow_fields(self):
        return super()._crm_workflow_fields() | {
            "deed_at",
            "deed_team_id",
            "deed_user_id",
        }

    # ------------------------------------------------------------
    # HOOKS
    # ------------------------------------------------------------

    def _crm_deed_amount(self):
        """Hook: return what was sold, in the company's currency (float)."""
        self.ensure_one()
        return self.amount_total

    def _crm_deed_team(self):
        """Hook: return the team (crm.team record) in charge."""
        self.ensure_one()
        return self.team_id

    def _crm_deed_time(self):
        """Hook: return when the customer committed (datetime), by default now."""
        self.ensure_one()
        return fields.Datetime.now()

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _crm_do_deed(self):
        """Keep who has sold what, for those that have not been kept yet.

        :raise UserError: the planned shares are not a hundred percent
        """
        # sudo: the attribution is the system's, whoever closes the deal
        deeds = self.sudo().filtered(lambda deed: not deed.deed_at)
        if not deeds:
            return
        splits = self.env["crm.deed.split"].sudo()._crm_workflow()
        alone = []
        for deed in deeds:
            team, moment = deed._crm_deed_team(), deed._crm_deed_time()
            deed._crm_workflow().write(
                {
                    "deed_at": moment,
                    "deed_user_id": deed.user_id.id,
                    "deed_team_id": team.id,
                }
            )
            values = {
                "deed_at": moment,
                "company_id": (deed.company_id or self.env.company).id,
                "partner_id": deed.partner_id.id,
            }
            planned = deed.deed_split_ids
            if not planned:
                owner = {"user_id": deed.user_id.id, "team_id": team.id}
                alone.append({self._crm_deed_field: deed.id, **owner, **values})
                continue
            deed._crm_check_shares()
            for split in planned._crm_workflow():
                own = team if split.user_id == deed.user_id else split._crm_home_team()
                split.write({**values, "team_id": own.id})
        splits.create(alone)
        deeds.partner_id.crm_customer_id._crm_note_deals()

    def _crm_undo_deed(self):
        """Take back that something was sold: figures forget it, shares stay planned."""
        # sudo: as above
        deeds = self.sudo().filtered("deed_at")
        if not deeds:
            return
        empty = {"deed_at": False, "deed_user_id": False, "deed_team_id": False}
        deeds._crm_workflow().write(empty)
        alone = deeds.deed_split_ids.filtered(lambda split: split.percent == 100)
        alone._crm_workflow().unlink()
        shared = deeds.deed_split_ids - alone
        shared._crm_workflow().write({"deed_at": False, "team_id": False})
        deeds.partner_id.crm_customer_id._crm_note_deals()

    def _crm_check_shares(self):
        """Refuse planned shares that are more or less than the whole."""
        self.ensure_one()
        whole = sum(self.deed_split_ids.mapped("percent"))
        if float_compare(whole, 100, precision_digits=2):
            raise UserError(
                self.env._(
                    "The shares of %(document)s are %(percent)s%% together. They must"
                    " be 100%%.",
                    document=self.display_name,
                    percent=f"{whole:g}",
                )
            )
