from odoo import api, fields, models

from .crm_contract_part import origin_of


class CrmContractParty(models.Model):
    """One side of a contract, as it was called when the contract was written.

    What is printed is copied from the file of the customer and may be corrected here;
    a later change of the file changes no contract.
    """

    _name = "crm.contract.party"
    _description = "Party to a Contract"
    _inherit = ["crm.contract.part"]
    _order = "contract_id, role, id"
    _crm_part_fields = (
        "role",
        "party_id",
        "name",
        "credit_code",
        "address",
        "phone",
        "bank",
        "account",
        "signer_id",
        "signer_name",
        "signer_title",
    )

    origin_id = origin_of("crm.contract.party")
    role = fields.Selection(
        [("a", "Party A"), ("b", "Party B"), ("c", "Party C"), ("d", "Party D")],
        required=True,
        default="a",
    )
    party_id = fields.Many2one(
        "res.partner", required=True, index=True, ondelete="restrict"
    )
    name = fields.Char(
        "Registered Name",
        compute="_compute_name",
        store=True,
        readonly=False,
        precompute=True,
    )
    credit_code = fields.Char(
        "Unified Social Credit Code",
        compute="_compute_credit_code",
        store=True,
        readonly=False,
        precompute=True,
    )
    address = fields.Char(
        compute="_compute_address", store=True, readonly=False, precompute=True
    )
    phone = fields.Char(
        compute="_compute_phone", store=True, readonly=False, precompute=True
    )
    bank = fields.Char(
        compute="_compute_bank", store=True, readonly=False, precompute=True
    )
    account = fields.Char(
        "Account Number",
        compute="_compute_account",
        store=True,
        readonly=False,
        precompute=True,
    )
    signer_id = fields.Many2one(
        "res.partner",
        index="btree_not_null",
        ondelete="set null",
        domain="[('commercial_partner_id', '=', party_id)]",
    )
    signer_name = fields.Char(
        compute="_compute_signer_name", store=True, readonly=False, precompute=True
    )
    signer_title = fields.Char(
        compute="_compute_signer_title", store=True, readonly=False, precompute=True
    )

    _role_uniq = models.UniqueIndex(
        "(contract_id, role)", "Each side of a contract is named once."
    )

    @api.depends("party_id")
    def _compute_name(self):
        for party in self:
            party.name = party._crm_file()["name"]

    @api.depends("party_id")
    def _compute_credit_code(self):
        for party in self:
            party.credit_code = party._crm_file()["credit_code"]

    @api.depends("party_id")
    def _compute_address(self):
        for party in self:
            party.address = party._crm_file()["address"]

    @api.depends("party_id")
    def _compute_phone(self):
        for party in self:
            party.phone = party._crm_file()["phone"]

    @api.depends("party_id")
    def _compute_bank(self):
        for party in self:
            party.bank = party._crm_file()["bank"]

    @api.depends("party_id")
    def _compute_account(self):
        for party in self:
            party.account = party._crm_file()["account"]

    @api.depends("signer_id")
    def _compute_signer_name(self):
        for party in self:
            party.signer_name = party.signer_id.name

    @api.depends("signer_id")
    def _compute_signer_title(self):
        for party in self:
            party.signer_title = party.signer_id.function

    def _crm_file(self):
        """Return what the file of the company says today (dict).

        The file is copied when a party is chosen, not followed.
        """
        company = self.party_id.commercial_partner_id
        # sudo: the bank account of whom the author sees, for the contract
        account = company.sudo().bank_ids[:1]
        # from the large to the small, as Chinese addresses are written
        state = company.state_id.name
        places = (state, company.city, company.street, company.street2)
        return {
            "name": company.name,
            "credit_code": company.company_registry or company.vat,
            "address": " ".join(filter(None, places)) or False,
            "phone": company.phone,
            "bank": account.bank_id.name,
            "account": account.acc_number,
        }

    @api.model_create_multi
    def create(self, vals_list):
        parties = super().create(vals_list)
        parties._crm_check_people()
        return parties

    def write(self, vals):
        result = super().write(vals)
        if {"party_id", "signer_id"}.intersection(vals):
            self._crm_check_people()
        return result

    def _crm_check_people(self):
        """Refuse people out of sight: a contract prints names and addresses."""
        if not self.env.su:
            (self.party_id | self.signer_id).check_access("read")
