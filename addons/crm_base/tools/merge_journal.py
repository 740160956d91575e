"""What a merge of partners changes in the database, row by row.

Odoo's merge rewrites foreign keys of every table. A :class:`MergeJournal` reads the
rows that hang on the partners before it begins, and compares them with what is there
when it has ended. What differs is all that an undo has to put back.
"""

from odoo.tools import SQL

# rows that name a model beside the id
REFERENCES = {
    "ir_attachment": "res_model",
    "ir_model_data": "model",
    "mail_activity": "res_model",
    "mail_followers": "res_model",
    "mail_message": "model",
}
_UNTOUCHED = ("write_date", "write_uid")


class MergeJournal:
    """The rows around partners that are about to be merged.

    :param target: the partner that remains
    :param sources: the partners that vanish
    """

    def __init__(self, target, sources):
        self.env = target.env
        self.target, self.sources = target, sources
        self.env.flush_all()
        # sudo: contacts go along, whoever sees them
        everybody = sources.sudo().with_context(active_test=False)
        family = everybody.search([("crm_customer_id", "in", sources.ids)]) | everybody
        self.family_ids = family.ids
        self.source_rows = self._rows("res_partner", sources.ids)
        self.target_before = self._rows("res_partner", target.ids)[0]
        self.links_before = {}
        self.rows_before = {}
        ids = self.family_ids
        for row in self._rows("res_partner", set(ids) - set(sources.ids)):
            self.rows_before["res_partner", row["id"]] = row
        for table, column in self._foreign_keys():
            if self._has_id(table):
                self._remember(table, SQL("%s = ANY(%s)", SQL.identifier(column), ids))
            else:
                links = [*sources.ids, target.id]
                rows = self._select(
                    table, SQL("%s = ANY(%s)", SQL.identifier(column), links)
                )
                if rows:
                    self.links_before[f"{table}.{column}"] = rows
        for table, column in REFERENCES.items():
            self._remember(
                table,
                SQL(
                    "%s = 'res.partner' AND res_id = ANY(%s)",
                    SQL.identifier(column),
                    ids,
                ),
            )
        # shares are given up and made anew, on both sides
        self._remember("crm_share", SQL("partner_id = %s", target.id))

    def changes(self):
        """Return what the merge has changed so far, a dict that JSON can carry."""
        self.env.flush_all()
        changed, deleted = [], []
        tables = {}
        for table, row_id in self.rows_before:
            tables.setdefault(table, []).append(row_id)
        for table, row_ids in tables.items():
            after = {row["id"]: row for row in self._rows(table, row_ids)}
            for row_id in row_ids:
                before = self.rows_before[table, row_id]
                if row_id not in after:
                    deleted.append([table, before])
                    continue
                difference = _difference(before, after[row_id])
                if difference:
                    changed.append([table, row_id, difference])
        target_after = self._rows("res_partner", self.target.ids)[0]
        shares = self._select("crm_share", SQL("partner_id = %s", self.target.id))
        known = {row_id for table, row_id in self.rows_before if table == "crm_share"}
        return {
            "target": _difference(self.target_before, target_after),
            "sources": self.source_rows,
            "changed": changed,
            "deleted": deleted,
            "links": self.links_before,
            "new_shares": [row["id"] for row in shares if row["id"] not in known],
        }

    def _foreign_keys(self):
        wizard = self.env["base.partner.merge.automatic.wizard"]
        kept = self.env["crm.merge.journal"]._table
        models = {
            model._table: model
            for model in self.env.registry.values()
            if not model._abstract
        }
        for table, column in wizard._get_fk_on("res_partner"):
            model = models.get(table)
            if table == kept or (model is not None and model._transient):
                continue
            yield table, column

    def _has_id(self, table):
        return bool(
            self.env.execute_query(
                SQL(
                    "SELECT 1 FROM information_schema.columns WHERE table_name = %s"
                    " AND table_schema = current_schema AND column_name = 'id'",
                    table,
                )
            )
        )

    def _remember(self, table, condition):
        skipped = set(self.sources.ids) | set(self.target.ids)
        for row in self._select(table, condition):
            if table != "res_partner" or row["id"] not in skipped:
                self.rows_before[table, row["id"]] = row

    def _rows(self, table, ids):
        return self._select(table, SQL("id = ANY(%s)", list(ids)))

    def _select(self, table, condition):
        return [
            row
            for (row,) in self.env.execute_query(
                SQL(
                    "SELECT to_jsonb(t) FROM %s t WHERE %s",
                    SQL.identifier(table),
                    condition,
                )
            )
        ]


def _difference(before, after):
    """Return what differs between two rows: a dict of column to [before, after]."""
    return {
        column: [before[column], value]
        for column, value in after.items()
        if column not in _UNTOUCHED and before.get(column) != value
    }
