"""One shape of manifest and of addon folder everywhere."""

import re

import house
import pytest

REQUIRED = {
    "author",
    "category",
    "depends",
    "license",
    "name",
    "summary",
    "version",
    "website",
}
ALLOWED = REQUIRED | {
    "application",
    "assets",
    "auto_install",
    # glue may be code alone
    "data",
    "demo",
    "external_dependencies",
    "post_init_hook",
    "post_load",
    "pre_init_hook",
    "sequence",
    "uninstall_hook",
}
# The order in which files of these folders are loaded.
ORDER = ["security", "data", "wizard", "report", "views"]
LOADED = {".xml", ".csv"}

ADDONS = sorted(house.addons())
EVERYWHERE = sorted(house.addons(with_tests=True))


@pytest.mark.parametrize("name", EVERYWHERE)
def test_keys(name):
    """Manifests hold what is needed and nothing else. Covers: X01."""
    manifest = house.addons(with_tests=True)[name].manifest
    needed = REQUIRED if name in house.addons() else REQUIRED - {"summary"}
    assert not needed - set(manifest), "missing keys"
    assert not set(manifest) - ALLOWED, "unknown keys"
    assert manifest["license"] == "AGPL-3"
    assert re.fullmatch(r"19\.0\.\d+\.\d+\.\d+", manifest["version"])
    assert manifest["author"] == "CRM Suite contributors"
    assert manifest["name"].startswith("CRM")
    empty = [key for key, value in manifest.items() if value in ([], {}, "", False)]
    assert not empty, f"keys without content: {empty}"


@pytest.mark.parametrize("name", ADDONS)
def test_order(name):
    """Data is loaded as security, data, wizard, report, views, menus. Covers: X01."""
    files = house.addons()[name].manifest.get("data", [])
    ranks = [rank(file) for file in files]
    assert ranks == sorted(ranks), files


def rank(file):
    """The place of a data file in the load order."""
    folder, _, rest = file.partition("/")
    assert folder in ORDER, f"{file}: no folder for data"
    if folder == "views" and rest.endswith("menus.xml"):
        return len(ORDER)
    # groups come before the rules and rights that name them
    if folder == "security":
        if rest.endswith("_groups.xml"):
            return -3
        return -1 if rest.endswith(".csv") else -2
    return ORDER.index(folder)


@pytest.mark.parametrize("name", EVERYWHERE)
def test_files(name):
    """What is listed exists, and what exists is listed. Covers: X01."""
    addon = house.addons(with_tests=True)[name]
    listed = [*addon.manifest.get("data", []), *addon.manifest.get("demo", [])]
    assert len(listed) == len(set(listed)), "a file is listed twice"
    missing = [file for file in listed if not (addon.folder / file).is_file()]
    assert not missing, f"listed but not there: {missing}"
    present = {
        str(path.relative_to(addon.folder))
        for folder in [*ORDER, "demo"]
        for path in (addon.folder / folder).rglob("*")
        if path.suffix in LOADED
    }
    forgotten = present - set(listed)
    assert not forgotten, f"there but not listed: {sorted(forgotten)}"
    for file in addon.manifest.get("demo", []):
        assert file.startswith("demo/"), f"{file}: demonstration data lives in demo/"


@pytest.mark.parametrize("name", EVERYWHERE)
def test_assets(name):
    """Every pattern of assets finds a file, and every client file is used."""
    addon = house.addons(with_tests=True)[name]
    used = set()
    for entries in addon.manifest.get("assets", {}).values():
        for entry in entries:
            pattern = entry if isinstance(entry, str) else entry[-1]
            if not pattern.startswith(f"{name}/"):
                continue
            found = set(addon.folder.parent.glob(pattern))
            assert found, f"{pattern} finds nothing"
            used |= found
    present = {
        path
        for folder in ("src", "tests")
        for path in (addon.folder / "static" / folder).rglob("*")
        if path.suffix in {".js", ".scss", ".css", ".xml"}
    }
    unused = sorted(house.relative(path) for path in present - used)
    assert not unused, f"in no bundle: {unused}"


@pytest.mark.parametrize("name", EVERYWHERE)
def test_hooks(name):
    """Hooks of a manifest exist in hooks.py."""
    addon = house.addons(with_tests=True)[name]
    for key in ("pre_init_hook", "post_init_hook", "post_load", "uninstall_hook"):
        hook = addon.manifest.get(key)
        if hook:
            names = {node.name for node in house.functions(hooks_of(addon))}
            assert hook in names, f"hooks.py has no {hook}"


def hooks_of(addon):
    """The parsed hooks.py of an addon."""
    return house.tree(addon.folder / "hooks.py")


@pytest.mark.parametrize("name", ADDONS)
def test_folder(name):
    """An addon has an icon, a description, its languages and tests."""
    folder = house.addons()[name].folder
    for file in (
        "static/description/icon.png",
        "readme/DESCRIPTION.md",
        "readme/USAGE.md",
        f"i18n/{name}.pot",
        "tests/__init__.py",
    ):
        assert (folder / file).is_file(), f"{name}/{file} is missing"
    assert any((folder / "tests").glob("test_*.py")), "no tests"


@pytest.mark.parametrize("name", EVERYWHERE)
def test_packages(name):
    """Every Python file is loaded by its package."""
    addon = house.addons(with_tests=True)[name]
    for package in {path.parent for path in addon.python(tests=True)}:
        inside = package.relative_to(addon.folder).parts
        if not inside or inside[0] in ("demo", "migrations", "tools"):
            continue
        init = package / "__init__.py"
        assert init.exists(), f"{house.relative(package)} is no package"
        loaded = {
            alias.name
            for node in house.tree(init).body
            for alias in getattr(node, "names", [])
        }
        for path in package.glob("*.py"):
            # tests are collected by name; the rest of their folder helps them
            is_helper = package.name == "tests" and path.stem[:5] != "test_"
            if path.stem == "__init__" or is_helper:
                continue
            assert path.stem in loaded, f"{house.relative(path)} is never loaded"
