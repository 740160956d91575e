"""Rules of the house that no linter knows."""

import ast
import re
import stat

import house
import pytest

ADDONS = sorted(house.addons())
# The product's limits, and those of its tests, which tell stories.
FILE_LINES = {"product": 500, "tests": 900}
FUNCTION_LINES = {"product": 60, "tests": 120}

# Longer than the limits, with the reason why it is better in one piece.
LONG_FILES: dict[str, str] = {}
LONG_FUNCTIONS = {
    "command/cli.py::parser": "one declaration after the other, as the help shows them",
}

# Hosts that our files may name; what is fetched comes from the machine's own
# configuration, never from an address in this repository.
HOSTS = re.compile(
    r"""^(
        localhost | 127\.0\.0\.1 | \[::1\] | 0\.0\.0\.0
      | ([\w-]+\.)*example(\.(com|org|net|cn))? | [\w-]+\.(test|invalid)
      | github\.com | ([\w-]+\.)?(gnu|fsf|w3|odoo)\.(org|com)
      | (odoo|web|nginx|postgres|db|proxy|suite)
      | schemas\.openxmlformats\.org  # names of the parts of a Word document
      | uri\.amap\.com  # opens the map on a phone, by a tap
    )$""",
    re.X,
)

# an address, unless a part of its host is filled in later
ADDRESS = re.compile(
    r"\bhttps?://([\w-]+(?:\.[\w-]+)*|\[[\w:]+\])(?![\w-]|\.?[{$%]|\.[\w-])"
)

# a menu is named after its model, or after what its entries have in common
MENU = r"[a-z0-9_]+_menu(_[a-z_]+)?|menu_[a-z_]+"

TEXTS = [path for path in house.text_files() if path.name != "LICENSE"]


def lines_of(path):
    """The numbered lines of a file."""
    return enumerate(path.read_text(encoding="utf-8").splitlines(), 1)


def test_no_loose_ends():
    """Nothing is left for later in the source: what is open is an issue."""
    words = ["TO" + "DO", "FIX" + "ME", "XX" + "X", "NotImplemented" + "Error"]
    pattern = re.compile(r"\b(" + "|".join(words) + r")\b")
    found = [
        f"{house.relative(path)}:{number}: {line.strip()[:80]}"
        for path in TEXTS
        for number, line in lines_of(path)
        if pattern.search(line)
    ]
    assert not found


def test_no_test_is_left_out():
    """No test leaves itself out: what it needs, ``./crm test`` installs."""
    pattern = re.compile(
        r"\b(skip"
        + r"(Test|If|Unless|if)|(unittest|pytest(\.mark)?)\.skip|importor"
        + r"skip"
        r"|x" + r"fail)\b"
    )
    found = [
        f"{house.relative(path)}:{number}: {line.strip()[:80]}"
        for path in TEXTS
        if path.suffix == ".py"
        for number, line in lines_of(path)
        if pattern.search(line)
    ]
    assert not found


def test_no_paths_of_a_machine():
    """No file names a folder of the machine that it was written on."""
    pattern = re.compile(
        r"(?<![\w.$}/-])/("
        + "|".join(["wo" + "rk", "ro" + "ot", "ho" + "me"])
        + r")/\w"
        r"|/tmp" + r"/dev\b"
    )
    found = [
        f"{house.relative(path)}:{number}: {line.strip()[:80]}"
        for path in TEXTS
        for number, line in lines_of(path)
        if pattern.search(line)
    ]
    assert not found


def test_no_foreign_hosts():
    """Addresses in our files are local, examples, or of public documentation."""
    found = []
    for path in TEXTS:
        for number, line in lines_of(path):
            for host in ADDRESS.findall(line):
                if not HOSTS.match(host):
                    found.append(f"{house.relative(path)}:{number}: {host}")
    assert not found


def test_files_are_tidy():
    """Text files: LF, one newline at the end, no trailing blanks, no tabs, no marks."""
    found = []
    for path in TEXTS:
        data = path.read_bytes()
        name = house.relative(path)
        if not data:
            continue
        if b"\r\n" in data and path.suffix != ".csv":
            found.append(f"{name}: CRLF")
        if not data.endswith(b"\n") or data.endswith(b"\n\n"):
            found.append(f"{name}: not one newline at the end")
        if path.suffix not in {".po", ".pot", ".tsv"}:
            lines = data.replace(b"\r\n", b"\n").split(b"\n")
            for number, line in enumerate(lines, 1):
                if line != line.rstrip():
                    found.append(f"{name}:{number}: blanks at the end")
                if b"\t" in line and path.name != "Makefile":
                    found.append(f"{name}:{number}: tab")
        if re.search(rb"^(<{7}|>{7}|={7})( |$)", data, re.M):
            found.append(f"{name}: mark of a merge")
    assert not found


def test_executable_files():
    """A file is executable exactly when it begins with an interpreter."""
    found = [
        house.relative(path)
        for path in TEXTS
        if bool(path.stat().st_mode & stat.S_IXUSR) != (path.read_bytes()[:2] == b"#!")
    ]
    assert not found


def test_nothing_compiled_is_tracked():
    """Neither byte code nor state of the command is in the repository."""
    found = [
        house.relative(path)
        for path in house.tracked()
        if {"__pycache__", ".run", "node_modules"} & set(path.parts)
    ]
    assert not found


def kind_of(path):
    """Whether a file belongs to the product or to its tests."""
    parts = path.relative_to(house.ROOT).parts
    return "tests" if "tests" in parts else "product"


def test_files_are_short():
    """A file of the product has at most 500 lines, or a reason."""
    found = {}
    for path in house.tracked():
        if path.suffix in {".py", ".js"}:
            length = len(path.read_text(encoding="utf-8").splitlines())
            if length > FILE_LINES[kind_of(path)]:
                found[house.relative(path)] = length
    too_long = {name: size for name, size in found.items() if name not in LONG_FILES}
    assert not too_long
    assert all((house.ROOT / name).is_file() for name in LONG_FILES), "gone by now"


def test_functions_are_short():
    """A function has at most 60 lines, docstring not counted, or a reason."""
    found = {}
    for path in house.tracked():
        if path.suffix != ".py":
            continue
        for node in house.functions(house.tree(path)):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            length = body[-1].end_lineno - body[0].lineno + 1 if body else 0
            if length > FUNCTION_LINES[kind_of(path)]:
                found[f"{house.relative(path)}::{node.name}"] = length
    assert set(found) == set(LONG_FUNCTIONS), found


@pytest.mark.parametrize("name", ADDONS)
def test_sudo_says_why(name):
    """Each ``sudo()`` has its reason in a comment just before. Covers: B01."""
    found = []
    for path in house.addons()[name].python():
        lines = path.read_text(encoding="utf-8").splitlines()
        for function in house.functions(house.tree(path)):
            for node in ast.walk(function):
                if not is_sudo(node):
                    continue
                line = node.func.end_lineno
                before = lines[max(function.lineno - 1, line - 16) : line]
                if not any("# sudo: " in text for text in before):
                    found.append(f"{house.relative(path)}:{line}")
    assert not found


def is_sudo(node):
    """Whether a node is a call that gives all rights (``sudo(False)`` takes them)."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "sudo"
        and not (node.args and getattr(node.args[0], "value", True) is False)
    )


@pytest.mark.parametrize("name", ADDONS)
def test_no_commit(name):
    """Transactions are Odoo's: addons neither commit nor roll back."""
    found = []
    for path in house.addons()[name].python(tests=True):
        for node in ast.walk(house.tree(path)):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in ("commit", "rollback")
                and ast.unparse(node.func.value).endswith("cr")
                and "tests" not in path.parts
            ):
                found.append(f"{house.relative(path)}:{node.lineno}")
    assert not found


@pytest.mark.parametrize("name", ADDONS)
def test_no_built_sql(name):
    """SQL is a literal with parameters, or an ``SQL`` object; HTML likewise."""
    found = []
    for path in house.addons()[name].python():
        for node in ast.walk(house.tree(path)):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            function = ast.unparse(node.func).rpartition(".")[2]
            first = node.args[0]
            if function in ("SQL", "Markup") and not isinstance(first, ast.Constant):
                found.append(f"{house.relative(path)}:{node.lineno}")
            if function in ("execute", "execute_query", "execute_query_dict"):
                is_built = isinstance(first, (ast.JoinedStr, ast.BinOp)) or (
                    isinstance(first, ast.Call)
                    and ast.unparse(first.func).rpartition(".")[2] in ("format", "join")
                )
                if is_built:
                    found.append(f"{house.relative(path)}:{node.lineno}")
    assert not found


@pytest.mark.parametrize("name", ADDONS)
def test_one_model_per_file(name):
    """A file holds one model and is named after it; wizards live in wizard/."""
    addon = house.addons()[name]
    seen = {}
    for model in addon.models:
        where = house.relative(model.path)
        assert seen.setdefault(model.path, model.name) == model.name, where
        stem = model.name.replace(".", "_")
        file = model.path.stem
        fits = file.startswith(stem) or (not model.is_new and stem.startswith(file))
        assert fits, f"{where} holds {model.name}"
        folder = model.path.parent.name
        if model.is_new and model.kind == "TransientModel":
            assert folder == "wizard", f"{where}: wizards live in wizard/"
        elif model.is_new:
            assert folder in ("models", "report"), where


@pytest.mark.parametrize("name", ADDONS)
def test_xml_ids(name):
    """Ids tell what they name: views, actions, menus, rules, demonstration data."""
    addon = house.addons()[name]
    found = []
    for path, record in addon.records():
        xml_id = record.get("id", "")
        inner = path.relative_to(addon.folder).parts
        model = record.get("model")
        pattern = {
            "ir.ui.view": r"[a-z_]+_view_[a-z_]+",
            "ir.actions.act_window": r"[a-z_]+_action(_[a-z_]+)?",
            "ir.actions.client": r"[a-z_]+_action(_[a-z_]+)?",
            "ir.actions.server": r"[a-z_]+_action(_[a-z_]+)?",
            "ir.ui.menu": MENU,
            "ir.rule": r"[a-z_]+_rule(_[a-z_]+)?",
            "ir.cron": r"ir_cron_[a-z_]+",
        }.get(model)
        if "." in xml_id:
            continue
        if inner[0] == "demo":
            pattern = r"[a-z0-9_]+_demo"
        if pattern and not re.fullmatch(pattern, xml_id):
            found.append(f"{house.relative(path)}:{record.sourceline}: {xml_id}")
    for path in addon.xml():
        for menu in house.xml(path).iter("menuitem"):
            if not re.fullmatch(MENU, menu.get("id").rpartition(".")[2]):
                where = f"{house.relative(path)}:{menu.sourceline}"
                found.append(f"{where}: {menu.get('id')}")
    assert not found


@pytest.mark.parametrize("name", ADDONS)
def test_xml_files(name):
    """Data files start with one header and hold one root element."""
    for path in house.addons()[name].xml():
        text = path.read_text(encoding="utf-8")
        where = house.relative(path)
        assert text.startswith('<?xml version="1.0" encoding="utf-8"?>\n<'), where
        root = house.xml(path)
        assert root.tag == "odoo", where
        assert not list(root.iter("tree", "data")), where
