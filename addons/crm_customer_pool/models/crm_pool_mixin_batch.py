from odoo import api, fields, models
from odoo.tools import SQL

from .crm_owner_move import POOL_OUT
from .crm_owner_move_batch import OVERWRITTEN, UNDOABLE

BEFORE_KEY = "crm_pool_before"


class Before(dict):
    """What records were like, by id. A class, so that no caller can pass it in."""


class CrmPoolMixin(models.AbstractModel):
    """Batches remember what they put an end to, so that they can be taken back."""

    _inherit = "crm.pool.mixin"

    # fields beyond those of pools that change along with the owner
    _crm_by_owner = ()

    # ------------------------------------------------------------
    # HOOKS
    # ------------------------------------------------------------

    def _crm_family_sql(self):
        """Hook: return the SQL giving (id, root): what goes along with these records.

        The same as :meth:`_crm_family`, with the record that each one goes along with.
        """
        return SQL(
            "SELECT id, id AS root FROM %s WHERE id IN %s",
            SQL.identifier(self._table),
            tuple(self.ids),
        )

    def _crm_shares_sql(self):
        """Hook: return the SQL giving (id, found): with whom these are shared."""
        return SQL("SELECT NULL::int AS id, NULL::jsonb AS found WHERE FALSE")

    def _crm_open_work(self):
        """Hook: return what changes hands with these records, as JSON, by id.

        :return: dict of id to dict of model name to list of ids
        """
        # sudo: what is planned with them, whoever planned it
        plans = (
            self.env["crm.followup"]
            .sudo()
            .search(
                [(self._crm_pool_link, "in", self.ids), ("state", "=", "planned")],
                order="id",
            )
        )
        found = {}
        for plan in plans:
            record = plan[self._crm_pool_link]
            if plan.user_id == record.user_id:
                found.setdefault(record.id, {}).setdefault(plan._name, []).append(
                    plan.id
                )
        owners = {record.id: record.user_id for record in self}
        # sudo: as above
        activities = (
            self.env["mail.activity"]
            .sudo()
            .search(
                [("res_model", "=", self._name), ("res_id", "in", self.ids)], order="id"
            )
        )
        for activity in activities:
            if activity.user_id == owners[activity.res_id]:
                found.setdefault(activity.res_id, {}).setdefault(
                    activity._name, []
                ).append(activity.id)
        return found

    def _crm_remember_more(self):
        """Hook: return what else is remembered of these records, a dict by id.

        Their follow-ups, by whose number :meth:`_crm_changes` finds in the log of
        changes what becomes of them.
        """
        # sudo: what was ever planned with them, whoever planned it
        followups = self.env["crm.followup"].sudo()
        groups = followups._read_group(
            [(self._crm_pool_link, "in", self.ids)],
            [self._crm_pool_link],
            ["id:array_agg"],
        )
        known = {record.id: sorted(ids) for record, ids in groups}
        return {id_: {"followups": known.get(id_, [])} for id_ in self.ids}

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _crm_remembering(self):
        """Return these records with what they are like now in their context."""
        known = self.env.context.get(BEFORE_KEY)
        if isinstance(known, Before) and known.keys() >= set(self.ids):
            return self
        # sudo: the whole of it, before what is open on them is called off
        return self.with_context(**{BEFORE_KEY: Before(self.sudo()._crm_before())})

    def _crm_remember(self, kind, rows, extra, *, with_open=None):
        """Complete values of rows of the ledger with what these records are like.

        :param str kind: kind of the rows to come
        :param dict rows: further values of the rows, by id of the record
        :param dict extra: further values of all the rows; those of no batch are not
            taken back, and nothing is remembered
        :param bool with_open: open work changes hands with the records, None for what
            a transfer does
        :return: dict of id to values (dict)
        """
        rows = rows or {}
        if not extra.get("batch_id") or kind not in UNDOABLE or not self:
            return rows
        if with_open is None:
            with_open = kind == "transfer"
        before = self.env.context.get(BEFORE_KEY)
        if not isinstance(before, Before):
            # sudo: the whole of it, whoever moves the records
            records = self.sudo()
            before = (
                records._crm_before_leaving()
                if kind in POOL_OUT
                else records._crm_before(with_open)
            )
        return {
            **rows,
            **{
                id_: {**rows.get(id_, {}), "before": before[id_]}
                for id_ in self.ids
                if id_ in before
            },
        }

    def _crm_open_plans(self):
        before = self.env.context.get(BEFORE_KEY)
        if not isinstance(before, Before):
            return super()._crm_open_plans()
        return tuple(
            self.env[model].browse(id_ for one in before.values() for id_ in one[key])
            for model, key in (
                ("crm.followup", "plans"),
                ("mail.activity", "activities"),
            )
        )

    @api.model
    def _crm_overwritten_fields(self):
        """Return the names (list of str) of what a move overwrites on a record."""
        names = [name for name in OVERWRITTEN if name in self._fields]
        return [*names, *self._crm_by_owner]

    def _crm_overwritten(self):
        """Return the values (dict) of this record that a move overwrites, as JSON."""
        values = {}
        for name in self._crm_overwritten_fields():
            value = self[name]
            if self._fields[name].type == "datetime":
                value = fields.Datetime.to_string(value)
            elif self._fields[name].type == "many2one":
                value = value.id
            values[name] = value or False
        return values

    def _crm_before_leaving(self):
        """Return what these records, which wait in a pool, are like (dict by id)."""
        more = self._crm_remember_more()
        return {
            record.id: {
                "values": record._crm_overwritten(),
                **more.get(record.id, {}),
            }
            for record in self
        }

    def _crm_before(self, with_open=False):
        """Return what a move puts an end to, a dict of id to what JSON can carry.

        :param bool with_open: also what changes hands with the records
        """
        self.env.flush_all()
        more = self._crm_remember_more()
        before = {
            id_: {
                "values": values,
                "shares": shares or [],
                "followers": followers or [],
                "plans": plans or [],
                "activities": activities or [],
                **more.get(id_, {}),
            }
            for id_, values, shares, followers, plans, activities in (
                self.env.execute_query(self._crm_before_sql())
            )
        }
        if with_open:
            for id_, opened in self._crm_open_work().items():
                before[id_]["open"] = opened
        return before

    def _crm_before_sql(self):
        """Return the SQL giving (id, values, shares, followers, plans, activities)."""
        return SQL(
            """
            WITH family AS MATERIALIZED (%(family)s),
            share AS (%(shares)s),
            follower AS (
                SELECT family.root AS id,
                       jsonb_agg(jsonb_build_array(
                           follower.res_id, follower.partner_id, ARRAY(
                               SELECT rel.mail_message_subtype_id
                                 FROM mail_followers_mail_message_subtype_rel rel
                                WHERE rel.mail_followers_id = follower.id
                           )
                       ) ORDER BY follower.id) AS found
                  FROM family
                  JOIN mail_followers follower ON follower.res_id = family.id
                   AND follower.res_model = %(model)s
                  JOIN res_partner person ON person.id = follower.partner_id
                   AND person.partner_share IS NOT TRUE
                 GROUP BY 1
            ), plan AS (
                SELECT family.root AS id,
                       array_agg(plan.id ORDER BY plan.id) AS found
                  FROM family
                  JOIN crm_followup plan ON plan.%(link)s = family.id
                   AND plan.state = 'planned'
                 GROUP BY 1
            ), activity AS (
                SELECT family.root AS id,
                       array_agg(activity.id ORDER BY activity.id) AS found
                  FROM family
                  JOIN mail_activity activity ON activity.res_id = family.id
                   AND activity.res_model = %(model)s AND activity.active
                 GROUP BY 1
            )
            SELECT record.id, %(values)s, share.found, follower.found, plan.found,
                   activity.found
              FROM %(table)s record
              LEFT JOIN share ON share.id = record.id
              LEFT JOIN follower ON follower.id = record.id
              LEFT JOIN plan ON plan.id = record.id
              LEFT JOIN activity ON activity.id = record.id
             WHERE record.id IN %(ids)s
            """,
            family=self._crm_family_sql(),
            shares=self._crm_shares_sql(),
            model=self._name,
            link=SQL.identifier(self._crm_pool_link),
            table=SQL.identifier(self._table),
            ids=tuple(self.ids),
            values=self._crm_overwritten_sql(),
        )

    @api.model
    def _crm_overwritten_sql(self):
        """Return the SQL of what :meth:`_crm_overwritten` gives, of ``record``."""
        pairs = []
        for name in self._crm_overwritten_fields():
            value = SQL.identifier("record", name)
            if self._fields[name].type == "datetime":
                value = SQL("to_char(%s, 'YYYY-MM-DD HH24:MI:SS')", value)
            # what is empty is false, as the ORM says it
            pairs.append(
                SQL("%s::text, COALESCE(to_jsonb(%s), 'false'::jsonb)", name, value)
            )
        return SQL("jsonb_build_object(%s)", SQL(", ").join(pairs))

    def _crm_note_transfer(self, moves, user, kind, reason):
        """Write down a batch that gave these records, or a part of them, to somebody.

        :param moves: the rows of the ledger, of a batch or of none
        :param user: res.users, who got them
        :param str kind: what was done, as a kind of the ledger
        :param str reason: what the person gave as reason
        :return: the rows
        """
        batch_ids = set(moves.mapped("batch_id")) - {False}
        if kind == "transfer" and batch_ids:
            self.env["crm.pool.batch"]._crm_record(
                "transfer",
                batch_ids.pop(),
                len(moves),
                holds=self._crm_pool_kind,
                to_user=user,
                reason=reason,
            )
        return moves
