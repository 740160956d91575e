"""Field type of the customer search key."""

from odoo import fields
from odoo.fields import Domain
from odoo.tools import SQL

from . import search_key

# a long key is looked at in so many rows; in how many of them a word is a common one
SAMPLE = 64
COMMON = SAMPLE // 4


class SearchKey(fields.Char):
    """A stored key that is searched by keywords.

    ``like`` and ``ilike`` take what a user typed: each word separated by blanks must
    occur somewhere in the key, whatever its width, case or script. The key holds ASCII
    only (see ``search_key``), so the search is one index scan on a trigram index.

    :param bool is_long: keys are mostly longer than 1,024 characters, of which
        PostgreSQL keeps no statistics: it takes every word for a rare one
    """

    is_long = False

    def _condition_to_sql(self, field_expr, operator, value, model, alias, query):
        if operator not in ("like", "ilike", "not like", "not ilike"):
            return super()._condition_to_sql(
                field_expr, operator, value, model, alias, query
            )
        column = model._field_to_sql(alias, field_expr, query)
        words = search_key.keywords(str(value))
        common = self._common_words(model, words) if self.is_long else ()
        found = [
            # planned as "a third of the rows", and not by the index of trigrams
            SQL("strpos(%s, %s) > 0", column, word)
            if word in common
            else SQL("%s LIKE %s", column, f"%{_escape(word)}%")
            for word in words
        ]
        condition = SQL(" AND ").join(found) if found else SQL("TRUE")
        if operator in Domain.NEGATIVE_OPERATORS:
            return SQL("((%s) IS NOT TRUE)", condition)
        return SQL("(%s)", condition)

    def _common_words(self, model, words):
        """Return those words (set) that many keys hold, from rows all over the table.

        A guess for the planner: the rows are read as they are in the database, whatever
        the user may see of them, and nothing of them is told.
        """
        if not words:
            return set()
        column, table = SQL.identifier(self.name), SQL.identifier(model._table)
        # one after every step of ids: a row of each part of the table
        shares = model.env.execute_query(
            SQL(
                """
                SELECT %s
                  FROM (SELECT min(id)::bigint AS low, max(id) AS high FROM %s) ends,
                       generate_series(0, %s - 1) step,
                       LATERAL (SELECT %s AS key FROM %s
                                 WHERE id >= low + (high - low) * step / %s
                                 ORDER BY id LIMIT 1) seen
                """,
                SQL(", ").join(
                    SQL("count(*) FILTER (WHERE strpos(key, %s) > 0)", word)
                    for word in words
                ),
                table,
                SAMPLE,
                column,
                table,
                SAMPLE,
            )
        )[0]
        return {
            word for word, hits in zip(words, shares, strict=True) if hits >= COMMON
        }

    def filter_function(self, records, field_expr, operator, value):
        if operator not in ("like", "ilike"):
            return super().filter_function(records, field_expr, operator, value)
        getter = self.expression_getter(field_expr)
        words = search_key.keywords(str(value))
        return lambda record: all(word in (getter(record) or "") for word in words)


def _escape(word):
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
