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
