"""What the recycle bin has to know of the database, and how deletions are told apart.

A deletion that is being put into the bin runs with the object that does it in the
context under ``RECYCLE_KEY``; ``WITHOUT_RECYCLING`` there lets records go for good.
Both are objects of this process, which no external call can send.
"""

from typing import NamedTuple

from odoo.tools import SQL

RECYCLE_KEY = "crm_recycle"
WITHOUT_RECYCLING = object()

# what the database does with a row when the row it refers to goes
CASCADE, SET_NULL = "c", "n"


class ForeignKey(NamedTuple):
    """A column that refers to the id of a table.

    :ivar str table: the table that refers
    :ivar str column: its column
    :ivar str target: the table referred to
    :ivar str on_delete: CASCADE, SET_NULL, or whatever refuses
    :ivar bool required: whether the column must have a value
    :ivar bool has_id: whether the rows that refer have ids of their own
    """

    table: str
    column: str
    target: str
    on_delete: str
    required: bool
    has_id: bool


class Schema:
    """Tables of the database as they are now, and the models behind them."""

    def __init__(self, env):
        self.env = env
        rows = env.execute_query(
            SQL(
                """
                SELECT child.relname, col.attname, parent.relname, con.confdeltype,
                       col.attnotnull,
                       EXISTS (SELECT FROM pg_attribute id
                                WHERE id.attrelid = con.conrelid AND id.attname = 'id'
                                  AND NOT id.attisdropped)
                  FROM pg_constraint con
                  JOIN pg_class child ON child.oid = con.conrelid
                  JOIN pg_class parent ON parent.oid = con.confrelid
                  JOIN pg_attribute col
                    ON col.attrelid = con.conrelid AND col.attnum = con.conkey[1]
                  JOIN pg_attribute target
                    ON target.attrelid = con.confrelid
                   AND target.attnum = con.confkey[1]
                 WHERE con.contype = 'f'
                   AND array_length(con.conkey, 1) = 1
                   AND target.attname = 'id'
                   AND con.connamespace = current_schema()::regnamespace
                 ORDER BY child.relname, col.attname
                """
            )
        )
        self.foreign_keys = [ForeignKey(*row) for row in rows]
        self.models = {
            model._table: name
            for name, model in env.registry.items()
            if model._auto and not model._abstract
        }

    def is_lasting(self, table):
        """Return whether rows of a table are worth keeping (bool)."""
        name = self.models.get(table)
        if name:
            return not self.env[name]._transient
        targets = {key.target for key in self.foreign_keys if key.table == table}
        return all(
            not self.env[self.models[target]]._transient
            for target in targets
            if target in self.models
        )

    def keys_to(self, table):
        """Return the ForeignKeys that refer to a table and whose rows last."""
        return [
            key
            for key in self.foreign_keys
            if key.target == table
            and not key.table.startswith("crm_recycle_")
            and self.is_lasting(key.table)
        ]

    def keys_of(self, table):
        """Return the ForeignKeys of a table."""
        return [key for key in self.foreign_keys if key.table == table]

    def references_to(self, table):
        """Return where the model of a table is referred to by its name.

        :return: list of (table, column of the model's name, column of the id)
        """
        if table not in self.models:
            return []
        found = []
        for name, model in self.env.registry.items():
            if not model._auto or model._abstract or model._transient:
                continue
            for field in model._fields.values():
                if (
                    field.type == "many2one_reference"
                    and field.store
                    and not field.inherited
                    and (named := model._fields.get(field.model_field)) is not None
                    and named.store
                    and named.column_type
                    and not name.startswith("crm.recycle.")
                ):
                    found.append((model._table, named.name, field.name))
        return found

    def analyze(self):
        """Tell PostgreSQL what is in the bin: it plans by that."""
        self.env.cr.execute(
            SQL("ANALYZE crm_recycle_item (entry_id, depth, kind, table_name, res_id)")
        )

    def columns(self, table):
        """Return the columns (list of str) of a table that can be written."""
        return [
            name
            for (name,) in self.env.execute_query(
                SQL(
                    """
                    SELECT attname FROM pg_attribute
                     WHERE attrelid = to_regclass(%s) AND attnum > 0
                       AND NOT attisdropped AND attgenerated = ''
                     ORDER BY attnum
                    """,
                    f'"{table}"',
                )
            )
        ]
