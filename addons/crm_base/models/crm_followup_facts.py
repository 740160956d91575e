from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

from .crm_followup import DONE


class CrmFollowup(models.Model):
    """What follow-ups say about their customers: which count, and the clocks."""

    _inherit = "crm.followup"

    def _crm_is_effective(self, now):
        """Hook: return whether a follow-up being finished counts (bool).

        Rules are the company's: content long enough, not a copy of the last ones of the
        same person, not one of many finished within the same minute.
        """
        self.ensure_one()
        company = self.company_id or self.env.company
        content = "".join((self.content or "").split())
        if len(content) < company.crm_effective_min_length:
            return False
        done = [("user_id", "=", self.user_id.id), ("state", "=", DONE)]
        # sudo: all finished follow-ups of the person count, out of reach or not
        others = self.sudo()
        if company.crm_effective_copy_depth:
            last = others.search(
                done,
                order="done_at desc, id desc",
                limit=company.crm_effective_copy_depth,
            )
            if any("".join((other.content or "").split()) == content for other in last):
                return False
        limit = company.crm_effective_bulk_limit
        if limit:
            recent = others.search_count(
                [*done, ("done_at", ">", now - timedelta(minutes=1))], limit=limit
            )
            return recent < limit
        return True

    def _crm_update_partner(self):
        self._crm_update_facts(self.partner_id)

    @api.model
    def _crm_update_facts(self, partners):
        """Refresh when customers were last and will next be followed up.

        One grouped statement for all of them; also the entry for imports of history.
        """
        if not partners:
            return
        self.flush_model(
            ["partner_id", "state", "done_at", "planned_at", "is_effective"]
        )
        rows = self.env.execute_query(
            SQL(
                """
                SELECT partner_id,
                       max(done_at) FILTER (WHERE state = 'done'),
                       max(done_at) FILTER (WHERE state = 'done' AND is_effective),
                       min(planned_at) FILTER (WHERE state = 'planned')
                  FROM crm_followup
                 WHERE partner_id IN %s
                 GROUP BY partner_id
                """,
                tuple(partners.ids),
            )
        )
        facts = {row[0]: row[1:] for row in rows}
        self.env["res.partner"]._crm_note_facts(
            {
                partner_id: {
                    "last_followup_at": last or False,
                    "last_effective_followup_at": effective or False,
                    "next_followup_at": upcoming or False,
                }
                for partner_id in partners.ids
                for last, effective, upcoming in [
                    facts.get(partner_id, (None, None, None))
                ]
            }
        )

    @api.model
    def _crm_create_history(self, vals_list):
        """Create follow-ups with the times they really had (imports, demo data).

        :param list[dict] vals_list: values including workflow fields
        :return: the follow-ups
        """
        followups = self._crm_workflow().create(vals_list)
        self._crm_update_facts(followups.partner_id)
        return followups.with_env(self.env)
