import json

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, mute_logger

# Tables in which a row may have gone or changed since without standing in the way
SOFT_TABLES = frozenset(
    "crm_owner_move ir_attachment ir_model_data mail_activity mail_followers"
    " mail_message mail_notification mail_mail crm_share".split()
)
# What is told of one refused undo
TOLD_CHANGES = 20


class CrmMergeJournal(models.Model):
    """One merge of customers, with everything that is needed to take it back."""

    _name = "crm.merge.journal"
    _description = "Merge of Customers"
    _inherit = ["crm.sealed.mixin"]
    _order = "id desc"
    _rec_name = "summary"

    partner_id = fields.Many2one(
        "res.partner", "Customer", index="btree_not_null", ondelete="set null"
    )
    summary = fields.Char("Merged Away", required=True)
    merged_at = fields.Datetime("Merged On", required=True)
    actor_id = fields.Many2one("res.users", "Merged By", required=True)
    state = fields.Selection(
        [("done", "Merged"), ("undone", "Undone")], required=True, default="done"
    )
    undone_at = fields.Datetime("Undone On")
    undone_by_id = fields.Many2one("res.users")
    changes = fields.Json(copy=False, groups=fields.NO_ACCESS)

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_undo(self):
        """Take the merge back: the customers that vanished return with what was theirs.

        :return: True
        :raise AccessError: when one of the customers would not be yours to give away
        :raise UserError: with a list of what changed since, when that is not safe
        """
        for journal in self:
            # sudo: kept by the system; the rights are checked before anything else
            journal._crm_check_undo()
            opened = journal.sudo()
            reasons = opened._crm_unsafe()
            if reasons:
                raise UserError(
                    self.env._(
                        "This merge cannot be undone any more, because of what changed"
                        " since:\n%(changes)s",
                        changes="\n".join(f"- {text}" for text in reasons),
                    )
                )
            opened._crm_undo()
        return True

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    @api.model
    def _crm_keep(self, journal):
        """Keep what a merge has changed.

        :param MergeJournal journal: begun before the merge
        :return: the record (sudo)
        """
        changes = journal.changes()
        names = [
            row["name"] or row["complete_name"] or "?" for row in changes["sources"]
        ]
        # sudo: written by the system only
        return (
            self.sudo()
            ._crm_workflow()
            .create(
                {
                    "partner_id": journal.target.id,
                    "summary": ", ".join(names),
                    "merged_at": fields.Datetime.now(),
                    "actor_id": self.env.uid,
                    "changes": changes,
                }
            )
        )

    def _crm_check_undo(self):
        """Refuse whoever could not have merged these customers."""
        self.ensure_one()
        self.check_access("read")
        user = self.env.user
        if not user._crm_has_group("crm_base.group_manager"):
            raise AccessError(self.env._("Only managers take a merge back."))
        if self.state != "done":
            raise UserError(self.env._("This merge was taken back already."))
        if not self.partner_id.exists():
            raise UserError(
                self.env._("The customer that remained has been deleted or merged.")
            )
        self.partner_id.crm_customer_id._crm_owned_customers()
        ids = user._crm_scope_ids("write")
        # sudo: to whom the customers return is part of what was kept
        for row in self.sudo().changes["sources"]:
            if ids is not None and row["is_crm_customer"] and row["user_id"] not in ids:
                raise AccessError(
                    self.env._(
                        "%(name)s would return to somebody out of your reach. Ask a"
                        " common superior.",
                        name=row["name"],
                    )
                )

    def _crm_unsafe(self):
        """Return what stands in the way of an undo (list of str)."""
        changes = self.changes
        self.env.flush_all()
        reasons = []
        later = self.search(
            [
                ("partner_id", "=", self.partner_id.id),
                ("state", "=", "done"),
                ("id", ">", self.id),
            ]
        )
        for journal in later:
            reasons.append(
                self.env._("%(name)s was merged later", name=journal.summary)
            )
        reasons += self._crm_changed_since(
            "res_partner", {self.partner_id.id: changes["target"]}
        )
        by_table = {}
        for table, row_id, difference in changes["changed"]:
            by_table.setdefault(table, {})[row_id] = difference
        for table, rows in by_table.items():
            if table not in SOFT_TABLES:
                reasons += self._crm_changed_since(table, rows)
        Partner = self.env["res.partner"].with_context(active_test=False)
        for row in changes["sources"]:
            for name in ("customer_no", "credit_code"):
                value = row.get(name)
                taken = value and Partner.search(
                    [
                        (name, "=", value),
                        ("company_id", "=", row["company_id"] or False),
                        ("id", "!=", self.partner_id.id),
                    ],
                    limit=1,
                )
                if taken:
                    reasons.append(
                        self.env._(
                            "%(value)s belongs to %(name)s by now",
                            value=value,
                            name=taken.name,
                        )
                    )
        return reasons[:TOLD_CHANGES]

    def _crm_changed_since(self, table, rows):
        """Return which rows are not as the merge has left them (list of str).

        :param str table: a table
        :param dict rows: row id to the columns that the merge changed, [before, after]
        """
        model = self._crm_model_of(table)
        current = self._crm_rows(table, rows)
        told = []
        for row_id, difference in rows.items():
            if row_id not in current:
                told.append(
                    self.env._(
                        "%(model)s %(id)s was deleted",
                        model=model._description if model is not None else table,
                        id=row_id,
                    )
                )
                continue
            for column, (_before, after) in difference.items():
                field = model is not None and model._fields.get(column)
                if field and (field.compute or field.related or column in FACTS):
                    continue
                if current[row_id].get(column) != after:
                    record = model.browse(row_id) if model is not None else None
                    told.append(
                        self.env._(
                            "%(record)s: %(field)s was changed",
                            record=record.display_name if record is not None else table,
                            field=field._description_string(self.env)
                            if field
                            else column,
                        )
                    )
        return told

    def _crm_undo(self):
        """Put the database back to where it was before the merge."""
        changes = self.changes
        target = self.partner_id
        self._crm_restore_columns("res_partner", target.id, changes["target"])
        sources = [row["id"] for row in changes["sources"]]
        try:
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint(flush=False):
                for row in changes["sources"]:
                    self._crm_insert("res_partner", row)
        except psycopg2.IntegrityError as error:
            raise UserError(
                self.env._(
                    "The customer cannot return: %(reason)s",
                    reason=error.diag.message_detail or str(error),
                )
            ) from error
        self._crm_delete("crm_share", changes["new_shares"])
        for table, row in changes["deleted"]:
            self._crm_insert_again(table, row)
        for table, row_id, difference in changes["changed"]:
            self._crm_restore_columns(table, row_id, difference)
        self._crm_restore_links(changes["links"], {*sources, target.id})
        self.env.invalidate_all()
        self.env.registry.clear_cache()
        self._crm_after_undo(self.env["res.partner"].browse(sources), target)

    def _crm_after_undo(self, sources, target):
        """Bring computed values, facts and the ledger up to date."""
        family = sources.with_context(active_test=False).search(
            [("crm_customer_id", "in", (sources | target).ids)]
        )
        partners = family | sources | target
        for field in partners._fields.values():
            if field.store and field.compute and field.name not in KEPT_COMPUTED:
                self.env.add_to_compute(field, partners)
        self.env.flush_all()
        customers = sources.filtered("is_crm_customer")
        self.env["crm.followup"]._crm_update_facts(customers | target)
        Move = self.env["crm.owner.move"].with_user(self.env.user)
        for owner, group in customers.grouped("user_id").items():
            if owner:
                group._crm_check_owner_change(owner, "undo")
            Move._crm_log(
                group,
                "undo",
                owner,
                dict.fromkeys(group.ids, target.user_id.id),
                self.env._("The merge with %(name)s was undone", name=target.name),
            )
        self._crm_workflow().write(
            {
                "state": "undone",
                "undone_at": fields.Datetime.now(),
                "undone_by_id": self.env.uid,
            }
        )

    # ------------------------------------------------------------
    # ROWS
    # ------------------------------------------------------------

    def _crm_model_of(self, table):
        """Return the model of a table, None for a table of links."""
        return next(
            (
                self.env[name]
                for name, model in self.env.registry.items()
                if model._table == table and not model._abstract and model._auto
            ),
            None,
        )

    def _crm_rows(self, table, ids):
        rows = self.env.execute_query(
            SQL(
                "SELECT id, to_jsonb(t) FROM %s t WHERE id = ANY(%s)",
                SQL.identifier(table),
                list(ids),
            )
        )
        return dict(rows)

    def _crm_restore_columns(self, table, row_id, difference):
        """Give a row back what the merge changed, where that still stands."""
        current = self._crm_rows(table, [row_id]).get(row_id)
        if not current:
            return
        values = {
            column: before
            for column, (before, after) in difference.items()
            if column in current
            and (table not in SOFT_TABLES or current[column] == after)
        }
        if values:
            columns = [SQL.identifier(column) for column in values]
            self.env.execute_query(
                SQL(
                    "UPDATE %(table)s t SET (%(columns)s) = (SELECT %(columns)s FROM"
                    " jsonb_populate_record(NULL::%(table)s, %(values)s::jsonb))"
                    " WHERE id = %(id)s RETURNING id",
                    table=SQL.identifier(table),
                    columns=SQL(", ").join(columns),
                    values=json.dumps(values),
                    id=row_id,
                )
            )

    def _crm_insert(self, table, row):
        self.env.execute_query(
            SQL(
                "INSERT INTO %(table)s SELECT * FROM"
                " jsonb_populate_record(NULL::%(table)s, %(row)s::jsonb) RETURNING 1",
                table=SQL.identifier(table),
                row=json.dumps(row),
            )
        )

    def _crm_insert_again(self, table, row):
        """Insert a row that the merge deleted, if what it hangs on is still there."""
        try:
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint(flush=False):
                self._crm_insert(table, row)
        except psycopg2.IntegrityError:
            # a share with a colleague whose account is gone by now
            return

    def _crm_delete(self, table, ids):
        if ids:
            self.env.execute_query(
                SQL(
                    "DELETE FROM %s WHERE id = ANY(%s) RETURNING id",
                    SQL.identifier(table),
                    ids,
                )
            )

    def _crm_restore_links(self, links, partner_ids):
        """Give back the rows of relation tables: tags, favourites, invitations."""
        for name, rows in links.items():
            table, _dot, column = name.partition(".")
            others = [key for key in rows[0] if key != column]
            known = {tuple(row[key] for key in (column, *others)) for row in rows}
            moved = {key[1:] for key in known if key[0] not in self.partner_id.ids} - {
                key[1:] for key in known if key[0] in self.partner_id.ids
            }
            for other in moved:
                # linked to the customer that remained by the merge alone
                self.env.execute_query(
                    SQL(
                        "DELETE FROM %s WHERE %s RETURNING 1",
                        SQL.identifier(table),
                        SQL(" AND ").join(
                            SQL("%s = %s", SQL.identifier(key), value)
                            for key, value in zip(
                                (column, *others),
                                (self.partner_id.id, *other),
                                strict=True,
                            )
                        ),
                    )
                )
            for row in rows:
                if row[column] != self.partner_id.id:
                    self._crm_insert_again(table, row)


# facts that follow-ups and deals move on: recomputed, not compared
FACTS = frozenset(
    "last_followup_at last_effective_followup_at next_followup_at last_opportunity_at"
    " last_deal_at crm_contract_end_at crm_has_open_opportunity owner_since"
    " heat_level_id heat_reason heat_until message_bounce write_date write_uid".split()
)
# stored values that people may have typed over what was computed
KEPT_COMPUTED = frozenset(
    "user_id territory_id lang company_id is_company company_type active".split()
)
