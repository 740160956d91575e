"""Every row of the catalogue is proven by a test, or openly not started yet."""

import ast
import functools
import re

import house
import pytest

NOT_STARTED = house.ROOT / "tests" / "static" / "not_started.txt"
STATUSES = {"planned", "in part", "done"}


@functools.cache
def covered():
    """Row id to the tests whose docstrings name it."""
    found = {}
    for path in house.tracked():
        inner = path.relative_to(house.ROOT).parts
        if path.suffix != ".py" or "tests" not in inner or path.name[:5] != "test_":
            continue
        for node in ast.walk(house.tree(path)):
            if not isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.Module)):
                continue
            text = ast.get_docstring(node) or ""
            for rows in re.findall(r"Covers:\s*([A-Z]\d\d(?:[,\s]+[A-Z]\d\d)*)", text):
                for row in re.findall(r"[A-Z]\d\d", rows):
                    name = getattr(node, "name", "module")
                    found.setdefault(row, []).append(f"{house.relative(path)}::{name}")
    return found


def not_started():
    """The rows that nobody has begun."""
    lines = NOT_STARTED.read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and line[0] != "#"]


def test_catalogue():
    """The catalogue can be read and has no row twice."""
    text = (house.DOCS / "features.md").read_text(encoding="utf-8")
    ids = re.findall(r"^\| ([A-Z]\d\d) \|", text, re.M)
    assert len(ids) == len(set(ids)) == len(house.feature_rows())
    assert len(ids) > 100
    for row, (capability, status) in house.feature_rows().items():
        assert capability and status in STATUSES, f"{row}: {status}"


def test_tests_name_rows_of_the_catalogue():
    """A test names no row that the catalogue does not have."""
    unknown = {
        row: tests
        for row, tests in covered().items()
        if row not in house.feature_rows()
    }
    assert not unknown


@pytest.mark.parametrize("row", sorted(house.feature_rows()))
def test_row(row):
    """A row is covered by a test, or listed as not started: never both."""
    tests = covered().get(row, [])
    listed = row in not_started()
    status = house.feature_rows()[row][1]
    if listed:
        assert not tests, f"{row} is proven by {tests[0]}: take it off the list"
        assert status == "planned", f"{row} is {status} in docs/features.md"
    else:
        assert tests, f"{row} is in no test's docstring (Covers: {row})"
        assert status != "planned", f"{row} has tests: update docs/features.md"


def test_list_of_rows_not_started():
    """The list is sorted and names rows of the catalogue only."""
    rows = not_started()
    assert rows == sorted(set(rows))
    assert not set(rows) - set(house.feature_rows())
