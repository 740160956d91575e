"""Every word of the command has help; every mistake has an answer."""

import re

import pytest

from command import cli, suites
from command.errors import CommandError

COMMANDS = cli.parser()._subparsers._group_actions[0].choices


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_help(name, capsys):
    """``-h`` works everywhere and says what the subcommand does."""
    with pytest.raises(SystemExit) as ended:
        cli.parser().parse_args([name, "-h"])
    assert ended.value.code == 0
    assert len(capsys.readouterr().out) > 60


def test_all_subcommands():
    """Design.md §8 fixes their names."""
    wanted = "run test bench odoo psql shell lint backup restore status stop"
    assert set(wanted.split()) | {"demo-reset", "doctor"} <= set(COMMANDS)


def test_run_options():
    """Design.md §8 fixes these options."""
    options = cli.parser().parse_args(
        "run --db x --port 1 --addons a,b --lang zh_TW --no-demo --detach".split()
    )
    assert (options.db, options.port, options.lang) == ("x", 1, "zh_TW")
    assert options.no_demo and options.detach


def test_mistake(capsys):
    """A foreseen failure is one line and a remedy, not a traceback."""
    assert cli.main(["test", "no/such/path"]) == 1
    shown = capsys.readouterr().err
    assert "no/such/path is neither a suite nor a path" in shown
    assert "suites:" in shown and "Traceback" not in shown


def test_bad_database_name(capsys):
    """A name that Odoo could not use is refused before anything is made."""
    assert cli.main(["run", "--db", "a b;c"]) == 1
    assert "cannot be the name of a database" in capsys.readouterr().err


def test_suite_of_a_path():
    """A path, also with a test in it, leads to its suite."""
    (suite,) = suites.chosen([f"{__file__}::test_mistake"])
    assert suite.name == "command"
    assert suite.targets == (f"{__file__}::test_mistake",)
    (suite,) = suites.chosen(["tests/command"])
    assert suite.targets[0].endswith("tests/command")
    with pytest.raises(CommandError):
        suites.chosen(["README.md"])


def test_no_machine_paths():
    """Nothing that is committed names a folder of one machine or an index."""
    from command import paths

    suspicious = re.compile(r"(/root/|/home/\w|/srv/\w|https?://(?!127\.0\.0\.1|\{))")
    allowed = {"http://localhost", "http://127.0.0.1"}
    bad = []
    for base in (paths.REPOSITORY / "command", paths.REPOSITORY / "config/python"):
        for path in sorted(base.glob("*.*")):
            for line in path.read_text(encoding="utf-8").splitlines():
                if suspicious.search(line) and not any(
                    one in line for one in (*allowed, "dav://")
                ):
                    bad.append(f"{path.name}: {line.strip()}")
    assert bad == []
