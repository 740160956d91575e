from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

from .crm_followup import DONE

LATER_KEY = "crm_followup_facts_later"
# an object of this process, which no external call can send
LATER = object()


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

    def _crm_facts_later(self):
        """Return ``self`` for code that brings the facts of the customers in line."""
        return self.with_context(**{LATER_KEY: LATER})

    def _crm_hold_subjects(self):
        """Hook: lock what these follow-ups are about, before they are changed.

        Whatever changes both locks the customer first and then its follow-ups, as moves
        and nightly runs do. Otherwise one waits for the other's customer and the other
        for the one's follow-up.
        """
        if self.env.context.get(LATER_KEY) is not LATER:
            self._crm_hold(self.partner_id)

    @api.model
    def _crm_hold(self, subjects):
        """Lock customers, or whatever follow-ups are about, by id."""
        if subjects.ids:
            self.env.execute_query(
                SQL(
                    "SELECT id FROM %s WHERE id IN %s ORDER BY id FOR NO KEY UPDATE",
                    SQL.identifier(subjects._table),
                    tuple(subjects.ids),
                )
            )

    def _crm_update_partner(self):
        if self.env.context.get(LATER_KEY) is not LATER:
            self._crm_update_facts(self.partner_id)

    @api.model
    def _crm_update_facts(self, partners):
        """Refresh when customers were last and will next be followed up.

        One grouped statement for all of them; also the entry for imports of history.
        """
        self.env["res.partner"]._crm_note_facts(
            {
                partner_id: {
                    "last_followup_at": times["last"],
                    "last_effective_followup_at": times["effective"],
                    "next_followup_at": times["upcoming"],
                }
                for partner_id, times in self._crm_times("partner_id", partners).items()
            }
        )

    @api.model
    def _crm_times(self, name, records):
        """Return when records were and will be followed up, of all in one query.

        :param str name: the field of follow-ups that refers to them
        :return: dict of id to dict of ``first``, ``last``, ``effective`` (the last one
            that is) and ``upcoming`` to a datetime or False
        """
        if not records:
            return {}
        self.flush_model([name, "state", "done_at", "planned_at", "is_effective"])
        column = SQL.identifier(name)
        rows = self.env.execute_query_dict(
            SQL(
                """
                SELECT %(column)s AS id,
                       min(done_at) FILTER (WHERE state = 'done') AS first,
                       max(done_at) FILTER (WHERE state = 'done') AS last,
                       max(done_at) FILTER (WHERE state = 'done' AND is_effective)
                           AS effective,
                       min(planned_at) FILTER (WHERE state = 'planned') AS upcoming
                  FROM crm_followup
                 WHERE %(column)s IN %(ids)s
                 GROUP BY %(column)s
                """,
                column=column,
                ids=tuple(records.ids),
            )
        )
        known = {row.pop("id"): row for row in rows}
        return {
            id_: {
                key: known.get(id_, {}).get(key) or False
                for key in ("first", "last", "effective", "upcoming")
            }
            for id_ in records.ids
        }

    @api.model
    def _crm_create_history(self, vals_list):
        """Create follow-ups with the times they really had (imports, demo data).

        :param list[dict] vals_list: values including workflow fields
        :return: the follow-ups
        """
        followups = self._crm_workflow().create(vals_list)
        self._crm_update_facts(followups.partner_id)
        return followups.with_env(self.env)
