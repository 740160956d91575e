"""A list to xlsx, against the export that Odoo comes with.

The same columns of the same partners, as the boss: read, written, hashed. Each
measurement has a process of its own, which also tells how far its memory grew.
"""

import multiprocessing
import resource
import time
from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from generate import ensure, opened
from kit import people
from kit.options import arguments, explained
from kit.site import Site
from kit.timing import Line, Report, Timing
from kit.webclient import user_context

from odoo import api

# design budget
AT_LEAST = 2.0
# from half of the rows to all of them: what is kept are their ids
AT_MOST_GROWTH_MB = 16
EXPORTED = 100_000
MODEL = "res.partner"
COLUMNS = (
    "name",
    "is_company",
    "phone",
    "email",
    "user_id",
    "category_id",
    "country_id",
    "state_id",
    "city",
    "street",
    "lang",
    "create_date",
    "write_date",
)


class Measured(SimpleNamespace):
    """Seconds, megabytes that the peak of memory grew by, the peak, and rows."""

    seconds: float
    grown: float
    peak: float
    rows: int


@explained
def main(argv: Sequence[str]) -> int:
    """Export as often as asked, in turns with the peer."""
    parser = arguments(__doc__)
    parser.add_argument("--repeat", type=int, default=3, metavar="N")
    options = parser.parse_args(argv)
    report = Report("export_list", options.rows, options.json)
    rows = min(options.rows, EXPORTED)
    with opened() as store:
        data = ensure(store, options.rows)
        ours, peer, half = [], [], []
        for _round in range(options.repeat):
            ours.append(_measured(_suite, data.suite, rows))
            peer.append(_measured(_stock, data.stock, rows))
            half.append(_measured(_suite, data.suite, rows // 2))
    done = ours[0].rows
    report.faster(
        f"{done:,} rows of {len(COLUMNS)} columns to xlsx",
        Timing(tuple(one.seconds for one in ours)),
        Timing(tuple(one.seconds for one in peer)),
        AT_LEAST,
    )
    grown = max(one.grown for one in ours)
    more = max(0.0, grown - min(one.grown for one in half))
    theirs = min(one.grown for one in peer)
    report.add(
        Line(
            "growth of memory, twice the rows cost that much more",
            grown,
            theirs,
            more,
            f"≤ {AT_MOST_GROWTH_MB}",
            more <= AT_MOST_GROWTH_MB,
            unit="MB",
            more={
                "peak": max(one.peak for one in ours),
                "peer_peak": max(one.peak for one in peer),
            },
        )
    )
    return report.end()


def _measured(
    export: Callable[[api.Environment, int], int], database: str, rows: int
) -> Measured:
    """Run an export in a process of its own, as a fresh worker would."""
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    worker = context.Process(target=_work, args=(sender, export, database, rows))
    worker.start()
    sender.close()
    found = receiver.recv()
    worker.join()
    return Measured(**found)


def _work(
    sender: Any,
    export: Callable[[api.Environment, int], int],
    database: str,
    rows: int,
) -> None:
    site = Site(database)
    uid = site.uid(people.BOSS)
    context = site.call(uid, {}, user_context)
    # what a worker has loaded anyway
    site.call(uid, context, lambda env: export(env, 200))
    before = _peak()
    started = time.perf_counter()
    done = site.call(uid, context, lambda env: export(env, rows))
    seconds, peak = time.perf_counter() - started, _peak()
    sender.send(
        {"seconds": seconds, "grown": peak - before, "peak": peak, "rows": done}
    )
    site.close()


def _peak() -> float:
    """The highest use of memory so far, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _suite(env: api.Environment, rows: int) -> int:
    from odoo.addons.crm_base.tools import export_files, export_rows

    records = env[MODEL].with_context(import_compat=False).search([], limit=rows)
    columns = [
        export_files.Column(name, name, records._fields[name].type) for name in COLUMNS
    ]
    watermark = env["crm.export"]._crm_watermark("EX00000000-00000000")
    values = export_rows.rows(records, COLUMNS)
    with export_files.write_xlsx(columns, values, watermark) as file:
        export_files.digest(file)
    return len(records)


def _stock(env: api.Environment, rows: int) -> int:
    from odoo.addons.web.controllers import export

    records = env[MODEL].with_context(import_compat=False).search([], limit=rows)
    fields = [{"name": name, "type": records._fields[name].type} for name in COLUMNS]
    with patch.object(export, "request", SimpleNamespace(env=env)):
        # what is behind the right that export_data asks
        data = records._export_rows([[name] for name in COLUMNS])
        with export.ExportXlsxWriter(fields, COLUMNS, len(data)) as writer:
            for row, values in enumerate(data, 1):
                for column, value in enumerate(values):
                    writer.write_cell(row, column, value)
    return len(records)
