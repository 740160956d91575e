"""The parts of the documents that come from the source.

They stand between ``<!-- generated: NAME -->`` and ``<!-- end -->``. A test compares
them; ``./crm test static -- --update-docs`` writes them.
"""

import ast
import re
from itertools import zip_longest

import house

_PART = re.compile(r"(<!-- generated: ([a-z-]+) -->\n).*?(<!-- end -->)", re.S)
_FIELD = re.compile(r"^:(param|return|rtype|raise|raises)\b ?([^:]*):\s*", re.M)


def rendered(document: str) -> tuple[str, str]:
    """The text of a document, as it is and as it should be."""
    text = (house.ROOT / document).read_text(encoding="utf-8")

    def replace(found: re.Match[str]) -> str:
        return found[1] + PARTS[found[2]]() + "\n" + found[3]

    return text, _PART.sub(replace, text)


def check(document: str, *, update: bool) -> None:
    """Compare the generated parts of a document with the source, or write them.

    :raises AssertionError: when they differ
    """
    text, wanted = rendered(document)
    assert _PART.search(text), f"{document} has no generated part"
    if update and text != wanted:
        (house.ROOT / document).write_text(wanted, encoding="utf-8")
        return
    assert text == wanted, "run: ./crm test static -- --update-docs"


def methods() -> str:
    """Every public method: arguments, result and errors."""
    lines: list[str] = []
    model = ""
    for method in house.api_methods():
        if method.model != model:
            model = method.model
            lines += ["", f"### {model}"]
        summary, body, fields = _parsed(method.docstring)
        lines += ["", f"#### `{method.name}({_signature(method)})`", "", summary]
        lines += ["", body] if body else []
        lines += [""] if fields else []
        for kind, name, text in fields:
            if kind == "param":
                lines.append(f"- {_argument(name)}: {text}")
            elif kind == "return":
                lines.append(f"- returns {text}")
            elif kind.startswith("raise"):
                lines.append(f"- error `{name}`: {text}")
    return "\n".join(lines).strip()


def hooks() -> str:
    """Every hook: where it is, what it is for, who overrides it."""
    rows = ["| hook | on | file | what it is for | overridden by |", "|" + "---|" * 5]
    for hook in sorted(house.hooks(), key=lambda hook: (hook.model, hook.name)):
        owner = hook.path.relative_to(house.ADDONS).parts[0]
        others = sorted(
            {
                name
                for name, addon in house.addons().items()
                for model in addon.models
                if hook.name in model.methods and name != owner and _may(model, hook)
            }
        )
        summary = _parsed(hook.docstring.removeprefix("Hook:").strip())[0]
        file = house.relative(hook.path)
        rows.append(
            f"| `{hook.name}` | `{hook.model}` | [{hook.path.name}](../{file})"
            f" | {_sentence(summary)} | {', '.join(others) or '–'} |"
        )
    return "\n".join(rows)


def modules() -> str:
    """Every addon: what it does and what it stands on."""
    rows = ["| addon | what it gives | stands on |", "|---|---|---|"]
    for name, addon in house.addons().items():
        rows.append(
            f"| [{name}](addons/{name}) | {addon.manifest['summary']}"
            f" | {', '.join(addon.depends)} |"
        )
    return "\n".join(rows)


PARTS = {"hooks": hooks, "methods": methods, "modules": modules}


def _may(model: house.Model, hook: house.Method) -> bool:
    """Whether a class extends the model of a hook (of a mixin: any model)."""
    return model.name == hook.model or hook.model.endswith(".mixin")


def _signature(method: house.Method) -> str:
    spec = method.node.args
    copy = ast.arguments(
        posonlyargs=spec.posonlyargs,
        args=spec.args[1:],
        vararg=spec.vararg,
        kwonlyargs=spec.kwonlyargs,
        kw_defaults=spec.kw_defaults,
        kwarg=spec.kwarg,
        defaults=spec.defaults,
    )
    return ast.unparse(copy)


def _parsed(docstring: str) -> tuple[str, str, list[tuple[str, str, str]]]:
    """Summary, body and fields of a docstring, in Markdown."""
    start = _FIELD.search(docstring)
    text = docstring[: start.start()] if start else docstring
    summary, _, body = text.strip().partition("\n\n")
    fields = []
    marks = list(_FIELD.finditer(docstring))
    for mark, following in zip_longest(marks, marks[1:]):
        end = following.start() if following else len(docstring)
        fields.append((mark[1], mark[2], _markdown(docstring[mark.end() : end])))
    return _markdown(summary), _markdown(body), fields


def _argument(text: str) -> str:
    kind, _, name = text.rpartition(" ")
    return f"`{name}` ({kind})" if kind else f"`{name}`"


def _markdown(text: str) -> str:
    text = re.sub(r":\w+:`~?([^`]+)`", r"`\1`", text)
    return " ".join(text.replace("``", "`").split())


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
