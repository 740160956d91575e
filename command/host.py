"""Tests of Odoo itself that must pass with our addons installed.

``tests/host/suites.txt`` lists them: one file of tests a line, named from the
folder of addons (``mail/tests/test_x.py``); a line that begins with ``-`` names
a test to leave out, and the comment above it says why.
"""

from dataclasses import replace

from command import odoo, suites
from command.errors import CommandError

LISTED = ("host", "lint_odoo")


def with_tests(suite: suites.Suite) -> suites.Suite:
    """The suite with the tests that its list names.

    :raises CommandError: when the list names a file that Odoo does not have
    """
    targets, deselect = [], []
    lines = suites.HOST_LIST.read_text(encoding="utf-8").splitlines()
    for line in lines:
        text = line.partition("#")[0].strip()
        if not text:
            continue
        is_left_out = text.startswith("-")
        text = text.lstrip("- ")
        if text.startswith("test_lint/") != (suite.name == "lint_odoo"):
            continue
        path = _found(text)
        if is_left_out:
            deselect.append(path.removeprefix(f"{odoo.need().folder}/"))
        else:
            targets.append(path)
    return replace(
        suite,
        targets=suite.targets or tuple(targets),
        deselect=tuple(deselect),
        root=str(odoo.need().folder),
    )


def _found(text: str) -> str:
    file_part, mark, test = text.partition("::")
    for folder in odoo.need().addons_folders():
        if (folder / file_part).exists():
            return f"{folder / file_part}{mark}{test}"
    raise CommandError(
        f"this Odoo has no {file_part}, which {suites.HOST_LIST} names",
        "correct the list",
    )
