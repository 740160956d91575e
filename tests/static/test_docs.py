"""The documents say what is so: links, tables, hooks, registries, log-ins."""

import re

import generated
import house
import pytest

PAGES = [path for path in house.text_files() if path.suffix == ".md"]
README = {"README.md": 150, "README.zh-CN.md": 150}


def page(name):
    """The text of a document."""
    return (house.ROOT / name).read_text(encoding="utf-8")


def anchors(text):
    """The anchors that the headings of a page make."""
    found = set()
    for heading in re.findall(
        r"^#+ (.+)$", re.sub(r"```.*?```", "", text, flags=re.S), re.M
    ):
        plain = re.sub(r"[`*]|\[([^]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
        found.add(re.sub(r"[^\w\- ]", "", plain).replace(" ", "-"))
    return found


@pytest.mark.parametrize("path", PAGES, ids=house.relative)
def test_links(path):
    """Every link inside of the repository leads somewhere."""
    text = re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.S)
    broken = []
    for target in re.findall(r"!?\[[^]]*\]\(<?([^)\s>]+)", text):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, anchor = target.partition("#")
        found = (path.parent / file).resolve() if file else path
        if not found.exists() or (
            anchor
            and found.suffix == ".md"
            and anchor not in anchors(found.read_text(encoding="utf-8"))
        ):
            broken.append(target)
    assert not broken


@pytest.mark.parametrize("name", README)
def test_readme(name):
    """READMEs are short, show the two commands and all addons. Covers: X03."""
    text = page(name)
    assert len(text.splitlines()) <= README[name]
    assert "./crm run" in text and "./crm test" in text
    table = set(re.findall(r"^\| \[(\w+)\]\(addons/\1\)", text, re.M))
    assert table == set(house.addons()), "the module table and addons/ differ"
    picture = re.findall(r"```mermaid\n(.*?)```", text, re.S)
    assert picture, "no picture of the dependencies"
    drawn = set(re.findall(r"(\w+) --> (\w+)", picture[0]))
    wanted = {
        (name, part)
        for name, addon in house.addons().items()
        for part in addon.depends
        if part in house.addons()
    }
    assert drawn == wanted, "the picture and the manifests differ"


@pytest.mark.parametrize(
    "name", ["README.md", "docs/extension-points.md"], ids=lambda name: name
)
def test_generated_parts(name, request):
    """Tables made from the source are as the source is now. Covers: B22."""
    generated.check(name, update=request.config.getoption("--update-docs"))


def test_every_hook_is_used_or_explained():
    """A hook says who may override it and what it returns. Covers: B22."""
    short = [
        f"{house.relative(hook.path)}: {hook.name}"
        for hook in house.hooks()
        if len(hook.docstring) < 40
    ]
    assert not short
    inviting = [
        f"{house.relative(path)}: {node.name}"
        for addon in house.addons().values()
        for path in addon.python()
        for node in house.functions(house.tree(path))
        if "override" in (house.ast.get_docstring(node) or "").lower()
        and not (house.ast.get_docstring(node) or "").startswith("Hook:")
    ]
    assert not inviting, "call it a hook"


def test_registries_are_documented():
    """Each registry has its section and an example. Covers: B22, R01."""
    text = page("docs/extension-points.md")
    for name in (
        "crm.metric",
        "crm.dictionary",
        "_crm_customer_totals",
        "_crm_handover_models",
    ):
        section = re.search(
            rf"^## [^\n]*`{re.escape(name)}.*?(?=^## |\Z)", text, re.M | re.S
        )
        assert section, f"no section on {name}"
        assert "```" in section[0], f"no example of {name}"


def test_log_ins():
    """The READMEs list the log-ins of the demonstration. Covers: X03."""
    path = house.ADDONS / "crm_base" / "demo" / "logins.tsv"
    rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
    logins = [row[0] for row in rows if row[0] != "login" and row[0][0] != "#"]
    assert "admin" in logins or len(logins) >= 12
    for name in README:
        text = page(name)
        missing = [login for login in logins if f"`{login}`" not in text]
        assert not missing, f"{name} does not name {missing}"


def test_glossary():
    """The glossary has one row per term, in three languages. Covers: X02."""
    rows = re.findall(
        r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \|", page("docs/glossary.md"), re.M
    )
    rows = [row for row in rows if row[0] not in ("English",)]
    terms = [row[0].strip() for row in rows]
    assert len(terms) > 150
    twice = sorted({term for term in terms if terms.count(term) > 1})
    assert not twice
    for row in rows:
        assert all(cell.strip() for cell in row), row


def test_changelog():
    """The change log names the version of every addon."""
    text = page("CHANGELOG.md")
    for name, addon in house.addons().items():
        assert f"{name} {addon.manifest['version']}" in text, name
