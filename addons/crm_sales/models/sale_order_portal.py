from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from odoo.addons.crm_base.tools.arguments import as_text

MAX_LINES = 100
MAX_QUANTITY = 1_000_000


class SaleOrder(models.Model):
    """What customers order by themselves, and what they ask to give back.

    The portal's pages call these methods for somebody who has no rights on any of it;
    they take nothing on trust but who that is.
    """

    _inherit = "sale.order"

    crm_portal_state = fields.Selection(
        [("requested", "To Be Checked"), ("accepted", "Checked")],
        "Ordered in the Portal",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="What a customer orders is checked by the person in charge; then it is"
        " confirmed, or paid by the customer.",
    )

    def _crm_workflow_fields(self):
        return super()._crm_workflow_fields() | {"crm_portal_state"}

    def action_accept_portal_order(self) -> bool:
        """Tell the customer that an order of the portal is checked, and can be paid.

        :return: True
        :raise UserError: when it was not ordered in the portal, or is dealt with
        """
        self.check_access("write")
        for order in self:
            if order.crm_portal_state != "requested" or order.state != "sent":
                raise UserError(
                    self.env._("%(order)s waits for no check.", order=order.name)
                )
            order._crm_workflow().write(
                {
                    "crm_portal_state": "accepted",
                    "require_payment": True,
                    "prepayment_percent": 1.0,
                }
            )
            order.message_post(
                body=self.env._("Your order was checked. You can pay it now."),
                partner_ids=order.partner_id.ids,
                subtype_xmlid="mail.mt_comment",
            )
        return True

    def _crm_place_portal_order(self, user, key, quantities, note):
        """Return the order (sale.order) that a customer places in the portal.

        :param user: res.users record, of the portal
        :param str key: new for each order; the same one places it once
        :param dict quantities: of id of product to float
        :param str note: for whoever checks it
        :raise UserError: when something is not sold, or not in such quantities
        """
        quantities = {id_: number for id_, number in quantities.items() if number}
        if not 0 < len(quantities) <= MAX_LINES or any(
            not 0 < number <= MAX_QUANTITY for number in quantities.values()
        ):
            raise UserError(
                self.env._("Order 1 to 100 products, of each more than none.")
            )
        content = [user.id, sorted(quantities.items()), note]
        ids = self.env["crm.idempotency.key"]._crm_once(
            self._name,
            f"portal {key}"[:128],
            content,
            lambda: self._crm_make_portal_order(user, quantities, note),
        )
        return self.browse(ids)

    def _crm_make_portal_order(self, user, quantities, note):
        partner = user.partner_id
        products = self.env["product.product"]
        found = products.search(
            products._crm_portal_domain(self.env.company)
            & fields.Domain("id", "in", list(quantities))
        )
        if len(found) != len(quantities):
            raise UserError(
                self.env._("Some of it is no longer sold. Look at the prices again.")
            )
        owner = partner.commercial_partner_id.user_id
        order = self._crm_workflow().create(
            {
                "partner_id": partner.id,
                "user_id": owner.id,
                "company_id": self.env.company.id,
                "origin": self.env._("Portal"),
                "client_order_ref": as_text(note)[:200] or False,
                "require_payment": False,
                "require_signature": False,
                "crm_portal_state": "requested",
                "order_line": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_uom_qty": quantities[product.id],
                        }
                    )
                    for product in found
                ],
            }
        )
        order.state = "sent"
        if owner:
            order.activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=owner.id,
                summary=self.env._("Ordered in the portal: check it"),
            )
        return order

    def _crm_request_portal_return(self, key, reason, quantities, description):
        """Return the return (crm.return) that a customer asks for in the portal.

        :param str key: new for each request; the same one asks once
        :param reason: crm.dictionary record
        :param dict quantities: of id of line of this order to float
        :param str description: what the customer says about it
        :raise UserError: when it is more than was sold, or not of this order
        """
        self.ensure_one()
        quantities = {id_: number for id_, number in quantities.items() if number}
        lines = self.order_line.filtered(lambda line: line.id in quantities)
        if not quantities or len(lines) != len(quantities):
            raise UserError(self.env._("Say which goods of this order you return."))
        if any(not 0 < number <= MAX_QUANTITY for number in quantities.values()):
            raise UserError(self.env._("Say how much of it you return."))
        if not reason or reason.kind != "return_reason":
            raise UserError(self.env._("Say why you return it."))
        values = {
            "order_id": self.id,
            "reason_id": reason.id,
            "description": as_text(description)[:2000],
            "source": "portal",
            "line_ids": [
                Command.create(
                    {"order_line_id": line.id, "quantity": quantities[line.id]}
                )
                for line in lines
            ],
        }
        ids = self.env["crm.idempotency.key"]._crm_once(
            "crm.return",
            f"return {key}"[:128],
            [self.id, reason.id, sorted(quantities.items()), values["description"]],
            lambda: self._crm_make_portal_return(values),
        )
        return self.env["crm.return"].browse(ids)

    def _crm_make_portal_return(self, values):
        record = self.env["crm.return"]._crm_workflow().create(values)
        if record.user_id:
            record.order_id.activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=record.user_id.id,
                summary=self.env._("A customer asks to return goods"),
                note=record.name,
            )
        return record
