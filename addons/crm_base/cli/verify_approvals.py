import sys

from odoo import SUPERUSER_ID, api
from odoo.cli import Command
from odoo.modules.registry import Registry
from odoo.tools import config


class VerifyApprovals(Command):
    """Find out whether anybody has changed the history of approvals.

    Prints what does not fit, and ends with 1 if there is anything.
    """

    name = "verify_approvals"

    def run(self, args):
        config.parser.prog = self.prog
        config.parse_config([*args, "--no-http"], setup_logging=True)
        names = config["db_name"]
        if len(names) != 1:
            sys.exit("Name one database with -d.")
        with Registry(names[0]).cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            log = env["crm.approval.log"]
            found, count = log.verify(), log.search_count([])
        for one in found:
            examples = ", ".join(map(str, one["examples"]))
            sys.stdout.write(f"{one['label']}: {one['count']} ({examples})\n")
        if found:
            sys.exit(1)
        sys.stdout.write(f"All {count} rows are as they were.\n")
