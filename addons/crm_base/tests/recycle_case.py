"""What tests of the recycle bin have in common."""

from .common import CrmCase


class RecycleCase(CrmCase):
    def _bin(self, user):
        return self.env["crm.recycle.entry"].with_user(user)

    def _entry(self, user, record_id, model="res.partner"):
        return self._bin(user).search(
            [("model", "=", model), ("res_id", "=", record_id)]
        )

    def _rows(self, table, ids):
        """Return rows as the database has them, by id."""
        self.env.flush_all()
        self.env.cr.execute(
            f"SELECT to_jsonb(t) FROM {table} t WHERE id = ANY(%s) ORDER BY id",
            [list(ids)],
        )
        return [row for (row,) in self.env.cr.fetchall()]

    def _delete(self, records, user=None):
        records.with_user(user or self.boss).unlink()
        self.env.invalidate_all()

    def _restore(self, entry):
        result = entry.action_restore()
        self.env.invalidate_all()
        return result
