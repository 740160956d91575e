from odoo import api, fields, models


class CrmPoolWatch(models.Model):
    """A pooled customer that somebody keeps an eye on.

    The customer stays out of sight as a partner: a row tells no more than the masked
    read model does, and where the customer is now.
    """

    _name = "crm.pool.watch"
    _description = "Watched Customer"
    _order = "id desc"
    _rec_name = "name"

    user_id = fields.Many2one(
        "res.users", "Person", required=True, index=True, ondelete="cascade"
    )
    # the row is its person's, the customer is not: nobody reads it as a partner by it
    customer_res_id = fields.Integer("Customer's Id", required=True, index=True)
    name = fields.Char("Customer", compute="_compute_place")
    pool_id = fields.Many2one("crm.pool", compute="_compute_place")
    place = fields.Char("Where It Is", compute="_compute_place")
    in_pool = fields.Boolean(compute="_compute_place")

    _user_customer_uniq = models.UniqueIndex(
        "(user_id, customer_res_id)", "You watch this customer already."
    )

    @api.depends_context("uid", "lang")
    @api.depends("customer_res_id")
    def _compute_place(self):
        # sudo: only masked names leave this method, and whether it can be claimed
        partners = self.env["res.partner"].sudo().browse(self.mapped("customer_res_id"))
        known = {partner.id: partner for partner in partners.exists()}
        for watch in self:
            partner = known.get(watch.customer_res_id)
            seen = partner and watch.user_id._crm_sees_pool(partner.pool_id)
            watch.name = partner._crm_masked_name() if partner else ""
            watch.pool_id = partner.pool_id if seen else False
            watch.in_pool = bool(seen)
            if not partner:
                watch.place = self.env._("Deleted")
            elif seen:
                watch.place = self.env._("To be claimed")
            elif partner.user_id:
                watch.place = self.env._("With %(user)s", user=partner.user_id.name)
            else:
                watch.place = self.env._("Out of your reach")

    def action_open(self):
        """Open the customer in its pool; return the action (dict)."""
        self.ensure_one()
        self.check_access("read")
        customer = self.env["crm.pool.customer"].browse(self.customer_res_id)
        return (
            customer.exists().get_formview_action()
            if self.in_pool
            else {
                "type": "ir.actions.client",
                "tag": "display_notification",
                "params": {"type": "info", "message": f"{self.name}: {self.place}"},
            }
        )

    def action_unwatch(self):
        """Watch these customers no more; return True."""
        self.check_access("unlink")
        self.unlink()
        return True

    @api.model
    def _crm_tell(self, partners, kind, to_user, pool):
        """Tell watchers what became of customers, in one message for each person.

        :param partners: res.partner records (sudo)
        :param str kind: kind of the ledger rows
        :param to_user: the new owner (res.users), empty when they are in a pool
        :param pool: the pool (crm.pool) that they left or came into
        """
        # sudo: watching is everybody's own business, telling is the system's
        watches = self.sudo().search([("customer_res_id", "in", partners.ids)])
        for user, theirs in watches.grouped("user_id").items():
            if user == to_user or not user._crm_sees_pool(pool):
                continue
            customers = partners.browse(theirs.mapped("customer_res_id"))
            names = [customer._crm_masked_name() for customer in customers]
            count = len(names)
            # in the language of the reader
            env = self.with_context(lang=user.lang).env
            values = {"pool": pool.sudo().name, "user": to_user.sudo().name or ""}
            if kind == "claim":
                subject = env._(
                    "%(count)s customers you watch were claimed", count=count
                )
                body = env._("%(user)s claimed from the pool %(pool)s:", **values)
            elif to_user:
                subject = env._(
                    "%(count)s customers you watch were assigned", count=count
                )
                body = env._("Assigned to %(user)s from the pool %(pool)s:", **values)
            else:
                subject = env._(
                    "%(count)s customers you watch can be claimed", count=count
                )
                body = env._("They are in the pool %(pool)s:", **values)
            user._crm_tell_pool(subject, body, names[:20], count)
