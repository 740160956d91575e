"""Addresses of actions (``/odoo/PATH``) belong to one addon in the whole of Odoo."""

import functools
import re

import foreign
import house
import pytest

PATH = re.compile(r"<field\s+name=['\"]path['\"]\s*>([\w-]+)<")


def paths_of(files):
    """The addresses that actions in XML files take."""
    return [
        path
        for file in files
        for path in PATH.findall(file.read_text(encoding="utf-8", errors="replace"))
    ]


@functools.cache
def taken():
    """The addresses that addons of others take, installed or not."""
    return frozenset(
        paths_of(
            file for folder in foreign.folders() for file in folder.glob("*/**/*.xml")
        )
    )


@pytest.mark.parametrize("name", sorted(house.addons()))
def test_paths_are_free(name):
    """No address is one of another addon, which could then not install. Covers: X01."""
    assert not set(paths_of(house.addons()[name].xml())) & taken()


def test_paths_are_unique():
    """No address is taken twice. Covers: X01."""
    paths = paths_of(file for addon in house.addons().values() for file in addon.xml())
    assert len(paths) == len(set(paths))


@pytest.mark.parametrize("name", sorted(house.addons()))
def test_empty_lists_help(name):
    """An empty list says what it would hold, and what to do next. Covers: B28."""
    for path, record in house.addons()[name].records():
        if record.get("model") != "ir.actions.act_window":
            continue
        where = f"{house.relative(path)}: {record.get('id')}"
        modes = record.findtext("field[@name='view_mode']") or "list,form"
        if modes == "form":
            continue
        hint = record.find("field[@name='help']")
        assert hint is not None, f"{where} has no help"
        title, *rest = hint.findall("p")
        assert title.get("class") == "o_view_nocontent_smiling_face", where
        assert rest and all(len(text.xpath("string()")) > 20 for text in rest), (
            f"{where} does not say what to do next"
        )
