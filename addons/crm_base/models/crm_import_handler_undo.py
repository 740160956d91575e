from datetime import timedelta

from odoo import models


class CrmImportHandler(models.AbstractModel):
    """How one row of an import is taken back."""

    _inherit = "crm.import.handler"

    def _crm_undo(self, batch, line, done_at):
        """Hook: take one row back; return why not (str), "" when it is done.

        :param batch: crm.import.batch record
        :param line: Line with ``created`` and ``updated``
        :param datetime done_at: when the row was stored
        """
        created = [
            self.env[model].browse(res_id).exists() for model, res_id in line.created
        ]
        created = [record for record in created if record]
        for record in created:
            reason = self._crm_undo_obstacle(batch, record, created, done_at)
            if reason:
                return reason
        for record in reversed(created):
            record.check_access("write")
            self._crm_undo_create(batch, record)
        reasons = [
            self._crm_undo_update(model, *change) for model, *change in line.updated
        ]
        return "; ".join(filter(None, reasons))

    def _crm_undo_obstacle(self, batch, record, created, done_at):
        """Hook: return why a created record has to stay (str), "" when it may go.

        :param list created: what the same row has created
        """
        author = batch.user_id
        end = (batch.finished_at or done_at) + timedelta(seconds=1)
        # sudo: who changed it last, also when the record has changed hands
        last = record.sudo()
        if last.write_date > end or (
            last.write_uid not in (author, self.env.ref("base.user_root"))
            and last.write_date > done_at
        ):
            return self.env._(
                "Changed since by %(user)s: %(name)s",
                user=last.write_uid.name,
                name=last.display_name,
            )
        return ""

    def _crm_undo_create(self, batch, record):
        """Hook: remove a record that the import created and nobody has used."""
        # sudo: whoever imported takes back what is as the import left it, also where
        # deleting is not everybody's; that it may be changed has been checked
        record.sudo()._crm_without_recycling().with_context(
            tracking_disable=True
        ).unlink()

    def _crm_undo_update(self, model, res_id, before, after):
        """Give a record back the values it had; return what has changed since (str)."""
        record = self.env[model].browse(res_id).exists()
        if not record:
            return self.env._("Deleted since")
        changed = [
            name for name in after if self._crm_snapshot(record, name) != after[name]
        ]
        back = {name: before[name] for name in before if name not in changed}
        back = {
            name: [(6, 0, value)] if isinstance(value, list) else value
            for name, value in back.items()
        }
        if back:
            record.with_context(tracking_disable=True).write(back)
        if not changed:
            return ""
        labels = [record._fields[n]._description_string(self.env) for n in changed]
        return self.env._("Changed since: %(fields)s", fields=", ".join(labels))
