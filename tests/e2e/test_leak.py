"""What members of a pool are told of what is in it, at every door of a live server.

Models, fields, records, methods, routes and reports are discovered, not listed: a new
one is walked as soon as it is there.
"""

import pytest
from static import house

from .leak_routes import Routes, Web
from .leak_scene import SECRETS, Scene
from .leak_walk import Program, Walk

# methods that take what is pooled out of the pool: their answers are tested elsewhere
OUT = ("action_claim", "action_assign", "action_view_contact")
# by JSON-2 and by XML-RPC: whose client, and how many answers it has at least
DOORS = [(Walk, "owner", 1000), (Program, "lender", 200)]


@pytest.fixture(scope="module")
def scene(lab):
    return Scene.made(lab)


def test_scene(scene):
    """The secrets are there, and the boss sees all of them: the walks can find them."""
    boss = scene.lab.shell(
        scene.database,
        "import json\n"
        "for model in ('res.partner', 'crm.lead', 'crm.followup', 'mail.message',\n"
        "              'mail.tracking.value', 'mail.activity', 'ir.attachment',\n"
        "              'res.partner.bank', 'crm.recycle.item', 'crm.recycle.entry',\n"
        "              'crm.web.form.answer', 'crm.change.log'):\n"
        "    for one in env[model].with_context(active_test=False).search([]):\n"
        "        print(json.dumps(one.read(), default=str, ensure_ascii=False))\n",
    )
    missing = [name for name, secret in SECRETS.items() if secret not in boss]
    assert not missing


@pytest.mark.parametrize(("kind", "login", "least"), DOORS)
def test_models(scene, kind, login, least):
    """No model tells a secret: lists, forms, groups, exports, names of what it names.

    The owner had all of it before, the lender took part. Covers: P10, P14, L08.
    """
    walk = kind(scene, login)
    for model in scene.models:
        walk.read_model(model)
    assert walk.told > least
    walk.assert_kept()


@pytest.mark.parametrize("kind", [Walk, Program])
def test_forms(scene, kind):
    """No form that names what is pooled tells a secret of it. Covers: P10, L08."""
    walk = kind(scene, "lender")
    for reference in scene.references:
        walk.name_targets(*reference)
    assert walk.told > 50
    walk.assert_kept()


def _behind(scene):
    """Return the ids of all records that hang on what is pooled, by model."""
    found = {}
    tables = {model.replace(".", "_"): model for model in scene.models}
    columns = {
        (table, column)
        for table, column in scene.lab.sql(
            scene.database,
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = 'public'",
        )
    }
    for model, ids in scene.targets.items():
        listed = ",".join(map(str, ids))
        for table, name in tables.items():
            conditions = [
                f"({key} = '{model}' AND res_id IN ({listed}))"
                for key in ("model", "res_model")
                if {(table, key), (table, "res_id")} <= columns
            ]
            conditions += [
                f"{field} IN ({listed})"
                for source, field, target, type_ in scene.references
                if source == name
                and target == model
                and type_ == "many2one"
                and (table, field) in columns
            ]
            if conditions:
                rows = scene.lab.sql(
                    scene.database,
                    f"SELECT id FROM {table} WHERE {' OR '.join(conditions)}",
                )
                found.setdefault(name, set()).update(int(row[0]) for row in rows)
        found.setdefault(model, set()).update(ids)
    return {name: sorted(ids) for name, ids in found.items() if ids}


@pytest.mark.parametrize("kind", [Walk, Program])
def test_records(scene, kind):
    """Nothing that hangs on what is pooled can be read by its id. Covers: P10, L08."""
    walk = kind(scene, "lender")
    behind = _behind(scene)
    assert len(behind) > 10
    for model, ids in behind.items():
        walk.read_rows(model, ids)
    walk.assert_kept()


@pytest.mark.parametrize(("kind", "login"), [(Walk, "lender"), (Program, "member")])
def test_guesses(scene, kind, login):
    """No search by a secret finds what is pooled. Covers: P10, L08."""
    walk = kind(scene, login)
    for model in (*scene.targets, "crm.pool.customer", "crm.pool.lead"):
        for secret in SECRETS.values():
            assert walk.ask("names", model, "name_search", name=secret) == []
    walk.assert_kept()


@pytest.mark.parametrize("kind", [Walk, Program])
def test_methods(scene, kind):
    """No public method tells a secret of a record that it is given.

    Covers: P10, L08.
    """
    walk = kind(scene, "lender")
    before = scene.pooled()
    for method in house.api_methods():
        if method.name.startswith(OUT):
            continue
        for model, ids in scene.targets.items():
            given = {
                name: ids if name.endswith("ids") else ids[0]
                for name in method.arguments
                if name.endswith(("_id", "_ids"))
            }
            targets = {"ids": ids[:1]} if method.model == model else {}
            if given or targets:
                others = dict.fromkeys(
                    (name for name in method.arguments if name not in given),
                    "2040-01-01",
                )
                door = f"{method.model}.{method.name}"
                walk.ask(door, method.model, method.name, **targets, **given)
                walk.ask(door, method.model, method.name, **targets, **given, **others)
    assert scene.pooled() == before
    walk.assert_kept()


def test_routes(scene):
    """No address of the server tells a secret: files, prints, exports, chatter, portal.

    In the developer mode too. Covers: P10, P14, L08.
    """
    walk = Walk(scene, "lender")
    routes = Routes(scene, _behind(scene))
    assert not routes.unknown()
    assert routes.walk(Web(scene, "lender"), walk.check) > 1000
    # names in what was sent to the lender: the walk finds what it is told
    assert walk.leaks
    walk.assert_kept()
