import json

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..tools.recycle import Schema
from ..tools.recycle_restore import Restore

# entries that the nightly run deletes for good at most
GC_LIMIT = 1000

PARAMETER = "crm_base.recycle_days"


class CrmRecycleEntry(models.Model):
    """Something that a user deleted, with all that went with it.

    Users see and restore what they and those below them deleted; only the boss deletes
    for good. Entries are made and removed by the system alone.
    """

    _name = "crm.recycle.entry"
    _description = "Recycle Bin"
    _inherit = ["crm.log.mixin"]

    name = fields.Char(required=True, readonly=True)
    model = fields.Selection(
        "_selection_model", required=True, readonly=True, index=True
    )
    model_name = fields.Char("Kind", compute="_compute_model_name")
    res_id = fields.Integer("Record ID", required=True, readonly=True)
    logged_at = fields.Datetime("Deleted On")
    user_id = fields.Many2one(string="Deleted By")
    owner_id = fields.Many2one(
        "res.users", "Belonged To", readonly=True, ondelete="set null"
    )
    company_id = fields.Many2one("res.company", readonly=True, index=True)
    counts = fields.Json("What Went Along", readonly=True)
    content = fields.Char("With", compute="_compute_content")
    purge_at = fields.Date("Deleted for Good On", compute="_compute_purge_at")

    _logged_at_idx = models.Index("(logged_at DESC, id DESC)")

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    @api.model
    def _selection_model(self):
        return [
            (name, self._crm_kind_name(name))
            for name, model in self.env.registry.items()
            if model._crm_recycle
        ]

    @api.depends_context("lang")
    @api.depends("model")
    def _compute_model_name(self):
        for entry in self:
            entry.model_name = self._crm_kind_name(entry.model)

    @api.model
    def _crm_kind_name(self, model):
        if model == "res.partner":
            return self.env._("Customers and Contacts")
        # sudo: what a model is called is no secret
        return self.env["ir.model"].sudo()._get(model).name or model

    @api.depends_context("lang")
    @api.depends("counts")
    def _compute_content(self):
        for entry in self:
            entry.content = ", ".join(
                f"{self._crm_kind_name(model)} {count}"
                for model, count in (entry.counts or {}).items()
            )

    @api.depends("logged_at")
    def _compute_purge_at(self):
        days = self._crm_keep_days()
        for entry in self:
            entry.purge_at = days and fields.Date.add(entry.logged_at, days=days)

    @api.model
    def _crm_keep_days(self):
        """Return after how many days entries are purged (int), 0 for never."""
        # sudo: settings are the administrator's
        value = self.env["ir.config_parameter"].sudo().get_param(PARAMETER)
        return max(int(value), 0) if str(value or "").isdigit() else 0

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_restore(self):
        """Bring deleted records back, with all that went with them, as they were.

        What a record cannot do without is restored together with it, if it is in the
        bin and yours to restore.

        :return: notification (dict); ``params.restored`` lists ``model`` and ``res_id``
            of what was asked for
        :raise UserError: restored or purged meanwhile; a number or name is taken again;
            the owner holds too many customers; it belonged to something gone for good
        :raise AccessError: an entry is not yours to see
        """
        entries = self._crm_lock()
        for model in set(entries.mapped("model")):
            if model not in self.env:
                raise UserError(
                    self.env._(
                        "The app that %(names)s belonged to is not installed any more.",
                        names=self._crm_names(entries),
                    )
                )
            self.env[model].check_access("create")
        # sudo: rows come back as they were, whoever may see them
        restore = Restore(entries.sudo(), self._crm_find)
        back = restore.run()
        asked = [{"model": entry.model, "res_id": entry.res_id} for entry in entries]
        all_entries = restore.entries
        for model, group in all_entries.grouped("model").items():
            self.env["crm.operation.log"]._crm_log(
                "restore",
                self.env._("Restored: %(names)s", names=self._crm_names(group)),
                model,
                group.mapped("res_id"),
                details={
                    "rows": {name: len(ids) for name, ids in back.items()},
                    "emptied": {
                        name: sorted(labels) for name, labels in restore.emptied.items()
                    },
                },
            )
        message = self._crm_restore_message(entries, all_entries, restore.emptied)
        all_entries._crm_forget()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": self.env._("Restored"),
                "message": message,
                "type": "success",
                "restored": asked,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_purge(self):
        """Delete entries for good. For the boss.

        :return: True
        :raise AccessError: you are not the boss
        :raise UserError: restored or purged meanwhile
        """
        self._crm_check_boss()
        self._crm_lock()._crm_purge()
        return True

    def action_empty(self):
        """Empty the bin: delete everything in it for good. For the boss.

        :return: number of entries (int)
        :raise AccessError: you are not the boss
        """
        self._crm_check_boss()
        # pylint: disable-next=no-search-all; the whole bin is meant
        entries = self.search([])
        entries._crm_purge()
        return len(entries)

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _crm_check_boss(self):
        if not self.env.su and not self.env.user._crm_is_boss():
            raise AccessError(
                self.env._("Only the boss deletes for good what is in the bin.")
            )

    def _crm_lock(self):
        """Return the entries of ``self`` that are still there, locked and in reach.

        Whoever comes second waits for the first, and finds nothing.
        """
        # sudo: to lock a row takes the right to change it
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM crm_recycle_entry WHERE id = ANY(%s) ORDER BY id"
                " FOR UPDATE",
                self.ids,
            )
        )
        found = self.browse(id_ for (id_,) in rows)
        if not found or found != self.sorted("id"):
            raise UserError(
                self.env._("This was restored or deleted for good meanwhile.")
            )
        self.check_access("read")
        return self

    @api.model
    def _crm_find(self, model, res_id):
        """Return the entry (sudo, locked) that holds a record, empty if none does.

        :raise UserError: somebody else deleted it, out of the user's reach
        """
        rows = self.env.execute_query(
            SQL(
                """SELECT entry.id
                     FROM crm_recycle_item item
                     JOIN crm_recycle_entry entry ON entry.id = item.entry_id
                    WHERE item.kind = 'row' AND item.table_name = %s
                      AND item.res_id = %s
                    ORDER BY entry.id DESC LIMIT 1 FOR UPDATE OF entry""",
                self.env[model]._table,
                res_id,
            )
        )
        entry = self.browse(id_ for (id_,) in rows)
        if entry and not entry.has_access("read"):
            # sudo: who may help is no secret, what it is stays one
            raise UserError(
                self.env._(
                    "It belongs to something that %(user)s deleted. Ask that colleague"
                    " or the boss to restore it first.",
                    user=entry.sudo().user_name,
                )
            )
        return entry.sudo()

    @api.model
    def _crm_add(self, records):
        """Make an entry for each of these records (of one model), about to go."""
        owner = records._fields.get("user_id")
        has_owner = owner and owner.comodel_name == "res.users"
        has_company = "company_id" in records._fields
        author = self._crm_log_author()
        # sudo: names are kept for those who may see the entry
        return self._crm_workflow().create(
            [
                {
                    **author,
                    "name": record.display_name or f"{record._name},{record.id}",
                    "model": record._name,
                    "res_id": record.id,
                    "owner_id": record.user_id.id if has_owner else False,
                    "company_id": record.company_id.id if has_company else False,
                }
                for record in records.sudo()
            ]
        )

    def _crm_count(self):
        """Note how many records of which model are in each entry, beside its own."""
        tables = {
            table: name
            for table, name in Schema(self.env).models.items()
            if self.env[name]._crm_recycle
        }
        if not self or not tables:
            return
        rows = self.env.execute_query(
            SQL(
                """SELECT item.entry_id, item.table_name, count(*)
                     FROM crm_recycle_item item
                     JOIN crm_recycle_entry entry ON entry.id = item.entry_id
                    WHERE item.entry_id = ANY(%s) AND item.kind = 'row'
                      AND item.table_name = ANY(%s)
                      AND NOT (item.depth = 0 AND item.res_id = entry.res_id)
                    GROUP BY item.entry_id, item.table_name
                    ORDER BY item.table_name""",
                self.ids,
                list(tables),
            )
        )
        counts = {}
        for entry_id, table, count in rows:
            counts.setdefault(entry_id, {})[tables[table]] = count
        self.env.cr.execute(
            SQL(
                """UPDATE crm_recycle_entry SET counts = new.counts
                     FROM jsonb_to_recordset(%s::jsonb)
                       AS new(id int, counts jsonb)
                    WHERE crm_recycle_entry.id = new.id""",
                json.dumps(
                    [{"id": id_, "counts": value} for id_, value in counts.items()]
                ),
            )
        )
        self.invalidate_recordset(["counts"])

    def _crm_log_deletion(self):
        for model, group in self.grouped("model").items():
            self.env["crm.operation.log"]._crm_log(
                "delete",
                self.env._("Deleted: %(names)s", names=self._crm_names(group)),
                model,
                group.mapped("res_id"),
            )

    @api.model
    def _crm_names(self, entries):
        """Return the names (str) of entries, of many the first ones and the number."""
        # sudo: names for whoever handles the entries
        names = ", ".join(entries[:5].sudo().mapped("name"))
        if len(entries) > 5:
            return self.env._(
                "%(names)s and %(count)s more", names=names, count=len(entries) - 5
            )
        return names

    def _crm_restore_message(self, entries, all_entries, emptied):
        lines = [self._crm_names(entries)]
        if further := all_entries - entries:
            lines.append(
                self.env._(
                    "Together with what it belongs to: %(names)s",
                    names=self._crm_names(further),
                )
            )
        labels = {label for found in emptied.values() for label in found}
        if labels:
            lines.append(
                self.env._(
                    "Left empty, because it was deleted meanwhile: %(fields)s",
                    fields=", ".join(sorted(labels)),
                )
            )
        return "\n".join(lines)

    def _crm_return_files(self):
        """Give files that were put aside back to their documents."""
        self.env.cr.execute(
            SQL(
                """UPDATE ir_attachment file
                      SET res_model = item.data ->> 'res_model',
                          res_id = (item.data ->> 'res_id')::int,
                          res_field = item.data ->> 'res_field',
                          public = (item.data ->> 'public')::boolean,
                          access_token = item.data ->> 'access_token'
                     FROM crm_recycle_item item
                    WHERE item.kind = 'file' AND item.res_id = file.id
                      AND item.entry_id = ANY(%s)""",
                self.ids,
            )
        )
        self.env["ir.attachment"].invalidate_model()

    def _crm_forget(self):
        """Remove entries, their content and nothing else."""
        self.env.cr.execute(
            SQL("DELETE FROM crm_recycle_entry WHERE id = ANY(%s)", self.ids)
        )
        self.env["crm.recycle.entry"].invalidate_model()

    def _crm_purge(self):
        """Delete entries for good, with their files."""
        if not self:
            return
        for model, group in self.grouped("model").items():
            self.env["crm.operation.log"]._crm_log(
                "purge",
                self.env._("Deleted for good: %(names)s", names=self._crm_names(group)),
                model,
                group.mapped("res_id"),
            )
        # sudo: files put aside are nobody's
        self.env["ir.attachment"].sudo().search(
            [
                ("res_model", "=", "crm.recycle.item"),
                ("res_field", "!=", False),
                ("res_id", "in", self.ids),
            ]
        ).unlink()
        self._crm_forget()

    @api.autovacuum
    def _gc_recycle_bin(self):
        days = self._crm_keep_days()
        if not days:
            return 0, 0
        limit = fields.Datetime.subtract(fields.Datetime.now(), days=days)
        entries = self.search(
            [("logged_at", "<", limit)], order="logged_at", limit=GC_LIMIT
        )
        entries._crm_purge()
        return len(entries), len(entries) == GC_LIMIT
