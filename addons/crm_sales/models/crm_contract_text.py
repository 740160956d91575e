from odoo import api, fields, models
from odoo.tools import format_amount, format_date, formatLang, html2plaintext

from odoo.addons.crm_base.tools import pinyin, search_key
from odoo.addons.crm_base.tools.search_key_field import SearchKey

from ..tools import contract_text
from .crm_contract import DRAFT

CHINESE_DATE = "yyyy年M月d日"
BLANK = "＿＿＿＿＿＿"
# what many contracts have nothing to say about
OPTIONAL = ("currency_note",)


class CrmContract(models.Model):
    """The text of a contract: always that of its figures, never edited apart from them.

    Somebody writes ``body``, with placeholders. ``text`` is what is printed, follows
    every change of a draft and stays as it is from the submission on.
    """

    _inherit = "crm.contract"
    _rec_names_search = ["search_key"]

    lang = fields.Selection(
        lambda self: self.env["res.lang"].get_installed(),
        "Language",
        compute="_compute_lang",
        store=True,
        readonly=False,
        precompute=True,
    )
    template_id = fields.Many2one(
        "crm.contract.template",
        compute="_compute_template_id",
        store=True,
        readonly=False,
        precompute=True,
        index="btree_not_null",
        ondelete="set null",
        check_company=True,
    )
    body = fields.Html(
        "Clauses",
        compute="_compute_body",
        store=True,
        readonly=False,
        precompute=True,
        sanitize_overridable=False,
    )
    text = fields.Html(compute="_compute_text", store=True, sanitize_overridable=False)
    search_key = SearchKey(
        compute="_compute_search_key", store=True, copy=False, is_long=True
    )

    _search_key_idx = models.Index("USING gin (search_key gin_trgm_ops)")

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    @api.depends("type_id")
    def _compute_template_id(self):
        for contract in self:
            usual = contract.type_id.template_id
            contract.template_id = contract.template_id or usual

    @api.depends("template_id")
    def _compute_body(self):
        for contract in self:
            template = contract.template_id
            contract.body = template.body if template else contract.body

    @api.depends("template_id")
    def _compute_lang(self):
        for contract in self:
            usual = contract.lang or self.env.lang or "en_US"
            contract.lang = contract.template_id.lang or usual

    @api.depends(
        "body",
        "lang",
        "name",
        "number",
        "type_id",
        "user_id",
        "date_start",
        "date_end",
        "sign_place",
        "delivery_place",
        "currency_id",
        "currency_note",
        "payment_terms",
        "amount_total",
        "amount_tax",
        "line_ids",
        "line_ids.sequence",
        "line_ids.name",
        "line_ids.quantity",
        "line_ids.uom_id",
        "line_ids.price_unit",
        "line_ids.discount",
        "line_ids.amount",
        "party_ids.role",
        "party_ids.name",
        "party_ids.credit_code",
        "party_ids.address",
        "party_ids.phone",
        "party_ids.bank",
        "party_ids.account",
        "party_ids.signer_name",
        "party_ids.signer_title",
        "collection_plan_ids.phase",
        "collection_plan_ids.condition",
        "collection_plan_ids.amount",
        "collection_plan_ids.date_due",
        "delivery_plan_ids.name",
        "delivery_plan_ids.quantity",
        "delivery_plan_ids.date_due",
        "delivery_plan_ids.place",
    )
    def _compute_text(self):
        for contract in self:
            # what was submitted stays as it was read by those who approved it
            if contract.state == DRAFT:
                contract.text = contract._crm_render_text()
            else:
                contract.text = contract.text

    @api.depends("name", "number", "text", "partner_id", "party_ids.name")
    def _compute_search_key(self):
        for contract in self:
            # the name of the customer stands in the parties as well
            texts = [contract.number, contract.name, contract.partner_id.name]
            for text in (contract.name, contract.partner_id.name):
                texts += pinyin.pinyin_of(text, person=False)
            texts += contract.party_ids.mapped("name")
            texts.append(html2plaintext(contract.text or "", include_references=False))
            contract.search_key = search_key.build(texts)

    @api.constrains("body")
    def _check_body(self):
        names = self._crm_placeholders()
        for contract in self:
            self.env["crm.contract.template"]._crm_check_placeholders(
                contract.body, names
            )

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    @api.model
    def _crm_placeholders(self):
        """Hook: return what a text may ask for, a dict of name to label.

        Call ``super()``, add yours and return their values from
        ``_crm_placeholder_values``.
        """
        sides = {
            "a": self.env._("Party A"),
            "b": self.env._("Party B"),
            "c": self.env._("Party C"),
        }
        details = {
            "name": self.env._("Registered Name"),
            "credit_code": self.env._("Unified Social Credit Code"),
            "address": self.env._("Address"),
            "phone": self.env._("Phone"),
            "bank": self.env._("Bank"),
            "account": self.env._("Account Number"),
            "signer_name": self.env._("Signer"),
            "signer_title": self.env._("Signer's Title"),
        }
        return {
            "number": self.env._("Contract Number"),
            "name": self.env._("Subject"),
            "type": self.env._("Contract Type"),
            "owner": self.env._("Owner"),
            "date_start": self.env._("Valid From"),
            "date_end": self.env._("Valid Until"),
            "sign_place": self.env._("Place of Signing"),
            "delivery_place": self.env._("Place of Delivery"),
            "currency": self.env._("Currency"),
            "currency_note": self.env._("Currency Note"),
            "payment_terms": self.env._("Payment Terms"),
            "amount_total": self.env._("Contract Amount"),
            "amount_in_words": self.env._("Amount in Words"),
            "amount_untaxed": self.env._("Without Taxes"),
            "amount_tax": self.env._("Taxes in It"),
            "lines": self.env._("Table of the lines"),
            "payment_plan": self.env._("Table of the payment plan"),
            "delivery_plan": self.env._("Table of the delivery plan"),
            **{
                f"party_{role}.{detail}": f"{side}: {label}"
                for role, side in sides.items()
                for detail, label in details.items()
            },
        }

    def _crm_placeholder_values(self):
        """Hook: return what stands for the placeholders, a dict of name to text.

        Called in the language of the contract. ``Markup`` is inserted as it is, any
        other text is escaped.
        """
        self.ensure_one()
        values = {
            "number": self.number,
            "name": self.name,
            "type": self.type_id.name,
            "owner": self.user_id.name,
            "date_start": self._crm_text_date(self.date_start),
            "date_end": self._crm_text_date(self.date_end),
            "sign_place": self.sign_place,
            "delivery_place": self.delivery_place,
            "currency": self.currency_id.full_name or self.currency_id.name,
            "currency_note": self.currency_note,
            "payment_terms": self.payment_terms,
            "amount_total": self._crm_text_money(self.amount_total),
            "amount_in_words": self.currency_id.amount_to_text(self.amount_total),
            "amount_untaxed": self._crm_text_money(self.amount_untaxed),
            "amount_tax": self._crm_text_money(self.amount_tax),
            "lines": self._crm_text_lines(),
            "payment_plan": self._crm_text_payments(),
            "delivery_plan": self._crm_text_deliveries(),
        }
        for name in self._crm_placeholders():
            side, point, detail = name.partition(".")
            if point:
                party = self._crm_party(side.removeprefix("party_"))
                values[name] = party[detail]
        return values

    def _crm_render_text(self):
        """Return the text (HTML, str) of this contract as it stands now."""
        self.ensure_one()
        if not self.body:
            return False
        # sudo: what is printed of the parties is decided when they are chosen
        contract = self.sudo().with_context(lang=self.lang or "en_US")
        values = {
            name: value or ("" if name in OPTIONAL else BLANK)
            for name, value in contract._crm_placeholder_values().items()
        }
        return contract_text.fill(self.body, values)

    def _crm_text_date(self, date):
        """Return a date as a contract writes it (str)."""
        is_chinese = (self.env.lang or "").startswith("zh")
        form = CHINESE_DATE if is_chinese else None
        return format_date(self.env, date, date_format=form) if date else ""

    def _crm_text_money(self, amount):
        """Return an amount of this contract with its currency (str)."""
        currency = self.currency_id
        return format_amount(self.env, amount, currency) if currency else ""

    def _crm_text_lines(self):
        """Return the table of what is sold (Markup)."""
        heads = [
            self.env._("No."),
            self.env._("Description"),
            self.env._("Quantity"),
            self.env._("Unit"),
            self.env._("Unit Price"),
            self.env._("Amount"),
        ]
        rows = [
            [
                str(number),
                line.name or "",
                formatLang(self.env, line.quantity, dp="Product Unit"),
                line.uom_id.name or "",
                formatLang(
                    self.env,
                    line.price_unit * (1 - line.discount / 100),
                    dp="Product Price",
                ),
                self._crm_text_money(line.amount),
            ]
            for number, line in enumerate(self.line_ids, 1)
        ]
        return contract_text.table(heads, rows, (2, 4, 5))

    def _crm_text_payments(self):
        """Return the table of the payment plan (Markup)."""
        heads = [
            self.env._("Instalment"),
            self.env._("Condition"),
            self.env._("Due On"),
            self.env._("Amount"),
        ]
        rows = [
            [
                plan.phase,
                plan.condition or "",
                self._crm_text_date(plan.date_due),
                self._crm_text_money(plan.amount),
            ]
            for plan in self.collection_plan_ids
        ]
        return contract_text.table(heads, rows, (3,))

    def _crm_text_deliveries(self):
        """Return the table of the delivery plan (Markup)."""
        heads = [
            self.env._("Delivery"),
            self.env._("Quantity"),
            self.env._("Due On"),
            self.env._("Place"),
        ]
        rows = [
            [
                plan.name,
                formatLang(self.env, plan.quantity, dp="Product Unit"),
                self._crm_text_date(plan.date_due),
                plan.place or self.delivery_place or "",
            ]
            for plan in self.delivery_plan_ids
        ]
        return contract_text.table(heads, rows, (1,))
