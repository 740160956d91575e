"""The examples of docs/api as programs: read, run as they stand, compared.

A page is one program. Its blocks of code run one after another, and what each prints
is compared with the block ``text`` that follows it; ``…`` there stands for whatever
differs from one database to the next, within a line.
"""

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

BLOCK = re.compile(
    r"(?:^<!-- not run: (?P<why>[^>]+) -->\n\n?)?"
    r"^```(?P<language>\w*)\n(?P<text>.*?)^```$",
    re.M | re.S,
)
# what begins a program, and what prints a mark between two blocks
MARK = "=== block {} ==="
PROGRAMS = {
    "python": (".py", "", "print({mark!r}, flush=True)\n"),
    "js": (".mjs", "", 'process.stdout.write("{mark}\\n");\n'),
    "sh": (".sh", "set -eu\n", "echo '{mark}'\n"),
}
SECONDS = 300


@dataclass
class Block:
    """A block of code of a page.

    :ivar int line: where it begins
    :ivar str expected: what it prints, as the page shows it
    :ivar str why: why it is not run, "" if it is
    """

    language: str
    text: str
    line: int
    expected: str = ""
    why: str = ""


def blocks(page):
    """Return the blocks of code of a page, each with what it prints.

    :raise ValueError: for an output without a program, or a block in no language
    """
    source = page.read_text(encoding="utf-8")
    found = []
    for match in BLOCK.finditer(source):
        line = source.count("\n", 0, match.start("language")) + 1
        language = match["language"]
        if language == "text" and found:
            found[-1].expected = match["text"]
        elif language in PROGRAMS:
            why = (match["why"] or "").strip()
            found.append(Block(language, match["text"], line, why=why))
        else:
            raise ValueError(f"{page.name}:{line}: what is a block of {language!r}?")
    return found


def settings(page):
    """Return the names of the variables that a page asks its reader to set."""
    first = next(block for block in blocks(page) if block.why)
    return re.findall(r"\b([A-Z_]+)=", first.text)


def program(chosen):
    """Return the suffix and the text of the program that these blocks make."""
    suffix, start, mark = PROGRAMS[chosen[0].language]
    parts = [start]
    for number, block in enumerate(chosen):
        parts += [block.text, mark.format(mark=MARK.format(number))]
    return suffix, "".join(parts)


def run(page, commands, folder, variables):
    """Run the program of a page in a folder; return what is wrong with it.

    :param dict commands: the words that start a program, per language
    :param dict variables: the environment of the program
    :return: list of texts: blocks that failed, or print other than the page shows
    """
    chosen = [block for block in blocks(page) if not block.why]
    assert len({block.language for block in chosen}) == 1, f"{page.name}: one language"
    suffix, text = program(chosen)
    path = Path(folder) / f"example{suffix}"
    path.write_text(text, encoding="utf-8")
    done = subprocess.run(
        [*commands[chosen[0].language], str(path)],
        cwd=folder,
        env=variables,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=SECONDS,
        check=False,
    )
    found = []
    rest = done.stdout
    for number, block in enumerate(chosen):
        output, mark, rest = rest.partition(MARK.format(number) + "\n")
        place = f"{page.name}:{block.line}"
        if not mark:
            errors = done.stderr[-3000:]
            return [
                *found,
                f"{place} failed\n{block.text}---- printed\n{output}"
                f"---- exit code {done.returncode}, errors\n{errors}",
            ]
        difference = differs(block, output)
        if difference:
            found.append(f"{place}\n{difference}")
    if done.returncode:
        found.append(f"{page.name}: exit code {done.returncode}\n{done.stderr[-3000:]}")
    return found


def differs(block, output):
    """Return how the output of a block differs from what the page shows, "" if not."""
    pattern = "".join(
        "[^\n]*?" if part == "…" else re.escape(part)
        for part in re.split("(…)", block.expected)
    )
    if re.fullmatch(pattern, output):
        return ""
    return f"---- the page shows\n{block.expected}---- printed\n{output}"
