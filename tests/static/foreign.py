"""Odoo's and the OCA's addons, as their files describe them: nothing is imported."""

import ast
import functools
import re
import sysconfig
from pathlib import Path

import house

_MODEL = re.compile(r"^\s+_name\s*=\s*['\"]([\w.]+)['\"]", re.M)


@functools.cache
def folders() -> list[Path]:
    """Where addons that are not ours are."""
    from command import odoo

    found = odoo.locate(fetch=False)
    house.require(found, "Odoo")
    packages = Path(sysconfig.get_path("purelib")) / "odoo" / "addons"
    return [*found.addons_folders(), packages]


@functools.cache
def folder(name: str) -> Path | None:
    """The folder of an addon, None when there is no such addon."""
    for base in folders():
        if (base / name / "__manifest__.py").exists():
            return base / name
    return None


@functools.cache
def depends(name: str) -> tuple[str, ...]:
    """What an addon, ours or not, names in its manifest; ``base`` stands below all."""
    if name == "base":
        return ()
    ours = house.addons(with_tests=True)
    if name in ours:
        return tuple(ours[name].depends) or ("base",)
    path = folder(name)
    assert path, f"no addon {name}: is it locked in config/python/suite.in?"
    manifest = ast.literal_eval((path / "__manifest__.py").read_text(encoding="utf-8"))
    return tuple(manifest.get("depends") or ("base",))


@functools.cache
def closure(name: str) -> frozenset[str]:
    """An addon and everything it depends on, directly or not."""
    found = {name}
    for dependency in depends(name):
        found |= closure(dependency)
    return frozenset(found)


@functools.cache
def models(name: str) -> frozenset[str]:
    """The models that one addon declares."""
    ours = house.addons(with_tests=True)
    if name in ours:
        return frozenset(model.name for model in ours[name].models if model.is_new)
    path = folder(name)
    assert path, name
    return frozenset(
        model
        for file in path.rglob("*.py")
        for model in _MODEL.findall(file.read_text(encoding="utf-8", errors="replace"))
    )


@functools.cache
def models_in_reach(name: str) -> frozenset[str]:
    """The models that an addon may use: its own and those of its closure."""
    return frozenset().union(*(models(part) for part in closure(name)))
