"""Rights and record rules for every model."""

import re

import house
import pytest

# Models that nobody gets rights on: they are worked with by methods only.
WITHOUT_RIGHTS: dict[str, str] = {}

# Models that name a person or a customer, and whose records are for everybody.
WITHOUT_RULE = {
    "crm.territory": "a tree of names, which everybody chooses from",
    "crm.duplicate.quota": "counts look-ups; the boss alone may read it",
    "crm.pool.quota": "serializes claims; the boss alone may read it",
}

ADDONS = sorted(house.addons())
HEADER = [
    "id",
    "name",
    "model_id:id",
    "group_id:id",
    "perm_read",
    "perm_write",
    "perm_create",
    "perm_unlink",
]


def new_models(addon):
    """The models that an addon declares and that have a table."""
    return [
        model
        for model in addon.models
        if model.is_new and model.kind != "AbstractModel"
    ]


def external_id(model):
    """The name under which Odoo files a model."""
    return "model_" + model.name.replace(".", "_")


@pytest.mark.parametrize("name", ADDONS)
def test_every_model_has_rights(name):
    """Each model has rights, each for a group, none for everybody. Covers: B01."""
    addon = house.addons()[name]
    rows = addon.access_rows()
    with_rights = {row["model_id:id"].rpartition(".")[2] for row in rows}
    for model in new_models(addon):
        if model.name not in WITHOUT_RIGHTS:
            assert external_id(model) in with_rights, f"{model.name} has no rights"
    for row in rows:
        assert list(row) == HEADER
        assert row["group_id:id"], f"{row['id']}: rights are given to a group"
        assert row["id"].startswith("access_"), row["id"]
        assert {row[key] for key in HEADER[4:]} <= {"0", "1"}, row["id"]
    ids = [row["id"] for row in rows]
    assert len(ids) == len(set(ids)), "two rows have the same id"
    groups = [(row["model_id:id"], row["group_id:id"]) for row in rows]
    assert len(groups) == len(set(groups)), "two rows for one model and group"


@pytest.mark.parametrize("name", ADDONS)
def test_models_of_people_have_rules(name):
    """Records of a person or a customer are limited by a rule. Covers: B01, B02."""
    addon = house.addons()[name]
    limited = {
        record.find("field[@name='model_id']").get("ref", "").rpartition(".")[2]
        for _path, record in addon.records()
        if record.get("model") == "ir.rule"
    }
    for model in new_models(addon):
        personal = {
            field.name
            for field in model.fields.values()
            if field.type == "Many2one"
            and field.comodel in ("res.users", "res.partner")
        }
        if model.kind == "Model" and personal and model.name not in WITHOUT_RULE:
            assert external_id(model) in limited, (
                f"{model.name} has {sorted(personal)} and no record rule"
            )


@pytest.mark.parametrize("name", ADDONS)
def test_multi_company(name):
    """A model with a company has a rule for it, or a rule of the scope."""
    addon = house.addons()[name]
    domains = {}
    for _path, record in addon.records():
        if record.get("model") == "ir.rule":
            model = record.find("field[@name='model_id']").get("ref", "")
            text = record.findtext("field[@name='domain_force']") or ""
            domains.setdefault(model.rpartition(".")[2], []).append(text)
    for model in new_models(addon):
        if model.kind == "Model" and "company_id" in model.fields:
            texts = domains.get(external_id(model), [])
            assert any(
                "company_ids" in text or "user._crm" in text for text in texts
            ), f"{model.name} has a company and no rule for it"


@pytest.mark.parametrize("name", ADDONS)
def test_rules_use_the_scope(name):
    """Rules are built on the one scope: none decides visibility alone. Covers: B02."""
    addon = house.addons()[name]
    for path, record in addon.records():
        if record.get("model") != "ir.rule":
            continue
        where = f"{house.relative(path)}: {record.get('id')}"
        text = record.findtext("field[@name='domain_force']") or ""
        assert "user._crm_" in text or "company_ids" in text, where
        assert not re.search(r"user\.(id|team|has_group)", text), where
        assert record.find("field[@name='groups']") is None, (
            f"{where}: rules of the suite are global, so that no group widens them"
        )
