"""Repeated measurements, and how they compare."""

import gc
import json
import math
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from command import ui


@dataclass(frozen=True)
class Timing:
    """Seconds that repeated calls took."""

    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        """The call in the middle."""
        return statistics.median(self.seconds)

    @property
    def p95(self) -> float:
        """What 95 of 100 calls do not exceed."""
        ordered = sorted(self.seconds)
        return ordered[math.ceil(len(ordered) * 0.95) - 1]


def alternate(
    calls: Mapping[str, Callable[[], Any]], repeat: int, warm_up: int = 3
) -> dict[str, Timing]:
    """Time calls in turns, so that what else the machine does hits all alike."""
    for _round in range(warm_up):
        for call in calls.values():
            call()
    seconds: dict[str, list[float]] = {name: [] for name in calls}
    gc.collect()
    gc.disable()
    try:
        for _round in range(repeat):
            for name, call in calls.items():
                started = time.perf_counter()
                call()
                seconds[name].append(time.perf_counter() - started)
            gc.collect()
    finally:
        gc.enable()
    return {name: Timing(tuple(found)) for name, found in seconds.items()}


@dataclass
class Line:
    """One comparison.

    :ivar str job: what was done
    :ivar float ours: figure of the suite
    :ivar float peer: figure of Odoo alone, 0 where there is nothing to compare with
    :ivar float ratio: the one that counts; its direction is that of the budget
    :ivar str budget: for people, such as ``≤ 1.2``
    :ivar met: None where the budgets say nothing
    :ivar str unit: of ``ours`` and ``peer``
    """

    job: str
    ours: float
    peer: float
    ratio: float
    budget: str = ""
    met: bool | None = None
    unit: str = "ms"
    more: dict[str, Any] = field(default_factory=dict)


class Report:
    """Collects the lines of one benchmark and tells them."""

    def __init__(self, bench: str, rows: int, as_json: bool) -> None:
        self.bench = bench
        self.rows = rows
        self.as_json = as_json
        self.lines: list[Line] = []

    def slower(
        self, job: str, ours: Timing, peer: Timing, at_most: float | None = None
    ) -> None:
        """Add how many times the time of the peer the suite takes."""
        ratio = ours.median / peer.median
        self._timings(job, ours, peer, ratio, "≤", at_most)

    def faster(
        self, job: str, ours: Timing, peer: Timing, at_least: float | None = None
    ) -> None:
        """Add how many times faster than the peer the suite is."""
        ratio = peer.median / ours.median
        self._timings(job, ours, peer, ratio, "≥", at_least)

    def add(self, line: Line) -> None:
        """Add a line that is not about time."""
        self.lines.append(line)

    def end(self) -> int:
        """Print everything; return 1 when a budget is missed, else 0."""
        missed = any(line.met is False for line in self.lines)
        if self.as_json:
            document = {
                "bench": self.bench,
                "rows": self.rows,
                "met": not missed,
                "lines": [vars(line) for line in self.lines],
            }
            print(json.dumps(document, ensure_ascii=False), flush=True)
        else:
            self._print()
        return int(missed)

    def _timings(
        self,
        job: str,
        ours: Timing,
        peer: Timing,
        ratio: float,
        sign: str,
        limit: float | None,
    ) -> None:
        met = None
        if limit is not None:
            met = ratio <= limit if sign == "≤" else ratio >= limit
        self.lines.append(
            Line(
                job,
                ours.median * 1000,
                peer.median * 1000,
                ratio,
                f"{sign} {limit:g}" if limit is not None else "",
                met,
                more={"ours_p95": ours.p95 * 1000, "peer_p95": peer.p95 * 1000},
            )
        )

    def _print(self) -> None:
        ui.say(f"{self.bench}, {self.rows:,} customers")
        ui.say(f"  {'ratio':>8}  {'budget':<8} {'suite':>10} {'Odoo':>10}  job")
        marks = {True: "ok", False: "MISSED", None: ""}
        for line in self.lines:
            peer = f"{line.peer:,.1f}" if line.peer else "-"
            more = [f", {name} {value:,.1f}" for name, value in line.more.items()]
            tail = "".join(more)
            ui.say(
                f"  {line.ratio:8.2f}  {line.budget:<8} {line.ours:10,.1f} {peer:>10}"
                f"  {line.job} ({line.unit}{tail}) {marks[line.met]}".rstrip()
            )
        ui.say()
