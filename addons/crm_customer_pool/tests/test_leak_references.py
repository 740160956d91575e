"""Naming a pooled customer by its id, which members know, tells no way to reach it."""

from psycopg2 import Error as DatabaseError

from odoo import fields
from odoo.exceptions import (
    AccessError,
    MissingError,
    RedirectWarning,
    UserError,
    ValidationError,
)
from odoo.tests import tagged
from odoo.tools import mute_logger

from .leak_common import KEPT, LeakCase

REFUSED = (AccessError, MissingError, RedirectWarning, UserError, ValidationError)
# what stops a record that was made up: fields that cannot be filled by a walk
UNFIT = (DatabaseError, KeyError, TypeError, ValueError, AttributeError)
MUTED = (
    "odoo.models",
    "odoo.addons.base.models.ir_model",
    "odoo.addons.base.models.ir_rule",
    "odoo.sql_db",
)


@tagged("post_install", "-at_install")
class TestLeakReferences(LeakCase):
    """Doors that take an id: default values, forms, new records, changed records."""

    def _references(self, user):
        """Yield (model of the user, field) of all that can point to a partner."""
        for name in sorted(self.env.registry):
            Model = self.env[name].with_user(user).with_context(**self._telling())
            if Model._abstract:
                continue
            for field in Model._fields.values():
                if field.comodel_name != "res.partner" or not Model._has_field_access(
                    field, "read"
                ):
                    continue
                if field.type in ("many2one", "many2many"):
                    yield Model, field

    def _value(self, field):
        family = (self.customer | self.contact).ids
        return family[0] if field.type == "many2one" else [(6, 0, family)]

    def _spec(self, Model):
        """Return what a client may ask of a record of a model."""
        spec = {}
        for field in Model._fields.values():
            if not Model._has_field_access(field, "read"):
                continue
            spec[field.name] = (
                {"fields": {"display_name": {}}} if field.relational else {}
            )
        return spec

    def _walk(self, door, tell, *args, spared=()):
        """Go through a door that may refuse; what it tells holds no secret.

        :return: whether it told something (bool)
        """
        told, refused = None, ""
        try:
            with mute_logger(*MUTED), self.env.cr.savepoint():
                told = tell(*args)
                self.env.flush_all()
                raise _Back
        except _Back:
            refused = ""
        except REFUSED as error:
            refused = str(error)
        except UNFIT:
            told = None
        finally:
            self.env.invalidate_all()
        with self.subTest(door):
            self.assertNoSecret(told, door, spared)
            self.assertNoSecret(refused, f"{door}, refusing", spared)
        return told is not None

    def test_forms(self):
        """A form that is opened on a pooled customer, or gets one, shows nothing.

        Covers: P10.
        """
        walked = 0
        for Model, field in self._references(self.sue):
            value, spec = self._value(field), self._spec(Model)
            opened = Model.with_context(**{f"default_{field.name}": value})
            label = f"{Model._name}.{field.name}"
            self._walk(f"default of {label}", opened.onchange, {}, [], spec)
            self._walk(
                f"onchange of {label}",
                Model.onchange,
                {field.name: value},
                [field.name],
                spec,
            )
            walked += 1
        self.assertGreater(walked, 20)

    def test_new_records(self):
        """A record that is made to point to a pooled customer tells nothing of it.

        Covers: P10.
        """
        told = 0
        for Model, field in self._references(self.sue):
            if Model.has_access("create") and field.store:
                door = f"a new {Model._name} with {field.name}"
                told += self._walk(door, self._made, Model, field)
        self.assertGreater(told, 3)

    def test_changed_records(self):
        """A record of one's own that is made to point there tells nothing either.

        Covers: P10.
        """
        own = self._customer(self.sue, "苏的客户")
        self._contact(own, "苏的联系人")
        self._followup(self.sue, own)
        for Model, field in self._references(self.sue):
            if not Model.has_access("write") or not field.store or Model._transient:
                continue
            for record in Model.search([], limit=20, order="id desc"):
                if record.has_access("write"):
                    door = f"a changed {Model._name} with {field.name}"
                    spared = KEPT.get(Model._name, ())
                    self._walk(door, self._changed, record, field, spared=spared)

    def _made(self, Model, field):
        record = Model.create(self._values(Model, field))
        return self._shown(record)

    def _changed(self, record, field):
        record.write({field.name: self._value(field)})
        return self._shown(record)

    def _shown(self, record):
        self.env.flush_all()
        self.env.invalidate_all()
        return record.web_read(self._spec(record))

    def _values(self, Model, field):
        """Return the values of a new record that points to the pooled customer."""
        values = {field.name: self._value(field)}
        names = [name for name, one in Model._fields.items() if one.required]
        values = {**Model.default_get(names), **values}
        for name in names:
            one = Model._fields[name]
            if values.get(name) or one.compute or one.related or not one.store:
                continue
            if one.type in ("char", "text", "html"):
                values[name] = "x"
            elif one.type == "many2one":
                values[name] = self.env[one.comodel_name].search([], limit=1).id
            elif one.type == "selection":
                values[name] = one.get_values(self.env)[0]
            elif one.type == "date":
                values[name] = fields.Date.today()
            elif one.type == "datetime":
                values[name] = fields.Datetime.now()
        return values


class _Back(Exception):
    """Takes back what a door has done."""
