"""Field type of the customer search key."""

from odoo import fields
from odoo.fields import Domain
from odoo.tools import SQL

from . import search_key


class SearchKey(fields.Char):
    """A stored key that is searched by keywords.

    ``like`` and ``ilike`` take what a user typed: each word separated by blanks must
    occur somewhere in the key, whatever its width, case or script. The key holds ASCII
    only (see ``search_key``), so the search is one index scan on a trigram index.
    """

    def _condition_to_sql(self, field_expr, operator, value, model, alias, query):
        if operator not in ("like", "ilike", "not like", "not ilike"):
            return super()._condition_to_sql(
                field_expr, operator, value, model, alias, query
            )
        column = model._field_to_sql(alias, field_expr, query)
        found = [
            SQL("%s LIKE %s", column, f"%{_escape(word)}%")
            for word in search_key.keywords(str(value))
        ]
        condition = SQL(" AND ").join(found) if found else SQL("TRUE")
        if operator in Domain.NEGATIVE_OPERATORS:
            return SQL("((%s) IS NOT TRUE)", condition)
        return SQL("(%s)", condition)

    def filter_function(self, records, field_expr, operator, value):
        if operator not in ("like", "ilike"):
            return super().filter_function(records, field_expr, operator, value)
        getter = self.expression_getter(field_expr)
        words = search_key.keywords(str(value))
        return lambda record: all(word in (getter(record) or "") for word in words)


def _escape(word):
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
