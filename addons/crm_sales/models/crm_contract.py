from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

# declared before what inherits it
from . import crm_deed_mixin  # noqa: F401

DRAFT, REVIEW, APPROVED = "draft", "review", "approved"
SIGNED, EXECUTING, DONE = "signed", "executing", "done"
TERMINATED, CANCELLED = "terminated", "cancelled"
# both sides keep to it; it has bound them at some time; something may still happen
LIVE = (SIGNED, EXECUTING)
BINDING = (*LIVE, DONE, TERMINATED)
OPEN = (DRAFT, REVIEW, APPROVED, *LIVE)


class CrmContract(models.Model):
    """What a customer and the company have agreed, or are about to.

    Only drafts can be edited. What happens to a contract is in
    ``crm_contract_workflow.py``, its text in ``crm_contract_text.py``. A change of a
    signed contract is a record of its own (``origin_id``), with the form, the review
    and the archive of any contract; see ``crm_contract_change.py``.
    """

    _name = "crm.contract"
    _description = "Contract"
    _inherit = [
        "mail.thread",
        "crm.approval.mixin",
        "crm.deed.mixin",
    ]
    _crm_deed_field = "contract_id"
    _order = "id desc"
    _crm_recycle = True
    _crm_change_log = True
    _check_company_auto = True
    _crm_followers_in_scope = True

    # What and with whom
    name = fields.Char("Subject", required=True, tracking=True)
    number = fields.Char("Contract Number", readonly=True, copy=False, index=True)
    type_id = fields.Many2one(
        "crm.contract.type", "Contract Type", index=True, ondelete="restrict"
    )
    partner_id = fields.Many2one(
        "res.partner",
        "Customer",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        domain=[("is_crm_customer", "=", True)],
        tracking=True,
    )
    party_ids = fields.One2many(
        "crm.contract.party", "contract_id", "Parties", copy=True
    )
    opportunity_id = fields.Many2one(
        "crm.lead",
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
        domain=[("type", "=", "opportunity")],
    )
    order_ids = fields.One2many("sale.order", "contract_id", "Orders")
    user_id = fields.Many2one(
        "res.users",
        "Owner",
        required=True,
        index=True,
        default=lambda self: self.env.user,
        domain=[("share", "=", False)],
        tracking=True,
    )
    team_id = fields.Many2one(
        "crm.team",
        compute="_compute_team_id",
        store=True,
        readonly=False,
        precompute=True,
        index=True,
        ondelete="set null",
        check_company=True,
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )

    # How much
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
        ondelete="restrict",
    )
    currency_note = fields.Char(help="Such as at which rate, and who pays the fees.")
    line_ids = fields.One2many("crm.contract.line", "contract_id", "Lines", copy=True)
    amount_total = fields.Monetary(
        "Contract Amount",
        compute="_compute_amounts",
        store=True,
        readonly=False,
        tracking=True,
        help="Including taxes. With lines it is their sum.",
    )
    amount_tax = fields.Monetary("Taxes in It", compute="_compute_amounts", store=True)
    amount_untaxed = fields.Monetary(
        "Without Taxes", compute="_compute_amounts", store=True
    )
    amount_in_words = fields.Char(compute="_compute_amount_in_words")
    max_discount = fields.Float(
        "Highest Discount (%)",
        compute="_compute_max_discount",
        store=True,
        digits=(16, 2),
        aggregator="max",
        help="Off the list price, on the line where it is highest.",
    )
    payment_terms = fields.Text(help="When and how the customer pays.")
    collection_plan_ids = fields.One2many(
        "crm.collection.plan", "contract_id", "Payment Plan", copy=True
    )

    delivery_plan_ids = fields.One2many(
        "crm.contract.delivery.plan",
        "contract_id",
    )

    # When and where
    date_sign = fields.Date(
        "Signed On", readonly=True, copy=False, index=True, tracking=True
    )
    date_start = fields.Date("Valid From")
    date_end = fields.Date(
        "Valid Until",
        compute="_compute_date_end",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        tracking=True,
    )
    sign_place = fields.Char("Place of Signing")
    delivery_place = fields.Char("Place of Delivery")
    note = fields.Text("Internal Note", help="Not part of the contract.")
    file_ids = fields.Many2many(
        "ir.attachment",
        "crm_contract_file_rel",
        "contract_id",
        "attachment_id",
        "Annexes",
        copy=False,
        help="Files that are part of the contract; they are frozen with it.",
    )

    # What became of it
    state = fields.Selection(
        [
            (DRAFT, "Draft"),
            (REVIEW, "Under Review"),
            (APPROVED, "Approved"),
            (SIGNED, "Signed"),
            (EXECUTING, "Executing"),
            (DONE, "Done"),
            (TERMINATED, "Terminated"),
            (CANCELLED, "Cancelled"),
        ],
        default=DRAFT,
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
    )
    version = fields.Integer(
        default=1, required=True, readonly=True, copy=False, aggregator=None
    )
    submitted_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    submitted_at = fields.Datetime("Submitted On", readonly=True, copy=False)
    approved_at = fields.Datetime("Approved On", readonly=True, copy=False)
    date_terminated = fields.Date("Terminated On", readonly=True, copy=False)
    end_reason = fields.Char("Reason of the End", readonly=True, copy=False)
    log_ids = fields.One2many(
        "crm.contract.log", "contract_id", "History", readonly=True
    )

    _number_uniq = models.UniqueIndex(
        "(company_id, number) WHERE number IS NOT NULL",
        "Another contract has this number.",
    )
    _dates_in_order = models.Constraint(
        "CHECK (date_end >= date_start)", "A contract cannot end before it begins."
    )
    _live_date_end_idx = models.Index(
        "(date_end) WHERE state IN ('signed', 'executing')"
    )

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    @api.depends("user_id", "company_id")
    def _compute_team_id(self):
        for contract in self:
            if contract.state != DRAFT:
                continue
            # sudo: the team of a colleague is no secret
            team = contract.sudo().user_id.sale_team_id
            if not team.company_id or team.company_id == contract.company_id:
                contract.team_id = team
            else:
                contract.team_id = False

    @api.depends("type_id", "date_start")
    def _compute_date_end(self):
        for contract in self:
            months = contract.type_id.months
            if months and contract.date_start and not contract.date_end:
                end = fields.Date.add(contract.date_start, months=months)
                contract.date_end = fields.Date.subtract(end, days=1)
            else:
                contract.date_end = contract.date_end

    @api.depends("line_ids.amount", "line_ids.tax_rate", "currency_id")
    def _compute_amounts(self):
        for contract in self:
            lines = contract.line_ids
            contract.amount_total = (
                sum(lines.mapped("amount")) if lines else contract.amount_total
            )
            tax = sum(
                line.amount - line.amount / (1 + line.tax_rate / 100) for line in lines
            )
            contract.amount_tax = (
                contract.currency_id.round(tax) if contract.currency_id else tax
            )
            contract.amount_untaxed = contract.amount_total - contract.amount_tax

    @api.depends("amount_total", "currency_id")
    @api.depends_context("lang")
    def _compute_amount_in_words(self):
        for contract in self:
            currency = contract.currency_id
            contract.amount_in_words = (
                currency.amount_to_text(contract.amount_total) if currency else ""
            )

    @api.depends("line_ids.discount_real")
    def _compute_max_discount(self):
        for contract in self:
            contract.max_discount = max(
                contract.line_ids.mapped("discount_real"), default=0
            )

    @api.depends("name", "number")
    def _compute_display_name(self):
        for contract in self:
            parts = (contract.number, contract.name)
            contract.display_name = " ".join(filter(None, parts))

    @api.constrains("amount_total", "line_ids")
    def _check_amount_total(self):
        for contract in self:
            total = sum(contract.line_ids.mapped("amount"))
            if contract.line_ids and contract.currency_id.compare_amounts(
                total, contract.amount_total
            ):
                raise ValidationError(
                    self.env._(
                        "The amount of “%(contract)s” follows from its lines. Change"
                        " the lines.",
                        contract=contract.display_name,
                    )
                )

    # ------------------------------------------------------------
    # ORM
    # ------------------------------------------------------------

    def _crm_workflow_fields(self):
        return super()._crm_workflow_fields() | {
            "number",
            "state",
            "version",
            "date_sign",
            "submitted_by_id",
            "submitted_at",
            "approved_at",
            "date_terminated",
            "end_reason",
        }

    def _crm_change_ignored(self):
        # the text follows from what is logged; nobody searches a change of a key
        return super()._crm_change_ignored() | {"text", "search_key"}

    def _crm_change_customers(self):
        return {
            contract.id: contract.partner_id.crm_customer_id.id for contract in self
        }

    @api.model
    def _crm_free_fields(self):
        """Return the names (frozenset of str) of what changes in any state."""
        talk = frozenset(self.env["mail.thread"]._fields)
        return talk - set(models.MAGIC_COLUMNS) | {"user_id", "note"}

    @api.model_create_multi
    def create(self, vals_list):
        contracts = super().create(vals_list)
        contracts._crm_draw_numbers()
        contracts._crm_check_relations()
        contracts._crm_add_parties()
        return contracts

    def write(self, vals):
        if not self._crm_in_workflow():
            self._crm_check_frozen(vals)
        result = super().write(vals)
        if {"partner_id", "opportunity_id", "order_ids"}.intersection(vals):
            self._crm_check_relations()
        if "user_id" in vals:
            self.user_id._crm_check_can_own()
        if {"state", "date_end", "user_id"}.intersection(vals):
            self._crm_recheck_reminders()
        if "partner_id" in vals:
            self._crm_replace_customer()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_draft(self):
        if any(contract.state != DRAFT or contract.submitted_at for contract in self):
            raise UserError(
                self.env._(
                    "Only drafts that were never submitted can be deleted. Cancel the"
                    " contract instead."
                )
            )

    # ------------------------------------------------------------
    # HOOKS
    # ------------------------------------------------------------

    def _crm_missing(self):
        """Hook: return what this contract lacks for a review, a list of str.

        Call ``super()`` first and append.
        """
        self.ensure_one()
        missing = []
        if not self.type_id:
            missing.append(self.env._("Choose the type of the contract."))
        if self.amount_total <= 0 and not self.origin_id:
            missing.append(self.env._("The amount is not greater than zero."))
        if not self.date_start or not self.date_end:
            missing.append(self.env._("Say from when and until when it is valid."))
        if len(self.party_ids) < 2:
            missing.append(self.env._("Name both sides."))
        if not self.text:
            missing.append(self.env._("Choose a template, or write the clauses."))
        plans = self.collection_plan_ids
        planned = sum(plans.mapped("amount"))
        if plans and self.currency_id.compare_amounts(planned, self.amount_total):
            missing.append(
                self.env._(
                    "The payment plan adds up to %(planned)s, not to %(total)s.",
                    planned=self._crm_text_money(planned),
                    total=self._crm_text_money(self.amount_total),
                )
            )
        return missing

    def _crm_signed(self):
        """Hook: do what follows from the signature; call ``super()`` first."""
        if self:
            self._crm_keep_versions()
            self._crm_refresh_facts()

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _crm_check_frozen(self, names):
        """Refuse to edit what is not a draft.

        :param Iterable[str] names: the names of the fields about to be set
        :raise UserError: tells what to do instead
        """
        names = set(names) - self._crm_free_fields()
        # sudo: whether it is a draft is asked of whatever is about to be written
        frozen = self.sudo().filtered(lambda contract: contract.state != DRAFT)
        if names and frozen:
            raise UserError(frozen[0]._crm_frozen_message())

    def _crm_frozen_message(self):
        """Return why a contract cannot be edited, and what to do (str)."""
        if self.state == REVIEW:
            return self.env._(
                "“%(contract)s” is under review and frozen. Take it back first.",
                contract=self.display_name,
            )
        if self.state == APPROVED:
            return self.env._(
                "“%(contract)s” is approved and frozen. Revise it, then it is reviewed"
                " again.",
                contract=self.display_name,
            )
        if self.state in LIVE:
            return self.env._(
                "“%(contract)s” is signed. Make a change order.",
                contract=self.display_name,
            )
        return self.env._(
            "“%(contract)s” is closed and stays as it is.", contract=self.display_name
        )

    def _crm_draw_numbers(self):
        """Give each contract the next number of its company."""
        # sudo: whoever may create a contract takes its number
        sequences = self.env["ir.sequence"].sudo()
        for contract in self:
            if not contract.number:
                sequence = sequences.with_company(contract.company_id)
                number = sequence.next_by_code("crm.contract")
                contract._crm_workflow().number = number

    def _crm_check_relations(self):
        """Refuse what is out of sight: the text tells name and address of it."""
        if not self.env.su:
            self.partner_id.check_access("read")
            self.opportunity_id.check_access("read")
            self.order_ids.check_access("write")
            for contract in self:
                orders = contract.order_ids
                if (
                    orders.partner_id.crm_customer_id
                    - contract.partner_id.crm_customer_id
                ):
                    raise ValidationError(
                        self.env._("An order of another customer is not part of it.")
                    )

    def _crm_check_manager(self):
        """Refuse decisions that are not the salesperson's own.

        :raise AccessError: names who decides
        """
        if not self.env.su and not self.env.user._crm_has_group(
            "crm_base.group_manager"
        ):
            raise AccessError(
                self.env._("This is decided by a manager of the team. Ask yours.")
            )

    @api.model
    def _crm_genuine(self):
        """Return the Domain of contracts, without the changes to some of them."""
        return Domain("origin_id", "=", False)
