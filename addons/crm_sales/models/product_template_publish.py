from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.crm_base.tools.arguments import as_text

REVIEWERS = "crm_base.group_director"
# what a reviewer has read must be what is published
REVIEWED = frozenset(
    {
        "barcode",
        "categ_id",
        "default_code",
        "description_sale",
        "faq_ids",
        "floor_price",
        "list_price",
        "name",
        "specification",
        "type",
        "uom_id",
    }
)


class ProductTemplate(models.Model):
    """A product is reviewed before it is sold, and one day sold no more.

    Companies that do not review their products (the default) publish them by creating
    them. What is stopped disappears from everything new and stays where it is.
    """

    _name = "product.template"
    _inherit = ["product.template", "crm.workflow.mixin"]
    _crm_change_log = True

    crm_state = fields.Selection(
        [
            ("draft", "Draft"),
            ("review", "In Review"),
            ("published", "On Sale"),
            ("stopped", "Stopped"),
        ],
        "Sale Status",
        default="published",
        required=True,
        copy=False,
        index=True,
        tracking=True,
        help="Only what is on sale can be put on new quotations and orders.",
    )
    submitted_by_id = fields.Many2one(
        "res.users", "Submitted by", readonly=True, copy=False
    )
    published_by_id = fields.Many2one(
        "res.users", "Published by", readonly=True, copy=False
    )
    published_at = fields.Datetime("On Sale Since", readonly=True, copy=False)
    stopped_at = fields.Datetime("Stopped on", readonly=True, copy=False)
    stop_reason = fields.Char(readonly=True, copy=False)

    # ------------------------------------------------------------
    # ORM
    # ------------------------------------------------------------

    def _crm_workflow_fields(self):
        return super()._crm_workflow_fields() | {
            "crm_state",
            "submitted_by_id",
            "published_by_id",
            "published_at",
            "stopped_at",
            "stop_reason",
        }

    @api.model_create_multi
    def create(self, vals_list):
        products = super().create(vals_list)
        if not self._crm_in_workflow():
            reviewed = products.filtered(
                lambda product: product._crm_company().crm_product_review
            )
            reviewed._crm_workflow().write({"crm_state": "draft"})
        return products

    def write(self, vals):
        if not self.env.su and not REVIEWED.isdisjoint(vals):
            self._crm_check_not_in_review()
        return super().write(vals)

    def _crm_check_not_in_review(self):
        in_review = self.filtered(lambda product: product.crm_state == "review")
        if in_review and not self.env.user._crm_has_group(REVIEWERS):
            raise UserError(
                self.env._(
                    "“%(product)s” is being reviewed and cannot be changed meanwhile."
                    " Ask the reviewer to return it.",
                    product=in_review[0].display_name,
                )
            )

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_submit_review(self):
        """Hand drafts to the reviewers; return True.

        :raise AccessError: for those who do not maintain products
        :raise UserError: when one is no draft
        """
        self._crm_check_step("draft")
        self._crm_step(crm_state="review", submitted_by_id=self.env.uid)
        for reviewer in self._crm_reviewers():
            self._crm_tell_reviewer(reviewer)
        return True

    def action_publish(self):
        """Put products on sale; return True.

        :raise AccessError: for those who may not review, and for one's own products
        :raise UserError: when one is not to be reviewed
        """
        self._crm_check_step("draft", "review")
        for product in self:
            product._crm_check_reviewer()
        self._crm_step(
            crm_state="published",
            published_by_id=self.env.uid,
            published_at=fields.Datetime.now(),
        )
        self.activity_unlink(["crm_sales.activity_product_review"])
        return True

    def action_return(self, reason):
        """Give products in review back to who submitted them; return True.

        :param str reason: what has to be mended
        :raise AccessError: for those who may not review
        :raise UserError: without a reason, or when one is not in review
        """
        reason = self._crm_reason(reason)
        self._crm_check_step("review")
        self._crm_check_review_right()
        self._crm_step(crm_state="draft")
        self.activity_unlink(["crm_sales.activity_product_review"])
        for product in self:
            product.message_post(
                body=self.env._("Returned: %(reason)s", reason=reason),
                partner_ids=product.submitted_by_id.partner_id.ids,
            )
        return True

    def action_stop(self, reason):
        """Take products off sale; return True.

        They stay on the quotations, orders and contracts that have them.

        :param str reason: why, kept on the product
        :raise AccessError: for those who do not maintain products
        :raise UserError: without a reason, or when one is not on sale
        """
        reason = self._crm_reason(reason)
        self._crm_check_step("published")
        self._crm_step(
            crm_state="stopped", stop_reason=reason, stopped_at=fields.Datetime.now()
        )
        return True

    def action_resume(self):
        """Put stopped products on sale again; return True.

        :raise AccessError: for those who may not review
        :raise UserError: when one is not stopped
        """
        self._crm_check_step("stopped")
        self._crm_check_review_right()
        self._crm_step(crm_state="published", stop_reason=False, stopped_at=False)
        return True

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _crm_company(self):
        """Return the company (res.company) whose settings hold for this product."""
        self.ensure_one()
        # sudo: whether products are reviewed is no secret
        return (self.company_id or self.env.company).sudo()

    def _crm_reason(self, reason):
        reason = as_text(reason)
        if not reason:
            raise UserError(self.env._("Say why."))
        return reason

    def _crm_check_step(self, *states):
        """Lock these products; refuse them unless they are in one of these states."""
        self.check_access("write")
        self._crm_lock(allow_referencing=True)
        self.invalidate_recordset(["crm_state"])
        for product in self:
            if product.crm_state not in states:
                labels = dict(
                    self._fields["crm_state"]._description_selection(self.env)
                )
                raise UserError(
                    self.env._(
                        "“%(product)s” is now “%(state)s”; this step is not possible.",
                        product=product.display_name,
                        state=labels[product.crm_state],
                    )
                )

    def _crm_step(self, **vals):
        self._crm_workflow().write(vals)

    def _crm_check_review_right(self):
        if not self.env.user._crm_has_group(REVIEWERS):
            raise AccessError(
                self.env._("Directors publish products. Ask one of them.")
            )

    def _crm_check_reviewer(self):
        """Refuse who may not publish this product now."""
        if self.env.user._crm_has_group("crm_base.group_boss"):
            return
        self._crm_check_review_right()
        if not self._crm_company().crm_product_review:
            return
        if self.crm_state == "draft":
            raise UserError(
                self.env._(
                    "“%(product)s” has to be submitted for review first.",
                    product=self.display_name,
                )
            )
        if self.submitted_by_id == self.env.user:
            raise AccessError(
                self.env._(
                    "You submitted “%(product)s” yourself. Somebody else reviews it.",
                    product=self.display_name,
                )
            )

    def _crm_reviewers(self):
        """Hook: return who is told that products wait for review (res.users).

        By default the nearest leaders above who submits, as far as they may review.
        """
        return self.env.user._crm_superiors().filtered(
            lambda user: user._crm_has_group(REVIEWERS)
        )

    def _crm_tell_reviewer(self, reviewer):
        for product in self:
            # sudo: to-dos of colleagues are the system's to make
            product.sudo().activity_schedule(
                "crm_sales.activity_product_review", user_id=reviewer.id
            )

    def _crm_on_sale(self):
        """Return whether this product may be put on new lines (bool)."""
        return self.sudo().crm_state == "published"  # sudo: asked for whoever sells

    @api.model
    def _crm_on_sale_domain(self):
        """Return the Domain of the products that may be put on new lines.

        It serves product.product and product.template.
        """
        return fields.Domain("crm_state", "=", "published")
