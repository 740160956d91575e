"""What integrators call is documented, in the source and in docs/api.md."""

import ast
import re

import generated
import house
import pytest

METHODS = house.api_methods()


def name_of(method):
    """The name under which integrators know a method."""
    return f"{method.model}.{method.name}"


@pytest.mark.parametrize("method", METHODS, ids=name_of)
def test_docstring(method):
    """A public method says what it does, takes and returns. Covers: B25."""
    text = method.docstring
    assert text, "no docstring"
    assert re.search(r":return:|\breturn\b|Return ", text), "what does it return?"
    for argument in method.arguments:
        assert re.search(rf":param (?:[^:]+ )?{argument}:", text) or (
            len(method.arguments) <= 2 and f"``{argument}``" in text
        ), f"argument {argument} is not documented"


@pytest.mark.parametrize("method", METHODS, ids=name_of)
def test_returns(method):
    """A public method always returns a value: None cannot be sent. Covers: B25."""
    own = [
        node
        for node in ast.walk(method.node)
        if isinstance(node, ast.Return) and not is_inside(node, method.node)
    ]
    assert own, "it returns nothing"
    assert all(node.value is not None for node in own), "a bare return"


def is_inside(node, function):
    """Whether a statement belongs to a function inside of a function."""
    return any(
        node in ast.walk(inner)
        for inner in house.functions(function)
        if inner is not function
    )


def test_document(request):
    """docs/api.md lists every public method as the source has it. Covers: B25."""
    generated.check("docs/api.md", update=request.config.getoption("--update-docs"))


def test_examples():
    """The main methods have an example call. Covers: B25."""
    text = (house.DOCS / "api.md").read_text(encoding="utf-8")
    examples = re.findall(r"/json/2/([\w.]+)/(\w+)", text)
    assert len(examples) >= 5
    known = {(method.model, method.name) for method in METHODS}
    orm = house.ORM_METHODS
    wrong = [pair for pair in examples if pair not in known and pair[1] not in orm]
    assert not wrong, "examples of methods that do not exist"
