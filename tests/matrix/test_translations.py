"""The templates of translations are current, and no English of ours is left."""

import json
import re
from pathlib import Path

import polib
import pytest

from command import addons

FOLDER = Path(__file__).parent
OURS = sorted(addons.ours())

# Terms that a template may have although Odoo does not export them from the addon
# alone: the name of the addon in the list of applications, and labels of fields that
# optional modules of Odoo (portal, rating, sms) add to every model with messages.
BESIDES = re.compile(
    r"model:ir\.module\.module,\w+:base\.module_\w+"
    r"|model:ir\.model\.fields,\w+:[\w.]+__"
    r"(website_message_ids|rating_ids|message_has_sms_error)"
)


def entries(path):
    """The terms of a template with where they occur, without its dates."""
    return {
        (entry.msgctxt, entry.msgid): sorted(
            {re.sub(r":\d+$", "", place) for place, _line in entry.occurrences}
        )
        for entry in polib.pofile(str(path), wrapwidth=78)
    }


def update(path, exported):
    """Write what Odoo exports, and keep what stands beside it."""
    path.parent.mkdir(exist_ok=True)
    template = polib.pofile(str(exported), wrapwidth=78)
    known = {entry.msgid for entry in template}
    for entry in polib.pofile(str(path), wrapwidth=78) if path.exists() else ():
        places = [place for place, _line in entry.occurrences]
        if entry.msgid not in known and all(map(BESIDES.match, places)):
            template.append(entry)
    template.sort(key=lambda entry: entry.msgid)
    template.save(str(path))


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
    path = addons.ours()[name].folder / "i18n" / f"{name}.pot"
    if request.config.getoption("--update-pot"):
        update(path, target)
        return
    committed, exported = entries(path), entries(target)
    new = [msgid for key in exported if key not in committed for msgid in key[1:]]
    old = [
        msgid
        for (_context, msgid), places in committed.items()
        if (_context, msgid) not in exported and not all(map(BESIDES.match, places))
    ]
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
