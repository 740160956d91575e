"""How much of one process one address may keep busy, before the database is asked."""

from odoo.addons.crm_base.tools.flood_gate import FloodGate

WINDOW = 60
# an office or a fair behind one address fills in many forms, a program more
SUBMISSIONS = FloodGate(per_source=3000, overall=60_000, seconds=WINDOW)
PAGES = FloodGate(per_source=3000, overall=120_000, seconds=WINDOW)
