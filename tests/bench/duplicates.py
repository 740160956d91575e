"""The duplicate check against plain trigram similarity, on 500 labelled pairs.

Both judge the same pairs of names (see kit/pairs.py for how they were made). Trigrams
are taken as PostgreSQL's pg_trgm takes them in a UTF-8 locale, at the threshold that
serves them best on these very pairs; the suite uses the threshold that it ships.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple

from kit.options import arguments, explained
from kit.pairs import TARGET

from odoo.addons.crm_base.tools import company_name

from command import ui

# published: what the suite promises on these pairs
PRECISION, RECALL = 0.95, 0.95


class Pair(NamedTuple):
    """Two names, and whether they are one company."""

    same: bool
    kind: str
    one: str
    two: str


class Result(NamedTuple):
    """How often a judge was right."""

    precision: float
    recall: float
    wrong: Counter

    @property
    def f1(self) -> float:
        """Precision and recall in one figure."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


@explained
def main(argv: Sequence[str]) -> int:
    """Judge the pairs; fail below what is published."""
    options = arguments(__doc__).parse_args(argv)
    pairs = [
        Pair(row[0] == "1", *row[1:])
        for row in (
            line.rstrip("\n").split("\t")
            for line in TARGET.read_text(encoding="utf-8").splitlines()
        )
    ]
    ours = judge(
        pairs,
        lambda pair: company_name.similarity(pair.one, pair.two) >= company_name.LIKELY,
    )
    likeness = {pair: _likeness(pair) for pair in pairs}
    threshold, trigrams = max(
        (
            (step / 100, judge(pairs, lambda pair, at=step / 100: likeness[pair] >= at))
            for step in range(5, 100)
        ),
        key=lambda found: found[1].f1,
    )
    if options.json:
        print(
            json.dumps(
                {
                    "bench": "duplicates",
                    "pairs": len(pairs),
                    "precision": round(ours.precision, 3),
                    "recall": round(ours.recall, 3),
                    "trigram_threshold": threshold,
                    "trigram_precision": round(trigrams.precision, 3),
                    "trigram_recall": round(trigrams.recall, 3),
                }
            )
        )
    else:
        _print(len(pairs), ours, threshold, trigrams)
    good = ours.precision >= PRECISION and ours.recall >= RECALL
    return 0 if good and ours.f1 > trigrams.f1 else 1


def judge(pairs: Sequence[Pair], decide: Callable[[Pair], bool]) -> Result:
    """Say how often a judge is right."""
    hits = misses = alarms = 0
    wrong: Counter = Counter()
    for pair in pairs:
        said = decide(pair)
        if said != pair.same:
            wrong[pair.kind] += 1
        hits += said and pair.same
        misses += pair.same and not said
        alarms += said and not pair.same
    return Result(
        hits / (hits + alarms) if hits + alarms else 1.0,
        hits / (hits + misses) if hits + misses else 1.0,
        wrong,
    )


def _trigrams(name: str) -> set[str]:
    """The trigrams of a name, as pg_trgm takes them in a UTF-8 locale."""
    words = re.findall(r"\w+", name.lower())
    padded = [f"  {word} " for word in words]
    return {
        word[start : start + 3] for word in padded for start in range(len(word) - 2)
    }


def _likeness(pair: Pair) -> float:
    one, two = _trigrams(pair.one), _trigrams(pair.two)
    return len(one & two) / len(one | two)


def _print(count: int, ours: Result, threshold: float, trigrams: Result) -> None:
    ui.note(f"{count} pairs; at least {PRECISION:.0%} and {RECALL:.0%} are promised")
    for name, result in (
        ("duplicate check", ours),
        (f"trigrams, best at {threshold:.2f}", trigrams),
    ):
        ui.note(
            f"  {name:24} precision {result.precision:6.1%}"
            f"  recall {result.recall:6.1%}  F1 {result.f1:6.1%}"
        )
        for kind, number in result.wrong.most_common():
            ui.note(f"      {number:3} wrong: {kind}")
