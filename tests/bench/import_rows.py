"""An import with its check for duplicates, against Odoo's load() without one.

The same rows of new companies, one in a hundred with a defect, as a manager. Ours reads
a file in GBK, checks every row, asks for duplicates twice (for the preview, and again
when rows are stored) and stores; the peer is handed the good rows as lists. Nothing is
kept. A long file afterwards tells whether memory stays flat and the rows add up.
"""

import base64
import csv
import io
import resource
import time
from collections.abc import Sequence
from random import Random
from typing import NamedTuple

from generate import ensure, opened
from kit import people
from kit.options import arguments, explained
from kit.site import Site
from kit.timing import Line, Report, Timing
from kit.webclient import user_context

from odoo import api, models

# design budget
AT_MOST = 1.5
# from a fifth of the long file to all of it
AT_MOST_GROWTH_MB = 64
DEFECT_STEP = 100
HEADINGS = ("客户名称", "省份", "城市", "电话", "邮箱", "地址")
FIELDS = ("name", "state_id", "city", "phone", "email", "street")
PLACES = (
    ("北京市", "北京"),
    ("上海市", "上海"),
    ("广东省", "深圳"),
    ("浙江省", "杭州"),
)
SIGNS = "华瑞恒鼎博嘉信达泰润丰凯越腾盛隆昌宏远新联众创智汇铭晟睿诚佳德昊宇"
TRADES = (
    "机电设备",
    "信息技术",
    "医疗器械",
    "建筑材料",
    "电子科技",
    "食品",
    "精密仪器",
)


class Stored(NamedTuple):
    """What an import took, and what came of it."""

    seconds: float
    storing: float
    imported: int
    rejected: int
    grown: float
    peak: float


@explained
def main(argv: Sequence[str]) -> int:
    """Import in turns with the peer, then the long file."""
    parser = arguments(__doc__)
    parser.add_argument("--repeat", type=int, default=3, metavar="N")
    parser.add_argument("--import", dest="imported", type=int, default=10_000)
    parser.add_argument("--long", type=int, default=100_000, metavar="N")
    options = parser.parse_args(argv)
    report = Report("import_rows", options.rows, options.json)
    with opened() as store:
        data = ensure(store, options.rows)
        ours, peer = [], []
        for turn in range(options.repeat):
            rows = _rows(options.imported, turn)
            ours.append(_import(data.suite, rows))
            peer.append(_load(data.stock, rows))
        # the long file is more than one person may own
        long = options.long and _import(data.suite, _rows(options.long, 99), False)
    report.slower(
        f"{options.imported:,} rows read, checked, stored",
        Timing(tuple(one.seconds for one in ours)),
        Timing(tuple(peer)),
        AT_MOST,
    )
    report.slower(
        "of it storing, with the second check for duplicates",
        Timing(tuple(one.storing for one in ours)),
        Timing(tuple(peer)),
    )
    if long:
        lost = options.long - long.imported - long.rejected
        report.add(
            Line("rows neither imported nor rejected", lost, 0, lost, "0", not lost)
        )
        report.add(
            Line(
                f"growth of memory over the last four fifths of {options.long:,} rows",
                long.grown,
                0,
                long.grown,
                f"≤ {AT_MOST_GROWTH_MB}",
                long.grown <= AT_MOST_GROWTH_MB,
                unit="MB",
                more={
                    "seconds": long.seconds,
                    "rejected": long.rejected,
                    "peak_mb": long.peak,
                },
            )
        )
    return report.end()


def _rows(count: int, turn: int) -> list[list[str]]:
    """Make rows of companies that nobody has yet."""
    random = Random(turn)
    rows = []
    for index in range(count):
        place, city = random.choice(PLACES)
        sign = "".join(random.choices(SIGNS, k=4))
        name = f"{city}{sign}{random.choice(TRADES)}有限公司"
        number = f"0{random.randint(10, 99)}-{turn % 10}{index:07}"
        is_bad = index % DEFECT_STEP == DEFECT_STEP // 2
        rows.append(
            [
                name,
                place,
                city,
                "无此号" if is_bad else number,
                f"office@b{turn}x{index}.example",
                f"{city}市中心路{index}号",
            ]
        )
    return rows


def _import(database: str, rows: list[list[str]], limited: bool = True) -> Stored:
    text = io.StringIO()
    csv.writer(text).writerows([HEADINGS, *rows])
    site = Site(database)
    uid = site.uid(people.MANAGER)
    context = site.call(uid, {}, user_context)
    with site.environment(uid, context) as env:
        if not limited:
            env["crm.pool"].sudo().search([]).holding_limit = 0
            env.flush_all()
        started = time.perf_counter()
        batch = env["crm.import.batch"].create(
            {
                "profile_id": env.ref("crm_base.crm_import_profile_customer").id,
                "filename": "bench.csv",
                "file": base64.b64encode(text.getvalue().encode("gbk")),
                "likely_policy": "create",
            }
        )
        batch._crm_restart()
        batch._crm_stage()
        while batch._crm_check_rows():
            batch = _next_job(env, batch)
        batch._crm_end_check()
        batch._crm_workflow().state = "running"
        checked = time.perf_counter()
        grown, early = 0.0, 0.0
        while batch._crm_run_rows():
            batch = _next_job(env, batch)
            done = batch.search([("id", "=", batch.id)]).progress
            early = early or (_peak() if done >= 20 else 0.0)
        batch._crm_end_run()
        ended = time.perf_counter()
        grown = _peak() - early
        imported = batch.imported_count
        rejected = batch.error_count + batch.skipped_count
    site.close()
    times = ended - started, ended - checked
    return Stored(*times, imported, rejected, grown, _peak())


def _next_job(env: api.Environment, batch: models.BaseModel) -> models.BaseModel:
    """Forget what a job had in memory, as the next one begins without it."""
    env.flush_all()
    env.transaction.clear()
    return env["crm.import.batch"].browse(batch.id)


def _load(database: str, rows: list[list[str]]) -> float:
    good = [
        row for index, row in enumerate(rows) if index % DEFECT_STEP != DEFECT_STEP // 2
    ]
    site = Site(database)
    uid = site.uid(people.MANAGER)
    context = site.call(uid, {}, user_context)
    # as the dialog of Odoo calls it
    context = {**context, "import_file": True, "tracking_disable": True}
    with site.environment(uid, context) as env:
        started = time.perf_counter()
        result = env["res.partner"].load(
            [*FIELDS, "is_company"], [[*row, "1"] for row in good]
        )
        env.flush_all()
        seconds = time.perf_counter() - started
        if not result["ids"]:
            raise AssertionError(result["messages"][:3])
    site.close()
    return seconds


def _peak() -> float:
    """The highest use of memory so far, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
