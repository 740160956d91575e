import re

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ..tools.lunar import next_lunar_day

LUNAR_DAY = re.compile(r"^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|30)$")


class ResPartner(models.Model):
    """The customer file. A customer is a partner with ``is_crm_customer``."""

    _name = "res.partner"
    _inherit = ["res.partner", "crm.workflow.mixin"]

    # Identity
    is_crm_customer = fields.Boolean("Is a Customer", tracking=True)
    crm_customer_id = fields.Many2one(
        "res.partner",
        "Customer",
        compute="_compute_crm_customer_id",
        recursive=True,
        store=True,
        index=True,
        help="The customer this record belongs to: itself, or the customer above it.",
    )
    customer_no = fields.Char("Customer Number", copy=False, tracking=True)
    mnemonic = fields.Char(
        "Short Name", help="What people in your company call this customer."
    )

    # Classification
    customer_type_id = fields.Many2one(
        "crm.dictionary",
        domain=[("kind", "=", "customer_type")],
        default=lambda self: self._default_crm_dictionary("customer_type"),
        ondelete="restrict",
        index="btree_not_null",
    )
    customer_stage_id = fields.Many2one(
        "crm.dictionary",
        domain=[("kind", "=", "customer_stage")],
        default=lambda self: self._default_crm_dictionary("customer_stage"),
        group_expand="_group_expand_customer_stage_id",
        ondelete="restrict",
        index="btree_not_null",
        tracking=True,
    )
    customer_level_id = fields.Many2one(
        "crm.dictionary",
        domain=[("kind", "=", "customer_level")],
        default=lambda self: self._default_crm_dictionary("customer_level"),
        ondelete="restrict",
        index="btree_not_null",
        tracking=True,
    )
    source_id = fields.Many2one(
        "utm.source", index="btree_not_null", ondelete="restrict"
    )
    district = fields.Char()

    # Heat
    heat_level_id = fields.Many2one(
        "crm.dictionary",
        "Heat",
        domain=[("kind", "=", "heat_level")],
        ondelete="restrict",
        index="btree_not_null",
        tracking=True,
    )
    heat_reason = fields.Char()
    heat_until = fields.Date(index="btree_not_null")
    favorite_user_ids = fields.Many2many(
        "res.users",
        "crm_partner_favorite_rel",
        "partner_id",
        "user_id",
        "Favorite Of",
        copy=False,
    )
    is_favorite = fields.Boolean(
        "My Favorite",
        compute="_compute_is_favorite",
        inverse="_inverse_is_favorite",
        search="_search_is_favorite",
        compute_sudo=True,
    )

    # Contact person
    honorific_id = fields.Many2one(
        "crm.dictionary",
        domain=[("kind", "=", "honorific")],
        ondelete="restrict",
    )
    mobile = fields.Char()
    phone_other = fields.Char("Other Phone")
    qq = fields.Char("QQ")
    wechat = fields.Char("WeChat")
    responsibility = fields.Char("Handles", help="What this person decides or handles.")
    decision_role_id = fields.Many2one(
        "crm.dictionary",
        domain=[("kind", "=", "decision_role")],
        ondelete="restrict",
        index="btree_not_null",
    )
    birthday = fields.Date()
    birthday_lunar = fields.Char(
        "Lunar Birthday", size=5, help="Month and day of the lunar calendar, as 08-15."
    )
    birthday_lunar_leap = fields.Boolean(
        "Born in a Leap Month",
        help="Celebrated in the leap month in the years that have it, and in the"
        " ordinary month of that number in the others.",
    )
    birthday_next = fields.Date(
        "Next Birthday",
        compute="_compute_birthday_next",
        store=True,
        index="btree_not_null",
        help="The first birthday from the beginning of this month on.",
    )

    # Facts, kept by the methods that make them
    last_followup_at = fields.Datetime("Last Follow-up", readonly=True, copy=False)
    last_effective_followup_at = fields.Datetime(
        "Last Effective Follow-up", readonly=True, copy=False
    )
    next_followup_at = fields.Datetime("Next Follow-up", readonly=True, copy=False)
    last_opportunity_at = fields.Datetime("Last Opportunity", readonly=True, copy=False)
    last_deal_at = fields.Datetime("Last Deal", readonly=True, copy=False)
    followup_ids = fields.One2many("crm.followup", "partner_id", "Follow-ups")
    followup_count = fields.Integer(compute="_compute_followup_count")

    _customer_no_uniq = models.UniqueIndex(
        "((COALESCE(company_id, 0)), customer_no) WHERE customer_no IS NOT NULL",
        "This customer number is already taken.",
    )
    # "IS TRUE" because that is what searches say: PostgreSQL takes a partial index only
    # when it can prove its condition, and it does not prove this one from another form
    _customer_idx = models.Index("(id) WHERE is_crm_customer IS TRUE")
    # counting what somebody owns, by level, reads the index alone
    _owner_idx = models.Index(
        "(user_id, is_crm_customer, id) INCLUDE (customer_level_id, active)"
        " WHERE user_id IS NOT NULL"
    )
    _customer_last_followup_idx = models.Index(
        "(last_followup_at) WHERE is_crm_customer IS TRUE"
    )
    _customer_next_followup_idx = models.Index(
        "(next_followup_at) WHERE next_followup_at IS NOT NULL"
    )

    # ------------------------------------------------------------
    # CONSTRAINTS
    # ------------------------------------------------------------

    @api.constrains("is_crm_customer", "parent_id")
    def _check_is_crm_customer(self):
        # The question to the database below writes what is computed by now. All of it
        # at once: writing a partner once more goes into thirty indexes.
        self._recompute_recordset()
        customers = self.filtered("crm_customer_id").crm_customer_id
        if not customers:
            return
        accounts = self.env["res.users"]._fields
        # the family first: joined at once, the database may walk all partners for it
        rows = self.env.execute_query(
            SQL(
                """
                WITH family AS MATERIALIZED (
                    SELECT id FROM res_partner WHERE crm_customer_id IN %s
                )
                SELECT account.id
                  FROM family
                  JOIN res_users account ON account.partner_id = family.id
                 WHERE account.share IS NOT TRUE
                 LIMIT 1
                """,
                tuple(customers.ids),
                to_flush=[
                    self._fields["crm_customer_id"],
                    accounts["partner_id"],
                    accounts["share"],
                ],
            )
        )
        if rows:
            # sudo: accounts of colleagues are not readable for everybody
            colleague = self.env["res.users"].sudo().browse(rows[0])
            raise ValidationError(
                self.env._(
                    "%(name)s has an account of your own company and cannot be a"
                    " customer or a customer's contact.",
                    name=colleague.name,
                )
            )

    @api.constrains("birthday_lunar")
    def _check_birthday_lunar(self):
        for partner in self.filtered("birthday_lunar"):
            if not LUNAR_DAY.match(partner.birthday_lunar):
                raise ValidationError(
                    self.env._(
                        "A lunar birthday is month and day, such as 08-15 for the"
                        " Mid-Autumn Festival."
                    )
                )

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    @api.model
    def _default_crm_dictionary(self, kind):
        if self.env.context.get("default_is_crm_customer"):
            return self.env["crm.dictionary"]._crm_default(kind)
        return False

    @api.model
    def _group_expand_customer_stage_id(self, stages, domain):
        return self.env["crm.dictionary"].search([("kind", "=", "customer_stage")])

    @api.depends("is_crm_customer", "parent_id.crm_customer_id")
    def _compute_crm_customer_id(self):
        for partner in self:
            partner.crm_customer_id = (
                partner._origin
                if partner.is_crm_customer
                else partner.parent_id.crm_customer_id
            )

    @api.depends_context("uid")
    @api.depends("favorite_user_ids")
    def _compute_is_favorite(self):
        for partner in self:
            partner.is_favorite = self.env.user in partner.favorite_user_ids

    def _inverse_is_favorite(self):
        chosen = self.filtered("is_favorite")
        chosen._crm_mark_favorite(True)
        (self - chosen)._crm_mark_favorite(False)

    def _crm_mark_favorite(self, is_favorite):
        command = fields.Command.link if is_favorite else fields.Command.unlink
        # sudo: a favourite is the reader's own mark, not a change of the customer
        self.sudo().favorite_user_ids = [command(self.env.uid)]

    def _search_is_favorite(self, operator, value):
        if operator != "in":
            return NotImplemented
        return [("favorite_user_ids", "in", [self.env.uid])]

    @api.depends("birthday", "birthday_lunar", "birthday_lunar_leap")
    def _compute_birthday_next(self):
        start = fields.Date.context_today(self).replace(day=1)
        for partner in self:
            partner.birthday_next = partner._crm_next_birthday(start)

    def _crm_next_birthday(self, start):
        """Return the first birthday (date) on or after ``start`` (date), or False."""
        self.ensure_one()
        if self.birthday_lunar and LUNAR_DAY.match(self.birthday_lunar):
            return next_lunar_day(self.birthday_lunar, start, self.birthday_lunar_leap)
        if not self.birthday:
            return False
        # 29 February is celebrated on the 28th in other years
        this_year = self.birthday + relativedelta(year=start.year)
        return (
            this_year
            if this_year >= start
            else self.birthday + relativedelta(year=start.year + 1)
        )

    @api.depends("followup_ids")
    def _compute_followup_count(self):
        counts = dict(
            self.env["crm.followup"]._read_group(
                [("partner_id", "in", self.ids)], ["partner_id"], ["__count"]
            )
        )
        for partner in self:
            partner.followup_count = counts.get(partner, 0)

    # ------------------------------------------------------------
    # ORM
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._crm_prepare_country(vals) for vals in vals_list])

    def write(self, vals):
        if "is_favorite" in vals and not self.env.su:
            # whoever reads a customer may mark it
            self.check_access("read")
            self._crm_mark_favorite(vals["is_favorite"])
            vals = {name: vals[name] for name in vals if name != "is_favorite"}
            if not vals:
                return True
        return super().write(vals)

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    @api.model
    def _crm_prepare_country(self, vals):
        """Return the values (dict) of a new record, for a customer with a country.

        Addresses are written in the order of their country, and spreadsheets of a
        company that sells at home have no such column: a province tells the country,
        and without one it is the company's own.
        """
        context = self.env.context
        if "country_id" in vals or not vals.get(
            "is_crm_customer", context.get("default_is_crm_customer")
        ):
            return vals
        state = self.env["res.country.state"].browse(
            vals.get("state_id") or context.get("default_state_id") or ()
        )
        company = self.env["res.company"].browse(vals.get("company_id") or ())
        country = state.country_id or (company or self.env.company).country_id
        return {**vals, "country_id": country.id}

    def _crm_workflow_fields(self):
        return super()._crm_workflow_fields() | {
            "owner_since",
            "last_followup_at",
            "last_effective_followup_at",
            "next_followup_at",
            "last_opportunity_at",
            "last_deal_at",
        }

    @api.model
    def _address_fields(self):
        return [*super()._address_fields(), "district"]

    def _prepare_display_address(self, without_company=False):
        address_format, args = super()._prepare_display_address(without_company)
        # Shanghai and its like are province and city in one: named once
        if args["city"] and args["city"] == args["state_name"]:
            args["city"] = ""
        return address_format, args

    @api.model
    def _cron_clear_heat(self):
        """Cool down customers whose heat has expired; the log keeps the old degree."""
        domain = [("heat_until", "<", fields.Date.context_today(self))]
        hot = self.search(domain)
        self.env["ir.cron"]._commit_progress(remaining=len(hot))
        for partner in hot:
            partner = partner.try_lock_for_update().filtered_domain(domain)
            if not partner:
                continue
            partner.message_post(
                body=self.env._(
                    "Heat expired: %(level)s until %(until)s. %(reason)s",
                    level=partner.heat_level_id.name or "",
                    until=partner.heat_until,
                    reason=partner.heat_reason or "",
                )
            )
            partner.write(
                {"heat_level_id": False, "heat_reason": False, "heat_until": False}
            )
            if not self.env["ir.cron"]._commit_progress(1):
                break

    @api.model
    def _cron_next_birthdays(self):
        """Move birthdays of past months to their next date."""
        start = fields.Date.context_today(self).replace(day=1)
        domain = [("birthday_next", "<", start)]
        self.env["ir.cron"]._commit_progress(remaining=self.search_count(domain))
        while past := self.search(domain, limit=1000):
            self.env.add_to_compute(self._fields["birthday_next"], past)
            self.env.flush_all()
            if not self.env["ir.cron"]._commit_progress(len(past)):
                break
