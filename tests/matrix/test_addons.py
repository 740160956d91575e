"""Every addon alone and all together: install, use, leave no trace."""

import ast
from pathlib import Path
from random import Random

import inspection
import pytest

from command import addons

OURS = sorted(addons.ours())
USES = Path(__file__).with_name("uses.py")


def test_every_addon_has_a_use():
    """uses.py says what somebody does with each addon. Covers: X01."""
    tree = ast.parse(USES.read_text(encoding="utf-8"))
    names = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    assert {f"use_{name}" for name in OURS} <= names


def dependents(name):
    """The addons that cannot stay without one: itself and those that stand on it."""
    return {
        other
        for other in OURS
        if name in {addon.name for addon in addons.closure([other])}
    }


def uses_of(names):
    """The use functions of addons, those they stand on first."""
    return [f"use_{addon.name}" for addon in addons.closure(names)]


def assert_same(before, after):
    """Fail with all that an addon has left behind or taken along."""
    found = inspection.differences(before, after)
    assert not found, "\n".join(found)


@pytest.mark.parametrize("name", OURS)
def test_alone(lab, use, quiet, name):
    """An addon installs on what it declares, works, leaves no trace. Covers: X01."""
    before = inspection.inspected(lab, lab.foundation([name]))
    database = lab.database([name])
    installed = set(lab.installed(database))
    ours = {addon.name for addon in addons.closure([name])}
    assert installed & set(OURS) == ours, "it brings along what it does not declare"
    use(database, *uses_of([name]), "use_contacts")
    leaving = sorted(ours, reverse=True)
    lab.uninstall(database, leaving)
    assert not set(lab.installed(database)) & ours
    assert_same(before, inspection.inspected(lab, database))
    assert inspection.dangling(lab, database) == []
    use(database, "use_contacts")


def test_all_together(lab, use, quiet):
    """All addons with their demonstration data work in one database. Covers: X01."""
    before = inspection.inspected(lab, lab.foundation(OURS))
    database = lab.database(OURS, demo=True, lang="zh_CN")
    assert set(OURS) <= set(lab.installed(database))
    use(database, *uses_of(OURS), "use_contacts")
    lab.uninstall(database, sorted(OURS, reverse=True))
    after = inspection.inspected(lab, database)
    # what the demonstration has set up of Odoo's own stays, as what people set up would
    kinds = set(inspection.QUERIES) - {"defaults", "external ids", "parameters"}
    for kind in set(inspection.QUERIES) - kinds:
        after[kind] = before[kind]
    assert_same(before, after)
    assert inspection.dangling(lab, database) == []
    use(database, "use_contacts")


def leaving():
    """Sets of addons that leave together, few enough to try each of them.

    Of any two addons, one leaves with some set while the other stays, unless the other
    stands on it. There are six sets for twelve addons, and one or two more for twice as
    many.

    :return: list of sorted lists of names, the same for the same addons
    """
    free = [name for name in OURS if len(dependents(name)) < len(OURS)]
    missing = {
        (name, other)
        for name in free
        for other in OURS
        if other not in dependents(name)
    }
    random, found = Random(1), []
    while missing:
        best, new = set(), set()
        for _try in range(300):
            gone = set()
            for name in free:
                if random.random() < 0.4:
                    gone |= dependents(name)
            parted = {pair for pair in missing if gone & set(pair) == {pair[0]}}
            if len(parted) > len(new):
                best, new = gone, parted
        found.append(sorted(best))
        missing -= new
    return found


def test_leaving_parts_every_two():
    """One of two addons leaves and the other stays, both ways. Covers: X01."""
    parted = {
        (name, other)
        for gone in leaving()
        for name in gone
        for other in set(OURS) - set(gone)
    }
    assert parted == {
        (name, other)
        for name in OURS
        for other in set(OURS) - dependents(name)
        if len(dependents(name)) < len(OURS)
    }


@pytest.mark.parametrize("gone", leaving(), ids=" ".join)
def test_some_leave(lab, use, quiet, gone):
    """When addons go, the others work as if those had never come. Covers: X01."""
    staying = sorted(set(OURS) - set(gone))
    # Odoo's own addons that they brought along stay with whoever has them
    database = lab.foundation(OURS)
    lab.install(database, staying)
    # glue installs itself where all that it joins is
    if glue := set(gone) & set(lab.installed(database)):
        lab.uninstall(database, sorted(glue))
    before = inspection.inspected(lab, database)
    database = lab.database(OURS)
    use(database, *uses_of(OURS))
    lab.uninstall(database, gone)
    assert set(lab.installed(database)) & set(OURS) == set(staying)
    assert_same(before, inspection.inspected(lab, database))
    use(database, *uses_of(staying), "use_contacts")


@pytest.mark.parametrize("name", OURS)
def test_update(lab, use, quiet, name):
    """Updating an addon in a database in use changes nothing. Covers: X01."""
    database = lab.database([name])
    use(database, *uses_of([name]))
    before = inspection.inspected(lab, database)
    lab.update(database, [name])
    assert_same(before, inspection.inspected(lab, database))
