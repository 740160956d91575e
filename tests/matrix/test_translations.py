"""The templates of translations are current, and no English of ours is left."""

import json
import re
from pathlib import Path

import polib
import pytest

from command import addons

FOLDER = Path(__file__).parent
OURS = sorted(addons.ours())


def entries(text):
    """The terms of a template with where they occur, without its dates."""
    return {
        (entry.msgctxt, entry.msgid): sorted(
            {re.sub(r":\d+$", "", place) for place, _line in entry.occurrences}
        )
        for entry in polib.pofile(text)
    }


@pytest.mark.parametrize("name", OURS)
def test_template_is_current(lab, request, tmp_path, name):
    """i18n/<addon>.pot is what Odoo exports from the source. Covers: X02."""
    database = lab.database([name])
    target = tmp_path / f"{name}.pot"
    lab.shell(
        database,
        "from odoo.tools.translate import trans_export\n"
        f"with open({str(target)!r}, 'wb') as file:\n"
        f"    trans_export(None, [{name!r}], file, 'po', env)\n",
    )
    wanted = target.read_text(encoding="utf-8")
    path = addons.ours()[name].folder / "i18n" / f"{name}.pot"
    if request.config.getoption("--update-pot"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(wanted, encoding="utf-8")
        return
    committed = entries(path.read_text(encoding="utf-8"))
    exported = entries(wanted)
    new = [msgid for key in exported if key not in committed for msgid in key[1:]]
    old = [msgid for key in committed if key not in exported for msgid in key[1:]]
    assert not new, "new terms: ./crm test matrix -- --update-pot -k template"
    assert not old, "terms that are gone: ./crm test matrix -- --update-pot -k template"


@pytest.mark.parametrize("lang", ["zh_CN", "zh_TW"])
def test_no_english_is_left(lab, lang):
    """Menus, fields, views, choices and data of ours are Chinese. Covers: X02."""
    database = lab.database(OURS)
    printed = lab.shell(
        database,
        f"import sys; sys.path.insert(0, {str(FOLDER)!r})\n"
        f"import terms\nterms.report(env, {OURS!r}, {lang!r})\n",
    )
    line = next(line for line in printed.splitlines() if line.startswith("terms:"))
    assert json.loads(line.removeprefix("terms:")) == []
