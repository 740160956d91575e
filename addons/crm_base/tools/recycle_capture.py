"""Putting what is deleted into the recycle bin.

Rows leave their tables, as Odoo and the database delete them, and stay in the bin as
they were: so nothing has to be told to overlook them. What is copied is what goes: the
rows themselves, whatever the database deletes together with them, and messages,
activities, followers and files that name them. Links of what stays are noted.
"""

from odoo.tools import SQL

from . import recycle_company
from .recycle import CASCADE, SET_NULL, Schema

# nothing of ours nests deeper; a guard against circles
MAX_DEPTH = 20
# of what a model deletes by itself, later: not followed, and kept though it is there
ALONG = MAX_DEPTH

FILES = "ir_attachment"

# of more records than this PostgreSQL is told how many rows the bin has by now
MANY = 100


class Capture:
    """One deletion, and what it takes into the bin.

    The number of statements depends on how many tables are concerned, never on how
    many records there are.
    """

    def __init__(self, entries):
        """Begin.

        :param entries: no crm.recycle.entry yet, with all rights
        """
        self.env = entries.env
        self.entries = entries
        self.schema = Schema(self.env)

    def covers(self, records):
        """Return whether all these records are in the bin by now (bool)."""
        (count,) = self.env.execute_query(
            SQL(
                """SELECT count(DISTINCT res_id) FROM crm_recycle_item
                    WHERE entry_id = ANY(%s) AND table_name = %s AND kind = 'row'
                      AND res_id = ANY(%s)""",
                self.entries.ids,
                records._table,
                records.ids,
            )
        )[0]
        return count == len(set(records.ids))

    def take(self, records):
        """Copy records, and what goes with them, before they are deleted."""
        self.env.flush_all()
        root_of = records._crm_recycle_roots()
        heads = records.browse(dict.fromkeys(root_of[id_] for id_ in records.ids))
        entries = self.entries._crm_add(heads)
        entry_of = dict(zip(heads.ids, entries.ids, strict=True))
        self.entries |= entries
        table = SQL.identifier(records._table)
        self._insert(
            SQL(
                """
                SELECT head.entry_id, 0, 'row', %(name)s, NULL, row.id, to_jsonb(row)
                  FROM %(table)s row
                  JOIN unnest(%(ids)s, %(entries)s) AS head(id, entry_id)
                    ON head.id = row.id
                """,
                table=table,
                name=records._table,
                ids=records.ids,
                entries=[entry_of[root_of[id_]] for id_ in records.ids],
            )
        )
        self._take_along(records, entries)
        for depth in range(MAX_DEPTH):
            if len(records) > MANY:
                self.schema.analyze()
            tables = self._tables(entries, depth)
            if not tables:
                break
            for name in tables:
                self._take_children(entries, name, depth)
        self._park_files(entries)

    def finish(self):
        """Forget what turned out to stay; return the entries of what is gone."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT table_name FROM crm_recycle_item
                    WHERE entry_id = ANY(%s) AND kind = 'row' AND res_id IS NOT NULL""",
                self.entries.ids,
            )
        )
        for (name,) in rows:
            self.env.cr.execute(
                SQL(
                    """DELETE FROM crm_recycle_item item USING %s row
                        WHERE row.id = item.res_id AND item.table_name = %s
                          AND item.kind = 'row' AND item.depth < %s
                          AND item.entry_id = ANY(%s)""",
                    SQL.identifier(name),
                    name,
                    ALONG,
                    self.entries.ids,
                )
            )
        # whatever refused to go, by archiving itself instead, is no deletion
        kept = self.env.execute_query(
            SQL(
                """SELECT entry.id FROM crm_recycle_entry entry
                    WHERE entry.id = ANY(%s) AND NOT EXISTS (
                        SELECT FROM crm_recycle_item item
                         WHERE item.entry_id = entry.id AND item.kind = 'row'
                           AND item.depth = 0)""",
                self.entries.ids,
            )
        )
        kept = self.entries.browse(id_ for (id_,) in kept)
        kept._crm_return_files()
        kept._crm_forget()
        entries = self.entries - kept
        entries._crm_count()
        return entries

    # ------------------------------------------------------------
    # STEPS
    # ------------------------------------------------------------

    def _insert(self, select):
        self.env.cr.execute(
            SQL(
                """INSERT INTO crm_recycle_item
                       (entry_id, depth, kind, table_name, column_name, res_id, data)
                   %s ON CONFLICT DO NOTHING""",
                select,
            )
        )

    def _tables(self, entries, depth):
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT table_name FROM crm_recycle_item
                    WHERE entry_id = ANY(%s) AND depth = %s AND kind = 'row'
                      AND res_id IS NOT NULL ORDER BY table_name""",
                entries.ids,
                depth,
            )
        )
        return [name for (name,) in rows]

    def _take_along(self, records, entries):
        """Copy what the model will delete by itself when the records are gone."""
        for name in records._crm_recycle_along:
            field = records._fields[name]
            if not field.store:
                continue
            target = self.env[field.comodel_name]._table
            self._insert(
                SQL(
                    """
                    SELECT item.entry_id, %(depth)s, 'row', %(name)s, NULL, row.id,
                           to_jsonb(row)
                      FROM crm_recycle_item item
                      JOIN %(table)s row ON row.id = (item.data ->> %(column)s)::int
                     WHERE item.entry_id = ANY(%(entries)s) AND item.depth = 0
                       AND item.kind = 'row' AND item.table_name = %(source)s
                    """,
                    depth=ALONG,
                    name=target,
                    table=SQL.identifier(target),
                    column=name,
                    entries=entries.ids,
                    source=records._table,
                )
            )

    def _take_children(self, entries, table, depth):
        """Copy what goes when rows of a table go, and note the links that stay."""
        # found once, for all the tables that may refer to them
        found = SQL(
            """WITH parent AS MATERIALIZED (
                   SELECT entry_id, res_id FROM crm_recycle_item
                    WHERE entry_id = ANY(%s) AND depth = %s AND kind = 'row'
                      AND table_name = %s AND res_id IS NOT NULL)""",
            entries.ids,
            depth,
            table,
        )
        keys = self.schema.keys_to(table)
        selects = [
            *self._select_cascades(keys, depth + 1),
            *self._select_links(keys, depth + 1),
            *self._select_company_links(table, depth + 1),
            *self._select_references(table, depth + 1),
        ]
        if selects:
            self._insert(SQL("%s %s", found, SQL(" UNION ALL ").join(selects)))

    def _select_cascades(self, keys, depth):
        """Return what the database deletes along, as queries."""
        return [
            SQL(
                """
                SELECT parent.entry_id, %(depth)s, %(kind)s, %(name)s, NULL, %(id)s,
                       to_jsonb(row)
                  FROM %(table)s row
                  JOIN parent ON parent.res_id = row.%(column)s
                """,
                depth=depth,
                kind="file" if key.table == FILES else "row",
                name=key.table,
                table=SQL.identifier(key.table),
                column=SQL.identifier(key.column),
                id=SQL("row.id") if key.has_id else SQL("NULL::int"),
            )
            for key in keys
            if key.on_delete == CASCADE
        ]

    def _select_links(self, keys, depth):
        """Return which rows stay and lose their link, as queries."""
        return [
            SQL(
                """
                SELECT parent.entry_id, %(depth)s, 'link', %(name)s, %(label)s, row.id,
                       jsonb_build_object('value', row.%(column)s,
                                          'target', %(target)s::text)
                  FROM %(table)s row
                  JOIN parent ON parent.res_id = row.%(column)s
                """,
                depth=depth,
                name=key.table,
                label=key.column,
                target=key.target,
                table=SQL.identifier(key.table),
                column=SQL.identifier(key.column),
            )
            for key in keys
            if key.on_delete == SET_NULL and key.has_id
        ]

    def _select_company_links(self, table, depth):
        """Return which rows stay and lose their link for a company, as queries."""
        model = self.schema.models.get(table)
        return recycle_company.select_links(self.env, model, depth) if model else []

    def _select_references(self, table, depth):
        """Return what names these records by model and id, as queries."""
        return [
            SQL(
                """
                SELECT parent.entry_id, %(depth)s, %(kind)s, %(name)s, NULL, row.id,
                       to_jsonb(row)
                  FROM %(table)s row
                  JOIN parent ON parent.res_id = row.%(id_column)s
                 WHERE row.%(model_column)s = %(model)s
                """,
                depth=depth,
                kind="file" if name == FILES else "row",
                name=name,
                table=SQL.identifier(name),
                model_column=SQL.identifier(model_column),
                id_column=SQL.identifier(id_column),
                model=self.schema.models[table],
            )
            for name, model_column, id_column in self.schema.references_to(table)
        ]

    def _park_files(self, entries):
        """Take the files out of reach and out of the deletion; they keep their ids."""
        self.env.cr.execute(
            SQL(
                """UPDATE ir_attachment file
                      SET res_model = 'crm.recycle.item', res_id = item.entry_id,
                          res_field = 'data', public = FALSE, access_token = NULL
                     FROM crm_recycle_item item
                    WHERE item.kind = 'file' AND item.res_id = file.id
                      AND item.entry_id = ANY(%s)""",
                entries.ids,
            )
        )
        self.env["ir.attachment"].invalidate_model()
