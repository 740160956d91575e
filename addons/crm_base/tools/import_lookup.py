"""Finding the record that a cell names."""

import re
from collections import defaultdict

from .sheets import CellError
from .sheets.values import cell_text, folded

# lists up to this size are read as a whole, larger ones are asked for the names needed
SMALL = 3_000
# up to so many choices are named to whoever chose none of them
LISTED = 12
CHOICES = {"crm.dictionary", "crm.territory", "utm.source", "res.partner.category"}
# what people call a record by, beside its name
KEYS = ("code", "login", "email", "customer_no", "default_code", "barcode")
PROVINCE = re.compile(r"(壮族自治区|回族自治区|维吾尔自治区|自治区|特别行政区|省|市)$")


class Lookup:
    """The records of a model by whatever people write for them.

    Names count in every installed language; case, width and spaces around do not.

    :param model: empty recordset, in the environment of whoever imports
    :param list domain: what may be chosen
    """

    def __init__(self, model, domain=()):
        self.model = model
        self.domain = list(domain)
        self.found = defaultdict(set)
        self.asked = set()
        self.is_small = None
        self.options = []
        names = model._rec_names_search or [model._rec_name or "name"]
        keys = [*names, *(key for key in KEYS if key in model._fields)]
        if model._name == "res.partner":
            keys = ["name", "customer_no", "mnemonic"]
        self.keys = [
            key
            for key in dict.fromkeys(keys)
            if key in model._fields
            and model._fields[key].type in ("char", "text")
            and model._has_field_access(model._fields[key], "read")
        ]
        self.stored = [
            key for key in self.keys if model._fields[key]._description_searchable
        ]
        translated = any(model._fields[key].translate for key in self.keys)
        languages = [code for code, _name in model.env["res.lang"].get_installed()]
        # English is there even where nobody speaks it
        self.languages = ["en_US", *languages] if translated else [model.env.lang]

    def prefetch(self, cells):
        """Look up the names of many cells at once."""
        if self.is_small is None:
            self.is_small = (
                self.model.search_count(self.domain, limit=SMALL + 1) <= SMALL
            )
            if self.is_small:
                records = self.model.search(self.domain)
                self._learn(records)
                if len(records) <= LISTED and self.model._name in CHOICES:
                    self.options = records.mapped("display_name")
        if self.is_small:
            return
        texts = set()
        for cell in cells:
            try:
                texts.add(cell_text(cell))
            except CellError:
                continue
        texts -= self.asked | {""}
        if not texts:
            return
        self.asked |= texts
        for language in dict.fromkeys(self.languages):
            model = self.model.with_context(lang=language)
            for key in self.stored:
                self._learn(model.search([*self.domain, (key, "in", list(texts))]))

    def find(self, cell):
        """Return the id (int) of the record that a cell names.

        :raise CellError: when there is none, or more than one
        """
        text = cell_text(cell)
        if not self.is_small and text not in self.asked:
            self.prefetch([cell])
        ids = self.found.get(folded(text)) or self.found.get(_short(text), set())
        if len(ids) > 1:
            ids = self._prefer(ids)
        if not ids and self.options:
            raise CellError("selection", value=text, options=", ".join(self.options))
        if not ids:
            raise CellError("not_found", value=text)
        if len(ids) > 1:
            raise CellError("ambiguous", value=text, count=len(ids))
        return next(iter(ids))

    def _learn(self, records):
        for language in dict.fromkeys(self.languages):
            there = records.with_context(lang=language)
            for key in self.keys:
                # a column at a time: there may be thousands of provinces
                for id_, text in zip(there.ids, there.mapped(key), strict=True):
                    if text:
                        self.found[folded(text)].add(id_)
            if self.is_small and "complete_name" in there._fields:
                for record in there:
                    path = folded(record.complete_name or "")
                    self.found[path].add(record.id)
                    self.found[path.replace(" ", "")].add(record.id)
        if self.model._name == "res.country.state":
            for state in records:
                self.found[_short(state.name)].add(state.id)

    def _prefer(self, ids):
        """Of provinces with one name take that of the own country."""
        if self.model._name != "res.country.state":
            return ids
        country = self.model.env.company.country_id
        own = {s.id for s in self.model.browse(ids) if s.country_id == country}
        return own or ids


def _short(text):
    return PROVINCE.sub("", folded(text))
