"""Classes of views are named so that no addon of Odoo has the same."""

import re

import house
import pytest

# registered by Odoo's addon crm: whoever comes second breaks the whole web client
TAKEN = {
    "crm_form": "crm_base_form",
    "crm_kanban": "crm_base_kanban",
}
USED = re.compile(r"""js_class=["'](\w+)["']|\.add\(\s*["'](\w+)["']""")


@pytest.mark.parametrize("name", sorted(house.addons()))
def test_view_classes(name):
    """No view and no script of ours takes a name that Odoo's crm has."""
    folder = house.addons()[name].folder
    for path in sorted([*folder.rglob("*.xml"), *folder.rglob("static/src/**/*.js")]):
        for match in USED.finditer(path.read_text(encoding="utf-8")):
            key = match.group(1) or match.group(2)
            assert key not in TAKEN, (
                f"{house.relative(path)}: {key} is Odoo's, use {TAKEN.get(key)}"
            )
