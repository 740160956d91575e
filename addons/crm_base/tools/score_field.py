"""Field type of figures that may be unknown."""

from odoo import fields


class Score(fields.Float):
    """A positive figure, or none at all.

    None is NULL in the database, where stock's numbers are 0: averages leave it out.
    """

    def convert_to_column_insert(self, value, record, values=None, validate=True):
        # only what is stored: in a condition, 0 stays 0
        if not value:
            return None
        return super().convert_to_column_insert(value, record, values, validate)
