"""Claims customers in many processes at once. Run by test_claim_concurrency.

Reads a job from standard input and writes what became of it to standard output, both
JSON. Odoo is loaded once; the process then forks, so that every claimant is a process
with a connection of its own, as Odoo's workers are.
"""

import json
import logging
import multiprocessing
import sys
import time
from functools import partial
from types import SimpleNamespace

from psycopg2 import OperationalError

# seconds that a claimant may wait for the others to be ready
PATIENCE = 60


def main():
    job = json.load(sys.stdin)
    from odoo.tools import config

    config.parse_config(job["options"], setup_logging=False)
    logging.basicConfig(level=logging.CRITICAL, stream=sys.stderr)

    from odoo import sql_db
    from odoo.modules.registry import Registry
    from odoo.service import model

    registry = Registry(job["database"])
    # each claimant opens connections of its own
    sql_db.close_all()
    # the waits between replays are shortened; how often a call is replayed is not
    model.time = SimpleNamespace(sleep=lambda seconds: time.sleep(seconds / 20))

    fork = multiprocessing.get_context("fork")
    start = fork.Barrier(len(job["claimants"]))
    outcomes = fork.SimpleQueue()
    processes = [
        fork.Process(target=claim, args=(registry, claimant, start, outcomes))
        for claimant in job["claimants"]
    ]
    for process in processes:
        process.start()
    told = [outcomes.get() for _process in processes]
    for process in processes:
        process.join()
    json.dump(told, sys.stdout)


def claim(registry, claimant, start, outcomes):
    """Make the calls of one claimant, each in a transaction as the RPC layer does."""
    from odoo import api
    from odoo.exceptions import UserError
    from odoo.service.model import retrying

    told = {"user": claimant["user"], "claimed": [], "refused": [], "busy": 0}
    try:
        for index, ids in enumerate(claimant["calls"]):
            with registry.cursor() as cr:
                env = api.Environment(cr, claimant["user"], {"lang": "en_US"})
                rows = env["crm.pool.customer"].browse(ids)
                if not index:
                    # everybody has seen the customers unclaimed before anybody claims
                    env.cr.execute("SELECT count(*) FROM res_partner")
                    start.wait(PATIENCE)
                try:
                    result = retrying(partial(rows.action_claim), env)
                except UserError as error:
                    told["refused"].append(str(error))
                except OperationalError:
                    told["busy"] += 1
                else:
                    told["claimed"] += result["claimed"]
                    told["refused"] += [row["reason"] for row in result["refused"]]
    except BaseException as error:
        told["error"] = repr(error)
        start.abort()
        raise
    finally:
        outcomes.put(told)


if __name__ == "__main__":
    main()
