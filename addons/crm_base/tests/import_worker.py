"""Works on an import as the job runner does, in a process that a test may kill.

Arguments: import, user, rows in a chunk, pauses, then options of Odoo. A pause is
``within:N``, before the end of the Nth chunk, or ``between:N``, after it was committed.
"""

import sys
import time
from unittest.mock import patch


def main():
    batch_id, user_id, rows, pauses, *options = sys.argv[1:]
    from odoo.tools import config

    config.parse_config([*options, "--log-level=critical"], setup_logging=True)
    from odoo import api
    from odoo.modules.registry import Registry
    from odoo.service.server import load_server_wide_modules

    load_server_wide_modules()
    registry = Registry(config["db_name"][0])
    from psycopg2 import OperationalError

    from odoo.addons.queue_job.exception import RetryableJobError

    work = "odoo.addons.crm_base.models.crm_import_batch_work"
    patch(f"{work}.RUN_ROWS", int(rows)).start()
    undo = "odoo.addons.crm_base.models.crm_import_batch_undo"
    patch(f"{undo}.UNDO_ROWS", int(rows)).start()
    # no job for the server that a test may have beside
    batch_class = registry["crm.import.batch"]
    patch.object(batch_class, "_crm_queue", lambda self, method: None).start()

    chunk = 1
    while True:
        try:
            # committed at its end, or rolled back
            with registry.cursor() as cr:
                env = api.Environment(cr, int(user_id), {"tz": "Asia/Shanghai"})
                batch = env["crm.import.batch"].browse(int(batch_id))
                if batch.state == "running":
                    batch._crm_job_run()
                elif batch.state == "undoing":
                    batch._crm_job_undo()
                else:
                    return
                env.flush_all()
                if f"within:{chunk}" in pauses.split(","):
                    pause(f"within {chunk}")
        except (OperationalError, RetryableJobError):
            # the queue runs it again
            time.sleep(0.1)
            continue
        say(f"committed {chunk}")
        if f"between:{chunk}" in pauses.split(","):
            pause("")
        chunk += 1


def say(text):
    """Tell the test where this process is."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def pause(text):
    """Wait to be killed."""
    if text:
        say(text)
    time.sleep(300)


if __name__ == "__main__":
    main()
