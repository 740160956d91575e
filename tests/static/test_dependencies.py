"""Who may stand on whom: the picture in README.md, enforced."""

import ast
import re
import sys

import foreign
import house
import pytest

# What each addon may name in `depends`; addons of the OCA are checked on their own.
# An edge that is not here is a decision: draw it in the README first.
ALLOWED = {
    "crm_base": {
        "auth_signup",
        "base_import",
        "calendar",
        "contacts",
        "mail",
        "phone_validation",
        "rpc",
        "sales_team",
        "utm",
    },
    "crm_connect": {"crm_base", "sms"},
    "crm_backup": {"crm_base"},
    "crm_login": {"crm_connect"},
    "crm_login_oidc": {"crm_login", "auth_oauth"},
    "crm_pipeline": {"crm_base", "crm"},
    "crm_leads": {"crm_pipeline"},
    "crm_web_form": {"crm_leads"},
    "crm_customer_pool": {"crm_base"},
    "crm_sales": {"crm_pipeline", "sale_crm", "sale_management", "sale_margin"},
    "crm_finance": {"crm_sales", "account"},
    "crm_stock": {"crm_sales", "sale_stock", "purchase_stock"},
    "crm_marketing": {"crm_base", "mass_mailing", "sms", "survey", "utm"},
    "crm_service": {"crm_base"},
    "crm_teamwork": {"crm_base"},
    "crm_reports": {"crm_base"},
}

# Applications that crm_base must never pull in, not even through others.
APPLICATIONS = {"account", "crm", "purchase", "sale", "stock"}

GLUE_LINES = 300

# Libraries that Odoo itself requires; an addon needs not name them.
ODOO_LIBRARIES = {
    "babel",
    "dateutil",
    "freezegun",
    "lxml",
    "markupsafe",
    "num2words",
    "openpyxl",
    "psycopg2",
    "pytz",
    "requests",
    "stdnum",
    "werkzeug",
    "xlsxwriter",
}

ADDONS = sorted(house.addons())


def is_glue(addon):
    """Whether an addon only joins siblings: installed by itself with all of them."""
    return bool(addon.manifest.get("auto_install"))


@pytest.mark.parametrize("name", ADDONS)
def test_edges(name):
    """Addons depend only on what the picture of the house shows. Covers: X01."""
    addon = house.addons()[name]
    ours = {part for part in addon.depends if part in house.addons()}
    locked = locked_oca_addons()
    if is_glue(addon):
        assert len(ours) >= 2, "a glue addon joins at least two of ours"
        return
    assert name in ALLOWED, f"{name} is not in the picture: decide what it stands on"
    surplus = set(addon.depends) - ALLOWED[name] - locked
    assert not surplus, f"{name} may not depend on {sorted(surplus)}"


def test_base_stands_on_no_application():
    """The foundation installs without Odoo's big applications. Covers: X01."""
    reached = APPLICATIONS & foreign.closure("crm_base")
    assert not reached, f"crm_base pulls in {sorted(reached)}"


@pytest.mark.parametrize("name", ADDONS)
def test_glue_is_small(name):
    """Glue joins two addons; what is big belongs into one of them. Covers: X01."""
    addon = house.addons()[name]
    if is_glue(addon):
        lines = sum(
            1
            for path in addon.python()
            for line in path.read_text(encoding="utf-8").splitlines()
            if line.strip()
        )
        assert lines <= GLUE_LINES, f"{lines} lines: a slot is missing below"


@pytest.mark.parametrize("name", ADDONS)
def test_imports(name):
    """Python is imported from the closure of ``depends`` only. Covers: X01."""
    addon = house.addons()[name]
    reach = foreign.closure(name)
    for path in addon.python(tests=True):
        for module in imported(path):
            parts = module.split(".")
            if parts[:2] == ["odoo", "addons"] and len(parts) > 2:
                assert parts[2] in reach, f"{house.relative(path)} imports {module}"


@pytest.mark.parametrize("name", ADDONS)
def test_models(name):
    """No model from outside the closure is named, and none is probed. Covers: X01."""
    addon = house.addons()[name]
    reach = foreign.models_in_reach(name)
    for path in addon.python(tests=True):
        for line, model, is_probe in named_models(path):
            where = f"{house.relative(path)}:{line}"
            assert not is_probe, f"{where} probes for {model}: use a registry or a slot"
            assert model in reach, f"{where} names {model}"
    for model in addon.models:
        for field in model.fields.values():
            if field.comodel:
                where = f"{house.relative(model.path)}: {field.name}"
                assert field.comodel in reach, f"{where} points to {field.comodel}"


@pytest.mark.parametrize("name", ADDONS)
def test_xml_references(name):
    """Data refers to records of the closure only. Covers: X01."""
    addon = house.addons()[name]
    reach = foreign.closure(name)
    for path in addon.xml():
        for line, module in referred_modules(path):
            where = f"{house.relative(path)}:{line}"
            assert module in reach, f"{where} refers to {module}"
    for row in addon.access_rows():
        for key in ("model_id:id", "group_id:id"):
            if "." in row[key]:
                module = row[key].split(".")[0]
                assert module in reach, f"{name}: {row['id']} refers to {module}"
    for path in addon.python(tests=True):
        for line, xml_id in named_xml_ids(path):
            where = f"{house.relative(path)}:{line}"
            assert xml_id.split(".")[0] in reach, f"{where} refers to {xml_id}"


def test_oca_addons():
    """An addon of the OCA is locked exactly when one of ours needs it. Covers: X01.

    A wheel that is merely present can install itself.
    """
    wanted = {
        part
        for name in ADDONS
        for part in foreign.closure(name)
        if part not in house.addons() and is_from_oca(part)
    }
    assert wanted == locked_oca_addons()


@pytest.mark.parametrize("name", ADDONS)
def test_libraries(name):
    """Libraries are declared in the manifest, and only those in use. Covers: X01."""
    addon = house.addons()[name]
    used = {
        module.split(".")[0] for path in addon.python() for module in imported(path)
    }
    used -= set(sys.stdlib_module_names) | ODOO_LIBRARIES | {"odoo", ""}
    declared = addon.manifest.get("external_dependencies", {}).get("python", [])
    assert used == set(declared)


def locked_oca_addons():
    """The addons among the locked wheels that the suite asks for."""
    text = (house.ROOT / "config" / "python" / "suite.in").read_text(encoding="utf-8")
    found = re.findall(r"^odoo-addon-([\w-]+)", text, re.M)
    return {part.replace("-", "_") for part in found}


def is_from_oca(name):
    """Whether an addon comes from a wheel, not from Odoo."""
    return foreign.folder(name).is_relative_to(foreign.folders()[-1])


def imported(path):
    """The modules that a file imports, without its relative imports."""
    for node in ast.walk(house.tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            if node.module in ("odoo.addons", "odoo"):
                yield from (f"{node.module}.{alias.name}" for alias in node.names)
            else:
                yield node.module or ""


def named_models(path):
    """Line, model and whether it is only probed, for each model named in a file."""
    for node in ast.walk(house.tree(path)):
        if isinstance(node, ast.Subscript) and is_environment(node.value):
            if isinstance(node.slice, ast.Constant):
                yield node.lineno, node.slice.value, False
        elif isinstance(node, ast.Compare) and is_environment(node.comparators[-1]):
            if isinstance(node.left, ast.Constant):
                yield node.lineno, node.left.value, True
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "get"
            and is_environment(node.func.value)
            and isinstance(node.args[0], ast.Constant)
        ):
            yield node.lineno, node.args[0].value, True


def is_environment(node):
    """Whether an expression is an environment: ``env``, ``self.env``, ``x.env``."""
    text = ast.unparse(node)
    return text == "env" or text.endswith((".env", ".env.registry"))


def named_xml_ids(path):
    """Line and full id for each record that a file looks up by its id."""
    calls = {"ref", "_for_xml_id", "_xmlid_to_res_id", "has_group", "_crm_has_group"}
    for node in ast.walk(house.tree(path)):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in calls
            and node.args
            and isinstance(node.args[0], ast.Constant)
            and isinstance(node.args[0].value, str)
            and re.fullmatch(r"\w+\.[\w.]+", node.args[0].value)
        ):
            yield node.lineno, node.args[0].value


def referred_modules(path):
    """Line and addon for each reference in a data file."""
    for node in house.xml(path).iter():
        if not isinstance(node.tag, str):
            continue
        for key, value in node.attrib.items():
            found = []
            if key in ("ref", "inherit_id", "parent", "action", "id", "t-call"):
                found = [value]
            elif key == "groups":
                found = [part.strip(" !") for part in value.split(",")]
            elif key in ("eval", "context", "domain", "search"):
                found = re.findall(r"ref\(\s*['\"]([\w.]+)['\"]", value)
            for text in found:
                if re.fullmatch(r"\w+\.[\w.]+", text):
                    yield node.sourceline, text.split(".")[0]
        for text in re.findall(r"%\((\w+)\.[\w.]+\)d", " ".join(node.attrib.values())):
            yield node.sourceline, text
