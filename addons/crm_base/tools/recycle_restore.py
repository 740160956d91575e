"""Bringing rows back out of the recycle bin, under the ids that they had."""

from psycopg2 import IntegrityError

from odoo.exceptions import UserError
from odoo.tools import SQL

from . import recycle_company
from .recycle import CASCADE, Schema


class Restore:
    """One restoration: entries, and those of what they cannot do without."""

    def __init__(self, entries, find):
        """
        :param entries: crm.recycle.entry records, locked, with all rights
        :param find: function of a model and an id that returns the entry (locked) of
            what a record needs, empty when there is none, or refuses
        """
        self.env = entries.env
        self.entries = entries
        self.find = find
        self.schema = Schema(self.env)
        self.items = SQL()
        self.emptied = {}

    def run(self):
        """Restore; return a dict of model name to the ids (list) that came back.

        :raise UserError: says why something cannot come back
        """
        self.env.flush_all()
        while missing := self._needed():
            self.entries |= missing
        self._refresh_items()
        self._drop_dangling()
        restored = {}
        deferred = []
        order = self._order()
        for number, table in enumerate(order):
            ids = self._insert(table, order[number + 1 :], deferred)
            if ids and table in self.schema.models:
                restored[self.schema.models[table]] = ids
        self._fill(deferred)
        self.entries._crm_return_files()
        self._relink()
        self.env.invalidate_all()
        self.env.registry.clear_cache()
        self._tell_the_rest(restored)
        return restored

    # ------------------------------------------------------------
    # WHAT IS NEEDED
    # ------------------------------------------------------------

    def _refresh_items(self):
        self.items = SQL("item.entry_id = ANY(%s)", self.entries.ids)

    def _tables(self):
        """Return the tables (list of str) that rows come back to, and still exist."""
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT table_name FROM crm_recycle_item item
                    WHERE %s AND kind = 'row'
                      AND to_regclass(quote_ident(table_name)) IS NOT NULL
                    ORDER BY table_name""",
                self.items,
            )
        )
        return [table for (table,) in rows]

    def _dangling(self, table):
        """Return what rows of a table refer to that is neither there nor coming back.

        :return: list of (id of the item, whether it is what was deleted, key, id)
        """
        keys = self.schema.keys_of(table)
        if not keys:
            return []
        selects = [
            SQL(
                """
                SELECT item.id, item.depth, %(number)s,
                       (item.data ->> %(column)s)::int AS target
                  FROM crm_recycle_item item
                 WHERE %(items)s AND item.kind = 'row' AND item.table_name = %(table)s
                   AND item.data ->> %(column)s IS NOT NULL
                   AND NOT EXISTS (
                       SELECT FROM %(target)s row
                        WHERE row.id = (item.data ->> %(column)s)::int)
                   AND NOT EXISTS (
                       SELECT FROM crm_recycle_item coming
                        WHERE coming.entry_id = ANY(%(entries)s)
                          AND coming.kind = 'row' AND coming.table_name = %(name)s
                          AND coming.res_id = (item.data ->> %(column)s)::int)
                """,
                number=number,
                column=key.column,
                items=self.items,
                table=table,
                target=SQL.identifier(key.target),
                entries=self.entries.ids,
                name=key.target,
            )
            for number, key in enumerate(keys)
        ]
        query = SQL(" UNION ALL ").join(selects)
        return [
            (item_id, depth == 0, keys[number], target)
            for item_id, depth, number, target in self.env.execute_query(query)
        ]

    def _is_parent(self, table, key):
        """Return whether rows of a table make no sense without what a key names."""
        model = self.schema.models.get(table)
        declared = self.env[model]._crm_recycle_parents if model else ()
        return key.required or key.on_delete == CASCADE or key.column in declared

    def _needed(self):
        """Return further entries without which these cannot be restored.

        :raise UserError: a record was deleted for good that one cannot do without
        """
        self._refresh_items()
        found = self.entries.browse()
        for table in self._tables():
            for _item, is_deleted, key, target in self._dangling(table):
                if not self._is_parent(table, key):
                    continue
                model = self.schema.models.get(key.target)
                entry = self.find(model, target) if model else found
                found |= entry
                if not entry and is_deleted and key.required:
                    raise UserError(
                        self.env._(
                            "%(name)s cannot be restored: the %(field)s it belonged to"
                            " was deleted for good.",
                            name=", ".join(self.entries.mapped("name")),
                            field=self._label(table, key.column),
                        )
                    )
        return found - self.entries

    def _label(self, table, column):
        model = self.schema.models.get(table)
        field = model and self.env[model]._fields.get(column)
        return field.get_description(self.env, ["string"])["string"] if field else ""

    def _drop_dangling(self):
        """Empty links to what is gone; let rows go that the database would delete."""
        again = True
        while again:
            again = False
            for table in self._tables():
                gone, emptied = set(), {}
                for item, _is_deleted, key, target in self._dangling(table):
                    if key.required or key.on_delete == CASCADE:
                        gone.add(item)
                    else:
                        emptied.setdefault(key, {})[item] = target
                if gone:
                    again = True
                    self.env.cr.execute(
                        SQL(
                            "DELETE FROM crm_recycle_item WHERE id = ANY(%s)",
                            list(gone),
                        )
                    )
                for key, items in emptied.items():
                    self._empty(table, key, items)
        for table in self._tables():
            model = self.schema.models.get(table)
            for field in recycle_company.fields_of(self.env, model) if model else ():
                if recycle_company.drop_dangling(
                    self.env, self.items, self.entries.ids, field
                ):
                    self._note_emptied(table, field.name)

    def _empty(self, table, key, items):
        """Empty a link, and note it with what it led to, if that is in the bin."""
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO crm_recycle_item
                       (entry_id, depth, kind, table_name, column_name, res_id, data)
                SELECT other.entry_id, 1, 'link', item.table_name, %(column)s,
                       item.res_id,
                       jsonb_build_object('value', other.res_id,
                                          'target', other.table_name)
                  FROM crm_recycle_item item
                  JOIN crm_recycle_item other
                    ON other.kind = 'row' AND other.table_name = %(target)s
                   AND other.res_id = (item.data ->> %(column)s)::int
                 WHERE item.id = ANY(%(ids)s) AND item.res_id IS NOT NULL
                """,
                column=key.column,
                target=key.target,
                ids=list(items),
            )
        )
        self.env.cr.execute(
            SQL(
                """UPDATE crm_recycle_item SET data = data - %s::text
                    WHERE id = ANY(%s)""",
                key.column,
                list(items),
            )
        )
        self._note_emptied(table, key.column)

    def _note_emptied(self, table, column):
        """Remember that a link of rows that come back is empty now."""
        if label := self._label(table, column):
            self.emptied.setdefault(self.schema.models[table], set()).add(label)

    # ------------------------------------------------------------
    # ROWS
    # ------------------------------------------------------------

    def _order(self):
        """Return the tables, each behind those that its rows refer to.

        Where tables refer to each other in a circle, links that may be empty give way
        (weak ones first), and are filled in when all rows are there.
        """
        tables = self._tables()
        ordered = []
        while tables:
            for strength in (0, 1, 2):
                free = [
                    table
                    for table in tables
                    if not any(
                        key.target in tables and key.target != table
                        for key in self.schema.keys_of(table)
                        if key.required + (key.on_delete == CASCADE) >= strength
                    )
                ]
                if free:
                    break
            # one at a time: each may free others of their weak links too
            ordered.append((free or tables)[0])
            tables.remove(ordered[-1])
        return ordered

    def _insert(self, table, waiting, deferred):
        """Put rows back; return the ids (list of int) of those that were missing.

        :param list waiting: the tables that come later
        :param list deferred: takes up the links that have to wait for them
        """
        names = self._columns(table)
        later = [
            key.column
            for key in self.schema.keys_of(table)
            if key.target in waiting and key.column in names and key.has_id
        ]
        if later:
            deferred.append((table, later))
        model = self.schema.models.get(table)
        query = self._insert_query(table, names, later)
        try:
            with self.env.cr.savepoint():
                self.env.cr.execute(query)
                return [row[0] for row in self.env.cr.fetchall()]
        except IntegrityError as error:
            reason = error.diag.message_detail or str(error)
            if model:
                reason = self.env[model]._sql_error_to_message(error)
            raise UserError(
                self.env._(
                    "%(name)s cannot be restored as things are now: %(reason)s",
                    name=", ".join(self.entries.mapped("name")),
                    reason=reason,
                )
            ) from error

    def _columns(self, table):
        """Return the columns (list of str) that were kept and are still there."""
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT jsonb_object_keys(item.data)
                     FROM crm_recycle_item item
                    WHERE %s AND kind = 'row' AND table_name = %s""",
                self.items,
                table,
            )
        )
        # those that an addon took along when it went are left out
        return sorted({name for (name,) in rows} & set(self.schema.columns(table)))

    def _insert_query(self, table, names, later):
        model = self.schema.models.get(table)
        missing = conflict = modules = SQL()
        if "id" in names:
            missing = SQL(
                "AND NOT EXISTS (SELECT FROM %s here WHERE here.id = item.res_id)",
                SQL.identifier(table),
            )
        if not model or not self.env[model]._crm_recycle:
            # what only accompanies a record may have been made again meanwhile
            conflict = SQL("ON CONFLICT DO NOTHING")
        if table == "ir_model_data":
            # names of records that came with an addon which is gone
            modules = SQL(
                """AND item.data ->> 'module' IN (
                       SELECT name FROM ir_module_module WHERE state = 'installed'
                       UNION SELECT '__import__' UNION SELECT '__export__')"""
            )
        return SQL(
            """
            INSERT INTO %(table)s (%(columns)s)
            SELECT %(values)s
              FROM crm_recycle_item item
             CROSS JOIN LATERAL jsonb_populate_record(
                 NULL::%(table)s, item.data - %(later)s::text[]) row
             WHERE %(items)s AND item.kind = 'row' AND item.table_name = %(name)s
                   %(missing)s %(modules)s
            %(conflict)s
            RETURNING %(result)s
            """,
            table=SQL.identifier(table),
            columns=SQL(", ").join(SQL.identifier(name) for name in names),
            values=SQL(", ").join(SQL.identifier("row", name) for name in names),
            later=later,
            items=self.items,
            name=table,
            missing=missing,
            modules=modules,
            conflict=conflict,
            result=SQL.identifier("id" if "id" in names else names[0]),
        )

    def _fill(self, deferred):
        """Fill the links between rows that came back."""
        for table, columns in deferred:
            self.env.cr.execute(
                SQL(
                    """
                    UPDATE %(table)s row SET %(sets)s
                      FROM crm_recycle_item item
                     WHERE item.res_id = row.id AND item.kind = 'row'
                       AND item.table_name = %(name)s AND %(items)s
                    """,
                    table=SQL.identifier(table),
                    sets=SQL(", ").join(
                        SQL(
                            "%s = (item.data ->> %s)::int",
                            SQL.identifier(column),
                            column,
                        )
                        for column in columns
                    ),
                    name=table,
                    items=self.items,
                )
            )

    def _relink(self):
        """Let rows that stayed refer again to what came back."""
        links = self.env.execute_query(
            SQL(
                """SELECT DISTINCT table_name, column_name, data ->> 'target',
                                   data ->> 'company' IS NOT NULL
                     FROM crm_recycle_item item
                    WHERE %s AND kind = 'link'""",
                self.items,
            )
        )
        for table, column, target, is_of_company in links:
            if column not in self.schema.columns(table):
                continue
            if not self.schema.columns(target):
                continue
            if is_of_company:
                recycle_company.relink(self.env, self.items, table, column, target)
                continue
            self.env.cr.execute(
                SQL(
                    """
                    UPDATE %(table)s row SET %(column)s = (item.data ->> 'value')::int
                      FROM crm_recycle_item item
                      JOIN %(target)s back ON back.id = (item.data ->> 'value')::int
                     WHERE item.res_id = row.id AND row.%(column)s IS NULL
                       AND item.kind = 'link' AND item.table_name = %(name)s
                       AND item.column_name = %(label)s AND %(items)s
                    """,
                    table=SQL.identifier(table),
                    column=SQL.identifier(column),
                    name=table,
                    label=column,
                    items=self.items,
                    target=SQL.identifier(target),
                )
            )

    # ------------------------------------------------------------
    # THE REST OF THE WORLD
    # ------------------------------------------------------------

    def _tell_the_rest(self, restored):
        """Recompute what depends on what came back, and ask the models."""
        for name, ids in restored.items():
            records = self.env[name].browse(ids)
            stored = [field for field in records._fields.values() if field.store]
            # what came back is as it was; what depends on it is not
            with self.env.protecting(stored, records):
                records.modified([field.name for field in stored], create=True)
                self.env.flush_all()
            if records._parent_store:
                self.env[name]._parent_store_compute()
                self.env.invalidate_all()
        for name, ids in restored.items():
            records = self.env[name].browse(ids)
            if records._crm_change_log:
                self.env["crm.change.log"]._crm_log(
                    records, [(id_, "restore", None, None, None) for id_ in ids]
                )
            if records._crm_recycle:
                records._validate_fields(records._fields)
                records._crm_after_restore()
        self.env.flush_all()
