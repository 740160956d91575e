from odoo import api, fields, models


class CrmPoolWatch(models.Model):
    """A pooled record that somebody keeps an eye on.

    The record stays out of sight as what it is: a row tells no more than the masked
    read model does, and where the record is now.
    """

    _name = "crm.pool.watch"
    _description = "Watched in a Pool"
    _order = "id desc"
    _rec_name = "name"

    user_id = fields.Many2one(
        "res.users", "Person", required=True, index=True, ondelete="cascade"
    )
    # by a method: values of a list would be records of this addon about other kinds
    holds = fields.Selection(
        lambda self: list(self.env["crm.pool"]._crm_kind_names().items()),
        "Kind",
        required=True,
        default="customer",
    )
    # the row is its person's, the record is not: nobody reads it as what it is by it
    customer_res_id = fields.Integer("Record's Id", required=True, index=True)
    name = fields.Char(compute="_compute_place")
    pool_id = fields.Many2one("crm.pool", compute="_compute_place")
    place = fields.Char("Where It Is", compute="_compute_place")
    in_pool = fields.Boolean(compute="_compute_place")

    _user_customer_uniq = models.UniqueIndex(
        "(user_id, holds, customer_res_id)", "You watch this already."
    )

    @api.depends_context("uid", "lang")
    @api.depends("customer_res_id", "holds")
    def _compute_place(self):
        known = {
            (holds, record.id): record
            for holds, watches in self.grouped("holds").items()
            for record in watches._crm_watched().exists()
        }
        for watch in self:
            record = known.get((watch.holds, watch.customer_res_id))
            seen = record and watch.user_id._crm_sees_pool(record.pool_id)
            watch.name = record._crm_masked_name() if record else ""
            watch.pool_id = record.pool_id if seen else False
            watch.in_pool = bool(seen)
            if not record:
                watch.place = self.env._("Deleted")
            elif seen:
                watch.place = self.env._("To be claimed")
            elif record.user_id:
                watch.place = self.env._("With %(user)s", user=record.user_id.name)
            else:
                watch.place = self.env._("Out of your reach")

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_open(self):
        """Open the watched record in its pool; return the action (dict)."""
        self.ensure_one()
        self.check_access("read")
        row = self.env[self._crm_watched()._crm_pool_rows].browse(self.customer_res_id)
        return (
            row.exists().get_formview_action()
            if self.in_pool
            else {
                "type": "ir.actions.client",
                "tag": "display_notification",
                "params": {"type": "info", "message": f"{self.name}: {self.place}"},
            }
        )

    def action_unwatch(self):
        """Watch these no more; return True."""
        self.check_access("unlink")
        self.unlink()
        return True

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _crm_watched(self):
        """Return what these watches of one kind are about, deleted ones included."""
        held = self.env["crm.pool"]._crm_held_models()[self[:1].holds]
        # sudo: only masked names leave this model, and whether it can be claimed
        return self.env[held].sudo().browse(self.mapped("customer_res_id"))

    @api.model
    def _crm_tell(self, records, kind, to_user, pool):
        """Tell watchers what became of records, in one message for each person.

        :param records: records of a model with ``crm.pool.mixin`` (sudo)
        :param str kind: kind of the ledger rows
        :param to_user: the new owner (res.users), empty when they are in a pool
        :param pool: the pool (crm.pool) that they left or came into
        """
        holds = records._crm_pool_kind
        # sudo: watching is everybody's own business, telling is the system's
        watches = self.sudo().search(
            [("holds", "=", holds), ("customer_res_id", "in", records.ids)]
        )
        for user, theirs in watches.grouped("user_id").items():
            if user == to_user or not user._crm_sees_pool(pool):
                continue
            watched = records.browse(theirs.mapped("customer_res_id"))
            names = [record._crm_masked_name() for record in watched]
            # in the language of the reader
            watch = self.with_context(lang=user.lang)
            event = "claim" if kind == "claim" else "assign" if to_user else "pool"
            # sudo: who works here and what pools are called
            values = {"pool": pool.sudo().name, "user": to_user.sudo().name or ""}
            user._crm_tell_pool(
                watch._crm_news(event, holds, len(names)),
                {
                    "claim": watch.env._(
                        "%(user)s claimed from the pool %(pool)s:", **values
                    ),
                    "assign": watch.env._(
                        "Assigned to %(user)s from the pool %(pool)s:", **values
                    ),
                    "pool": watch.env._("They are in the pool %(pool)s:", **values),
                }[event],
                names[:20],
                len(names),
            )

    @api.model
    def _crm_news(self, event, holds, count):
        """Return what has become of so many watched records (str).

        :param str event: ``claim``, ``assign`` or ``pool``
        :param str holds: the kind of the records
        """
        env = self.env
        if holds == "customer":
            texts = {
                "claim": env._("%(count)s customers you watch were claimed"),
                "assign": env._("%(count)s customers you watch were assigned"),
                "pool": env._("%(count)s customers you watch can be claimed"),
            }
        else:
            texts = {
                "claim": env._("%(kind)s you watch were claimed: %(count)s"),
                "assign": env._("%(kind)s you watch were assigned: %(count)s"),
                "pool": env._("%(kind)s you watch can be claimed: %(count)s"),
            }
        kind = env["crm.pool"]._crm_kind_names()[holds]
        return texts[event] % {"count": count, "kind": kind}
