"""What a run of tests came to: counts, and what Odoo's log says about us."""

import re
from dataclasses import dataclass, field
from pathlib import Path

from command import addons


@dataclass
class Result:
    """Counts of one suite, and what a person should see of its failures."""

    name: str
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    seconds: float = 0.0
    report: str = ""
    problems: list[str] = field(default_factory=list)

    @property
    def line(self) -> str:
        """The counts in one plain line."""
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"

    def fail(self, problem: str) -> None:
        """Count one more failure that no test of the suite has reported."""
        self.failed += 1
        self.problems.append(problem)


def count(output: str, result: Result) -> None:
    """Take the counts from the line that pytest closes with."""
    closing = re.findall(r"^=+ (.*\d+ \w+.*) in [\d.]+s.*=+$", output, re.M)
    if not closing:
        return
    counts = {word: int(number) for number, word in _COUNT.findall(closing[-1])}
    result.passed += counts.get("passed", 0) + counts.get("xpassed", 0)
    result.failed += sum(counts.get(word, 0) for word in ("failed", "error", "errors"))
    result.skipped += counts.get("skipped", 0) + counts.get("xfailed", 0)


_COUNT = re.compile(r"(\d+) (passed|failed|errors?|skipped|xfailed|xpassed)\b")
_RECORD = re.compile(
    r"^\d{4}-\d\d-\d\d [\d:,]+ \d+ (?P<level>\w+) \S+ (?P<logger>[\w.]+): "
)


def complaints(log: Path, limit: int = 20) -> list[str]:
    """Warnings and errors in a log of Odoo that come from or name our addons.

    There is no list of allowed ones: a test that provokes a warning says so
    with ``mute_logger`` or ``assertLogs``.
    """
    if not log.exists():
        return []
    names = "|".join(map(re.escape, addons.ours(with_tests=True)))
    if not names:
        return []
    about_us = re.compile(rf"(?<![\w.-])(?:odoo\.addons\.)?(?:{names})(?![\w-])")
    found: list[str] = []
    record: list[str] = []

    def close() -> None:
        text = "\n".join(record)
        if record and about_us.search(text) and len(found) < limit:
            found.append(text)

    for line in log.read_text(encoding="utf-8", errors="replace").splitlines():
        start = _RECORD.match(line)
        if start:
            close()
            record = []
            # what a test says of itself (its browser, too) is counted by pytest
            of_test = ".tests." in start["logger"]
            if start["level"] in ("WARNING", "ERROR", "CRITICAL") and not of_test:
                record = [line]
        elif record:
            record.append(line)
    close()
    return found


def failures_of(output: str) -> str:
    """The part of pytest's output that tells what failed, without the progress."""
    found = re.search(r"^=+ (?:FAILURES|ERRORS) =+$", output, re.M)
    if found:
        return output[found.start() :]
    return "\n".join(output.splitlines()[-30:])
