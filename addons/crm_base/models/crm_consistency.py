from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

# examples that a report names
EXAMPLES = 5

OWNER_LEDGER = SQL(
    """
    SELECT partner.id
      FROM res_partner partner
      LEFT JOIN LATERAL (
            SELECT to_user_id FROM crm_owner_move
             WHERE partner_id = partner.id
             ORDER BY id DESC LIMIT 1
           ) AS move ON true
     WHERE partner.is_crm_customer
       AND partner.user_id IS DISTINCT FROM move.to_user_id
    """
)

CUSTOMER_NUMBERS = SQL(
    """
    SELECT id FROM (
        SELECT id, customer_no, count(*) OVER (
                   PARTITION BY company_id, customer_no
               ) AS same
          FROM res_partner
         WHERE is_crm_customer
    ) AS numbered
     WHERE same > 1 OR customer_no IS NULL
    """
)

CONTACT_OWNERS = SQL(
    """
    SELECT contact.id
      FROM res_partner contact
      JOIN res_partner customer ON customer.id = contact.crm_customer_id
     WHERE NOT COALESCE(contact.is_crm_customer, false)
       AND contact.user_id IS DISTINCT FROM customer.user_id
    """
)

TEAM_TREE = SQL(
    """
    SELECT team.id
      FROM crm_team team
      LEFT JOIN crm_team parent ON parent.id = team.parent_id
     WHERE team.parent_path IS DISTINCT FROM
           concat(parent.parent_path, team.id, '/')
    """
)


class ConsistencyCheck(NamedTuple):
    """One thing that is true of every database in order."""

    code: str
    label: str
    # gives the ids of the records of which it is not true
    query: SQL


class CrmConsistency(models.AbstractModel):
    """Is the data of a database whole? Asked of a restored one before it is trusted.

    The checks are plain SQL: they run on a database that no server has loaded, such as
    the scratch database of a restore drill, as well as on this one.
    """

    _name = "crm.consistency"
    _description = "Consistency Checks"

    @api.model
    def _crm_checks(self):
        """Hook: return the checks, a list of ConsistencyCheck.

        Call ``super()`` first and append yours.
        """
        return [
            ConsistencyCheck(
                "owner_ledger",
                self.env._("The owner of each customer is the one of the ledger"),
                OWNER_LEDGER,
            ),
            ConsistencyCheck(
                "customer_numbers",
                self.env._("Every customer has a number, and no two have the same"),
                CUSTOMER_NUMBERS,
            ),
            ConsistencyCheck(
                "contact_owners",
                self.env._("Contacts have the owner of their customer"),
                CONTACT_OWNERS,
            ),
            ConsistencyCheck(
                "team_tree", self.env._("The organisation is a tree"), TEAM_TREE
            ),
        ]

    @api.model
    def _crm_run_checks(self, cr, prefix=""):
        """Run all checks on a database.

        :param cr: cursor of the database to look at; its addons are those of this one
        :param str prefix: run those whose code begins with it
        :return: list of dicts ``code``, ``label``, ``count`` (int: records of which it
            is not true) and ``examples`` (list of int)
        """
        results = []
        for check in self._crm_checks():
            if not check.code.startswith(prefix):
                continue
            cr.execute(
                SQL(
                    "SELECT count(*), (array_agg(id))[1:%s] FROM (%s) AS found",
                    EXAMPLES,
                    check.query,
                )
            )
            count, examples = cr.fetchone()
            results.append(
                {
                    "code": check.code,
                    "label": check.label,
                    "count": count,
                    "examples": examples or [],
                }
            )
        return results
