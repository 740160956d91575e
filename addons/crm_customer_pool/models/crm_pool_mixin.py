from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL

# up to so many records the formula is about values in memory, and looks days up
FEW = 20
FEW_KEY = "crm_pool_few"
# nobody whose records are looked at was or will be away: days are counted for all alike
PRESENT_KEY = "crm_pool_nobody_away"


class Deadline(NamedTuple):
    """When a record goes back to which pool, and why.

    :ivar int id: the record
    :ivar date deadline: the day, in the pool's time zone
    :ivar int rule_id: the rule that is first to take it
    :ivar int pool_id: the pool of that rule
    :ivar str clock: one of ``_crm_clocks``
    :ivar date clock_at: the day that is counted from
    """

    id: int
    deadline: object
    rule_id: int
    pool_id: int
    clock: str
    clock_at: object


class CrmPoolMixin(models.AbstractModel):
    """Records that pools take back: the date, the rule and the clock of each.

    There is one formula, :meth:`_crm_deadline_sql`. One record after a change, all of
    them after a change of the rules, the preview of rules that are not saved yet and
    the check under the lock of the nightly run are that same statement about other ids
    or other rules.

    A model that pools take back inherits this mixin and says where its facts are: in
    ``_crm_facts``, or in :meth:`_crm_deadline_columns` and the fields behind them in
    :meth:`_crm_deadline_depends`.
    """

    _name = "crm.pool.mixin"
    _description = "Taken Back by Pools"

    pool_deadline = fields.Date(
        "Returns to Pool on",
        compute="_compute_pool_deadline",
        store=True,
        copy=False,
        help="The day on which a pool takes it back unless something happens, in the"
        " pool's time zone.",
    )
    pool_deadline_rule_id = fields.Many2one(
        "crm.pool.rule",
        "Returns by Rule",
        compute="_compute_pool_deadline",
        store=True,
        copy=False,
        index="btree_not_null",
    )
    # by a method: values of a list would be records of this addon about other models
    pool_clock = fields.Selection(
        "_crm_clocks",
        "Clock",
        compute="_compute_pool_deadline",
        store=True,
        copy=False,
    )
    pool_clock_at = fields.Date(
        "Clock Since", compute="_compute_pool_deadline", store=True, copy=False
    )

    # ------------------------------------------------------------
    # HOOKS
    # ------------------------------------------------------------

    @api.model
    def _crm_deadline_columns(self):
        """Hook: return where the facts of a record are, a dict of name to SQL.

        The table has the alias ``record``. Names: ``candidate`` (condition: has an
        owner and can go into a pool), ``owner``, ``company``, ``level``, ``stage``,
        ``type`` (ids); ``owned``, ``followup``, ``opportunity``, ``deal``, ``locked``
        (timestamps, UTC); ``contract`` (date); ``has_deal``, ``has_opportunity``
        (booleans). What is not named otherwise here there is none of.
        """
        return {
            "candidate": SQL(
                "record.user_id IS NOT NULL AND record.pool_id IS NULL AND %s",
                self._crm_counted_sql(),
            ),
            **dict.fromkeys(("level", "stage", "type"), SQL("NULL::int")),
            **dict.fromkeys(
                ("followup", "opportunity", "deal", "locked"), SQL("NULL::timestamp")
            ),
            "contract": SQL("NULL::date"),
            "has_deal": SQL("FALSE"),
            "has_opportunity": SQL("FALSE"),
            "owner": SQL("record.user_id"),
            "company": SQL("record.company_id"),
            # records of days before the suite have no such date
            "owned": SQL("COALESCE(record.owner_since, record.create_date)"),
            **{
                name: SQL.identifier("record", column)
                for name, column in self._crm_facts.items()
            },
        }

    @api.model
    def _crm_deadline_depends(self):
        """Hook: return the names (list of str) of the fields behind those columns."""
        return [
            "company_id",
            "owner_since",
            "pool_id",
            "user_id",
            *(name for name, _operator, _value in self._crm_counted()),
            *self._crm_facts.values(),
        ]

    @api.model
    def _crm_clocks(self):
        """Return what the clock of a record can count from, (code, label) each."""
        clocks = {
            "owner": self.env._("Taking over"),
            "followup": self.env._("Effective follow-up"),
            "opportunity": self.env._("Opportunity"),
            "deal": self.env._("Deal"),
            "contract": self.env._("End of the contract"),
            "extension": self.env._("Extension by a follow-up"),
            "maximum": self.env._("Maximum"),
        }
        return list(clocks.items())

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    @api.depends(lambda self: self._crm_deadline_depends())
    def _compute_pool_deadline(self):
        found = {}
        if self.env["crm.pool.rule"]._crm_any(self._crm_pool_kind):
            found = self._crm_deadlines(self._origin.ids)
        for record in self:
            row = found.get(record._origin.id)
            record.pool_deadline = row and row.deadline
            record.pool_deadline_rule_id = row and row.rule_id
            record.pool_clock = row and row.clock
            record.pool_clock_at = row and row.clock_at

    # ------------------------------------------------------------
    # THE FORMULA
    # ------------------------------------------------------------

    @api.model
    def _crm_deadlines(self, ids):
        """Return the Deadline of those of the records that have one, a dict by id."""
        if not ids:
            return {}
        records = self.browse(ids)
        few = len(ids) <= FEW
        present = few and not records._crm_owners_away()
        model = self.with_context(**{FEW_KEY: few, PRESENT_KEY: present})
        source = records._crm_facts_sql() if few else self._crm_chosen_sql(ids)
        rows = self.env.execute_query(model._crm_deadline_sql(source=source))
        return {row[0]: Deadline(*row) for row in rows}

    def _crm_owners_away(self):
        """Return whether an owner of these records has days off, at any time (bool).

        Asked ahead, since working out such a calendar is half of the formula, and of a
        few records the database takes longer to read the formula than to answer it.
        """
        absences = self.env["crm.absence"]._fields
        # sudo: owners of whatever is looked at
        owners = self.sudo().user_id
        return bool(
            self.env.execute_query(
                SQL(
                    "SELECT FROM crm_absence"
                    " WHERE user_id IN %s AND state = 'confirmed' LIMIT 1",
                    owners._ids or (0,),
                    to_flush=[absences["user_id"], absences["state"]],
                )
            )
        )

    def _crm_facts_sql(self):
        """Return these records as a table (SQL) of the columns that the formula needs.

        With the values that they have in memory: whoever changes a few records has
        them there, and writes the date in one go with the change.
        """
        names = {"id", "create_date", *self._crm_deadline_depends()}
        fields_ = [self._fields[name] for name in sorted(names)]
        rows = [
            SQL(
                "(%s)",
                SQL(", ").join(
                    SQL(
                        "%s::%s",
                        field.convert_to_cache(record[field.name], record),
                        SQL.identifier(field.column_type[0]),
                    )
                    for field in fields_
                ),
            )
            # sudo: the formula is about all facts, whoever is told the date
            for record in self.sudo()
        ]
        return SQL(
            "(SELECT * FROM (VALUES %s) AS fact (%s))",
            SQL(", ").join(rows),
            SQL(", ").join(SQL.identifier(field.name) for field in fields_),
        )

    @api.model
    def _crm_chosen_sql(self, ids):
        """Return the stored records with these ids as a table (SQL) for the formula.

        Behind a fence: the database would look each id up among those of every owner,
        where an index begins with the owner.
        """
        table = SQL.identifier(self._table)
        return SQL("(SELECT * FROM %s WHERE id = ANY(%s) OFFSET 0)", table, list(ids))

    @api.model
    def _crm_deadline_sql(self, condition=None, rules=None, *, source=None, each=False):
        """Return the SQL that gives the columns of Deadline for records that have one.

        :param SQL condition: which records, of the alias ``record``
        :param SQL rules: rules in place of those that are in force, with the columns of
            ``crm.pool.rule._crm_rules_sql()``
        :param SQL source: the records, in place of all that there are
        :param bool each: one row for each rule that concerns a record, not the first
            alone
        """
        self._crm_deadline_flush()
        rules = rules or self.env["crm.pool.rule"]._crm_rules_sql()
        columns = self._crm_deadline_columns()
        condition = condition or SQL("TRUE")
        source = source or SQL.identifier(self._table)
        return SQL(
            """
            WITH rule AS MATERIALIZED (
                SELECT rule.*, pool.company_id, pool.tz,
                       row_number() OVER (
                           ORDER BY pool.sequence, rule.sequence, rule.id
                       ) AS rank
                  FROM (%(rules)s) AS rule
                  JOIN crm_pool pool ON pool.id = rule.pool_id AND pool.active
                   AND pool.holds = %(holds)s
            ), owner AS MATERIALIZED (
                SELECT member.pool_id, member.user_id, person.company_id
                  FROM (%(members)s) AS member
                  JOIN res_users person ON person.id = member.user_id
                 WHERE member.pool_id IN (SELECT rule.pool_id FROM rule)
                   AND %(owners)s
            ) %(calendars)s
            SELECT DISTINCT ON (%(distinct)s)
                   record.id, due.deadline, rule.id AS rule_id, rule.pool_id,
                   due.clock, due.clock_at
              FROM %(source)s record
              JOIN owner ON owner.user_id = %(owner)s
              JOIN rule ON rule.pool_id = owner.pool_id
               AND (rule.company_id IS NULL OR %(company)s IS NULL
                    OR rule.company_id = %(company)s)
               AND (rule.level_ids IS NULL OR %(level)s = ANY(rule.level_ids))
               AND (rule.stage_ids IS NULL OR %(stage)s = ANY(rule.stage_ids))
               AND (rule.type_ids IS NULL OR %(type)s = ANY(rule.type_ids))
               AND NOT (rule.exempt_deal AND %(has_deal)s)
               AND NOT (rule.exempt_open_opportunity AND %(has_opportunity)s)
               AND (rule.trigger <> 'contract_end' OR %(contract)s IS NOT NULL)
             %(calendars_joined)s
             %(steps)s
             WHERE %(candidate)s AND %(condition)s
             ORDER BY %(distinct)s, due.deadline, rule.rank
            """,
            distinct=SQL("record.id, rule.rank") if each else SQL("record.id"),
            rules=rules,
            holds=self._crm_pool_kind,
            members=self.env["crm.pool"]._crm_member_sql(),
            owners=self._crm_deadline_owners(columns, source, condition),
            calendars=SQL().join(
                SQL(", %s", calendar) for calendar in self._crm_calendars_sql()
            ),
            calendars_joined=self._crm_calendars_joined(),
            steps=self._crm_deadline_steps(columns),
            source=source,
            condition=condition,
            **{name: columns[name] for name in _JOINED},
        )

    @api.model
    def _crm_deadline_flush(self):
        """Write what the formula reads; of a few records it is given the values."""
        self.env["crm.pool"]._crm_flush_members()
        self.env["res.users"].flush_model(["company_id"])
        if not self.env.context.get(FEW_KEY):
            # a plan of many small steps: compiling it takes longer than running it
            self.env.cr.execute("SET LOCAL jit = off")
            self.flush_model([*self._crm_deadline_depends(), "create_date"])

    @api.model
    def _crm_deadline_owners(self, columns, source, condition):
        """Return the condition of the members whose records are looked at."""
        return SQL(
            "member.user_id IN (SELECT %s FROM %s record WHERE %s)",
            columns["owner"],
            source,
            condition,
        )

    @api.model
    def _crm_deadline_steps(self, columns):
        """Return the SQL of the steps from the facts of a record and a rule to a day.

        ``OFFSET 0`` keeps a step from being written out anew wherever it is used.
        """

        def day(when):
            return SQL("(%s AT TIME ZONE 'UTC' AT TIME ZONE rule.tz)::date", when)

        facts = SQL(
            """
            CROSS JOIN LATERAL (
               SELECT %(owned)s AS owned,
                      CASE WHEN %(followup_at)s >= %(owned_at)s
                           THEN %(followup)s END AS followup,
                      CASE rule.trigger
                           WHEN 'no_opportunity' THEN %(opportunity)s
                           WHEN 'no_deal' THEN %(deal)s
                           WHEN 'contract_end' THEN greatest(%(contract)s, %(deal)s)
                      END AS happened,
                      %(locked)s AS locked
               OFFSET 0
            ) AS fact
            CROSS JOIN LATERAL (
               SELECT %(graced)s AS graced,
                      CASE WHEN rule.trigger <> 'no_followup' THEN fact.happened
                           WHEN rule.extend_days = 0 THEN fact.followup
                      END AS happened,
                      greatest(fact.owned, fact.happened) AS protected
               OFFSET 0
            ) AS start
            CROSS JOIN LATERAL (
               SELECT greatest(start.graced, start.happened) AS day OFFSET 0
            ) AS clock
            """,
            owned_at=columns["owned"],
            followup_at=columns["followup"],
            contract=columns["contract"],
            # a lock until midnight ends with the day before
            locked=day(SQL("(%s - interval '1 microsecond')", columns["locked"])),
            graced=self._crm_add_days_sql("fact.owned", "grace_days"),
            **{
                name: day(columns[name])
                for name in ("owned", "followup", "opportunity", "deal")
            },
        )
        return SQL("%s %s", facts, self._crm_deadline_reached(columns))

    @api.model
    def _crm_deadline_reached(self, columns):
        """Return the SQL of the steps from the start of the clock to the day."""
        return SQL(
            """
            CROSS JOIN LATERAL (
               SELECT %(usual)s AS usual,
                      CASE WHEN rule.extend_days > 0 AND fact.followup IS NOT NULL
                           THEN %(extended)s END AS extended,
                      CASE WHEN rule.max_days > 0 THEN %(maximum)s END AS maximum
               OFFSET 0
            ) AS reached
            CROSS JOIN LATERAL (
               SELECT greatest(
                          least(
                              greatest(reached.usual, reached.extended),
                              reached.maximum
                          ),
                          rule.starts_on,
                          fact.locked + 1
                      ) AS deadline,
                      CASE WHEN reached.maximum
                                < greatest(reached.usual, reached.extended)
                           THEN 'maximum'
                           WHEN reached.extended > reached.usual THEN 'extension'
                           WHEN start.happened < start.graced THEN 'owner'
                           WHEN start.happened IS NULL THEN 'owner'
                           WHEN rule.trigger = 'no_followup' THEN 'followup'
                           WHEN rule.trigger = 'no_opportunity' THEN 'opportunity'
                           WHEN rule.trigger = 'no_deal' THEN 'deal'
                           WHEN start.happened > %(contract)s THEN 'deal'
                           ELSE 'contract'
                      END AS clock
               OFFSET 0
            ) AS told
            CROSS JOIN LATERAL (
               SELECT told.deadline, told.clock,
                      CASE told.clock
                           WHEN 'maximum' THEN start.protected
                           WHEN 'extension' THEN fact.followup
                           WHEN 'owner' THEN fact.owned
                           ELSE start.happened
                      END AS clock_at
            ) AS due
            """,
            contract=columns["contract"],
            usual=self._crm_add_days_sql("clock.day", "days"),
            extended=self._crm_add_days_sql("fact.followup", "extend_days"),
            maximum=self._crm_add_days_sql("start.protected", "max_days"),
        )


# Columns that the choice of the rules looks at
_JOINED = (
    "candidate",
    "owner",
    "company",
    "level",
    "stage",
    "type",
    "contract",
    "has_deal",
    "has_opportunity",
)
