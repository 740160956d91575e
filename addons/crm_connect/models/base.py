from functools import partial

from odoo import api, models

# where a transaction keeps what happened in it until it is written to the outbox
PENDING = "crm_connect.webhook"


class Base(models.AbstractModel):
    _inherit = "base"

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records._crm_webhook_note("create")
        return records

    def write(self, vals):
        result = super().write(vals)
        self._crm_webhook_note("write", vals)
        return result

    def unlink(self):
        # what is told about them can only be read now
        gone = self._crm_webhook_before_unlink()
        result = super().unlink()
        if gone:
            # sudo: the outbox is written by the system only
            self.env["crm.webhook.delivery"].sudo()._crm_queue(gone)
        return result

    def _crm_changed_by_sql(self, operation, names=()):
        result = super()._crm_changed_by_sql(operation, names)
        self._crm_webhook_note(operation, names)
        return result

    def _crm_webhook_watched(self, operation):
        """Return the events (list) of this model that somebody listens to."""
        if not self.pool.ready or self._transient:
            return ()
        watched = self.env["crm.webhook.event"]._crm_watched()
        return watched.get(self._name, {}).get(operation, ())

    def _crm_webhook_note(self, operation, names=()):
        """Remember that something happened; the outbox is written before the commit.

        What a rolled back savepoint did is forgotten with it: Odoo runs these
        callbacks before it opens a savepoint and drops them when it rolls one back.
        """
        events = self._crm_webhook_watched(operation)
        if not events or not self.ids:
            return
        precommit = self.env.cr.precommit
        pending = precommit.data.get(PENDING)
        if pending is None:
            pending = precommit.data[PENDING] = {"happened": {}, "created": set()}
            # sudo: the outbox is written by the system only
            outbox = self.env["crm.webhook.delivery"].sudo()
            precommit.add(partial(outbox._crm_queue_pending, self.env.uid))
        keys = {(self._name, record_id) for record_id in self.ids}
        if operation == "create":
            pending["created"] |= keys
        for event_id, triggers, is_any in events:
            if operation == "write" and triggers and triggers.isdisjoint(names):
                continue
            for key in keys:
                if operation == "write" and is_any and key in pending["created"]:
                    # the message about its making tells how it is in the end
                    continue
                changed = pending["happened"].setdefault((event_id, key), set())
                changed.update(names)

    def _crm_webhook_before_unlink(self):
        """Return the deliveries (list of dict) that the deletion will cause."""
        events = self._crm_webhook_watched("unlink")
        if not events or not self.ids:
            return []
        pending = self.env.cr.precommit.data.get(PENDING) or {"created": ()}
        # sudo: the outbox is written by the system only
        outbox = self.env["crm.webhook.delivery"].sudo()
        made = outbox._crm_forget_made(self._name, self.ids)
        known = [
            record_id
            for record_id in self.ids
            if (self._name, record_id) not in pending["created"]
            and record_id not in made
        ]
        happened = {
            (event_id, (self._name, record_id)): set()
            for event_id, _triggers, _is_any in events
            for record_id in known
        }
        return outbox._crm_prepare(happened, self.env.uid)
