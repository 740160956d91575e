"""The story of selling: eighteen months of a company that equips warehouses.

It goes on with the customers, contacts and colleagues of ``crm_base``. Everything is
done by the methods and the people that would do it, at the time at which they did; see
``play.py``.
"""

from types import SimpleNamespace

from odoo import fields

from odoo.addons.crm_base.demo import loader as customers
from odoo.addons.crm_base.demo.diary import read_table

from .catalogue import Catalogue
from .company import Company
from .contracts import Contracts
from .counter import Counter
from .deals import WINDOW, Deals
from .matters import Matters
from .offers import Offers
from .play import Play
from .project import Project
from .returns import Returns


def load(env):
    """Tell the story, once: a database that has it is left alone.

    :param env: environment of the superuser
    """
    if env.ref("crm_sales.product_beam_demo", raise_if_not_found=False):
        return
    _translate(env)
    play = Play(env)
    Company(play).tell()
    play.catalogue = Catalogue(play).tell()
    play.contracts = Contracts(play)
    play.offers = Offers(play)
    rows = [
        SimpleNamespace(**row)
        for row in read_table(customers.__file__, "customers.tsv")
    ]
    deals = Deals(play).tell(rows)
    play.offers.reorder(rows)
    play.contracts.tell(rows)
    Counter(play).tell()
    play.run()
    for chapter in (Matters, Project, Returns):
        chapter(play).tell(deals)
    _learn(env)


def _translate(env):
    """Load the words of the suite that approvals keep, as everybody reads them.

    Installation itself does that after demonstration data.
    """
    addons = env["ir.module.module"].search([("name", "=", "crm_sales")])
    addons._update_translations("zh_CN")
    env.registry.clear_all_caches()


def _learn(env):
    """Let the probabilities of open deals follow from those that have ended."""
    start = fields.Date.subtract(fields.Date.today(), days=WINDOW + 30)
    # sudo: settings are the administrator's
    parameters = env["ir.config_parameter"].sudo()
    parameters.set_param("crm.pls_start_date", fields.Date.to_string(start))
    leads = env["crm.lead"]
    leads._rebuild_pls_frequency_table()
    # what the nightly job does for all, without its commits
    leads.search([("won_status", "=", "pending")])._compute_probabilities()
    env.flush_all()
