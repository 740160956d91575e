"""The command line that every benchmark has."""

import argparse
import functools
from collections.abc import Callable, Sequence

from command import ui
from command.errors import CommandError

Main = Callable[[Sequence[str]], int]


def arguments(description: str | None) -> argparse.ArgumentParser:
    """The options that every benchmark has."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument(
        "--rows",
        type=int,
        default=1_000_000,
        metavar="N",
        help="number of customers (default: %(default)s)",
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    return parser


def explained(main: Main) -> Main:
    """Let failures that were foreseen be told as the command tells them."""

    @functools.wraps(main)
    def run(argv: Sequence[str]) -> int:
        try:
            return main(argv)
        except CommandError as error:
            ui.error(error.problem, error.remedy)
            return error.code

    return run
