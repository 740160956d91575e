import re
from functools import partial

import pytz

from odoo import api, fields, models
from odoo.tools import html2plaintext, plaintext2html, single_email_re

from ..tools.import_line import Target
from ..tools.import_lookup import Lookup
from ..tools.sheets import CellError
from ..tools.sheets.values import (
    cell_text,
    folded,
    to_boolean,
    to_code,
    to_date,
    to_datetime,
    to_integer,
    to_number,
)

# text that consists of digits: spreadsheet programs make numbers of it
CODES = {"phone", "mobile", "phone_other", "qq", "wechat", "zip", "vat", "ref"}
CODES |= {"customer_no", "barcode", "default_code", "company_registry"}
PHONES = {"phone", "mobile", "phone_other"}
EMAILS = {"email", "email_from"}
# what people write into a cell that they leave empty
NOTHING = {"", "无", "無", "-", "--", "—", "——", "/", "\\", "n/a", "na", "none", "null"}
NOTHING |= {"暂无", "暫無", "未知", "不详", "不詳", "没有", "沒有"}
PHONE = re.compile(r"^[+\d][\d\s().\-转轉*#xX,;/、,+]{3,49}$")


class CrmImportHandler(models.AbstractModel):
    """What the columns of a file fill, and what their cells mean."""

    _inherit = "crm.import.handler"

    # ------------------------------------------------------------
    # COLUMNS
    # ------------------------------------------------------------

    @api.model
    def _crm_field(self, profile, path):
        """Hook: return the field object that a path of a column fills, None for none.

        :param profile: crm.import.profile record
        :param str path: as in ``crm.import.profile.column.field``
        """
        return self._crm_plain_field(profile.model, path)

    @api.model
    def _crm_plain_field(self, model, name):
        if model not in self.env:
            return None
        field = self.env[model]._fields.get(name)
        if field is None or field.type in ("one2many", "binary", "json"):
            return None
        return field

    @api.model
    def _crm_part_model(self, profile, part):
        """Hook: return the model (str) of a part of a row, "" being the main one."""
        return profile.model

    @api.model
    def _crm_arrange(self, batch, columns):
        """Hook: correct guesses that depend on the other columns.

        :param columns: crm.import.column records that were guessed
        """

    @api.model
    def _crm_targets(self, batch):
        """Return the columns of a file that are imported, a list of Target."""
        targets = []
        for column in batch.column_ids.filtered("target_id"):
            profile_column = column.target_id
            path = profile_column.field
            field = self._crm_field(batch.profile_id, path)
            model = self.env[
                self._crm_part_model(batch.profile_id, path.rpartition(".")[0])
            ]
            convert, prefetch, show = self._crm_converter(model, field)
            targets.append(
                Target(
                    column.index,
                    path,
                    profile_column._crm_label(),
                    convert,
                    prefetch,
                    profile_column.required,
                    show,
                )
            )
        return targets

    # ------------------------------------------------------------
    # CELLS
    # ------------------------------------------------------------

    @api.model
    def _crm_converter(self, model, field):
        """Return how cells become values of a field.

        :param model: empty recordset of the field's model
        :return: function of a cell, function of all cells of a chunk or None, function
            of a value that returns what it shows
        """
        kind = field.type
        if kind in ("many2one", "many2many"):
            return self._crm_relation_converter(field)
        if kind == "selection":
            return self._crm_selection_converter(model, field)
        simple = {
            "integer": to_integer,
            "float": to_number,
            "monetary": to_number,
            "boolean": to_boolean,
            "date": to_date,
        }
        if kind == "datetime":
            return partial(self._crm_moment), None, self._crm_show_moment
        if kind == "boolean":
            yes, no = self.env._("Yes"), self.env._("No")
            return to_boolean, None, lambda value: yes if value else no
        if kind in simple:
            return simple[kind], None, str
        if kind == "html":
            return (lambda cell: plaintext2html(cell_text(cell))), None, html2plaintext
        return partial(self._crm_text, field), None, str

    @api.model
    def _crm_text(self, field, cell):
        text = to_code(cell) if field.name in CODES else cell_text(cell)
        if field.name in CODES | EMAILS and text.lower() in NOTHING:
            return False
        if field.type == "char":
            text = " ".join(text.split())
        if field.name in PHONES and not PHONE.match(text):
            raise CellError("phone", value=text)
        if field.name in EMAILS:
            text = folded(text)
            if not single_email_re.match(text):
                raise CellError("email", value=text)
        size = getattr(field, "size", None)
        if size and len(text) > size:
            raise CellError("too_long", limit=size)
        return text

    @api.model
    def _crm_moment(self, cell):
        """Return a datetime in UTC; sheets speak the time of whoever imports."""
        zone = pytz.timezone(self.env.user.tz or self.env.context.get("tz") or "UTC")
        local = zone.localize(to_datetime(cell))
        return local.astimezone(pytz.utc).replace(tzinfo=None)

    @api.model
    def _crm_show_moment(self, value):
        local = fields.Datetime.context_timestamp(
            self.with_context(tz=self.env.user.tz or "UTC"), value
        )
        return local.strftime("%Y-%m-%d %H:%M")

    @api.model
    def _crm_selection_converter(self, model, field):
        known, shown = {}, {}
        languages = [code for code, _name in self.env["res.lang"].get_installed()]
        for language in {"en_US", *languages, self.env.lang or "en_US"}:
            there = model.with_context(lang=language)
            options = there.fields_get([field.name], ["selection"]).get(field.name, {})
            for key, label in options.get("selection", ()):
                known[folded(str(key))] = key
                known.setdefault(folded(label), key)
                if language == self.env.lang:
                    shown[key] = label

        def convert(cell):
            text = cell_text(cell)
            if folded(text) not in known:
                raise CellError(
                    "selection", value=text, options=", ".join(shown.values())
                )
            return known[folded(text)]

        return convert, None, lambda key: shown.get(key, key)

    @api.model
    def _crm_relation_converter(self, field):
        comodel = self.env[field.comodel_name]
        lookup = Lookup(comodel, self._crm_choices(field))
        show = partial(self._crm_show_records, comodel)
        if field.type == "many2one":
            return lookup.find, lookup.prefetch, show

        def split(cell):
            return [
                part
                for part in re.split(r"[,，、;；|\n]+", cell_text(cell))
                if part.strip()
            ]

        def convert(cell):
            ids = list(dict.fromkeys(lookup.find(part.strip()) for part in split(cell)))
            return [fields.Command.set(ids)]

        def prefetch(cells):
            parts = []
            for cell in cells:
                try:
                    parts += [part.strip() for part in split(cell)]
                except CellError:
                    continue
            lookup.prefetch(parts)

        return convert, prefetch, show

    @api.model
    def _crm_choices(self, field):
        """Hook: return the domain (list) of what a relation may be filled with."""
        domain = field.domain if isinstance(field.domain, list) else []
        if field.comodel_name == "res.users" and not domain:
            domain = [("share", "=", False)]
        return domain

    @api.model
    def _crm_show_records(self, comodel, value):
        if isinstance(value, list):
            value = value[0][2]
        # sudo: names that were just found by the user's own rights
        return ", ".join(comodel.browse(value).sudo().mapped("display_name"))
