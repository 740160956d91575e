from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.change_rows import Waiting, named

# where a transaction keeps its rows until they are written
WAITING = "crm_base.change_log"
# rows that are written without waiting for the end, so that memory stays flat
MOST_WAITING = 5_000
# called by a column for all that a log tells: lists of choices alone add to it
NAMED_BY_COLUMN = {"res.users"}


class CrmChangeLog(models.Model):
    """Changes are collected, and written with one statement before the commit.

    Odoo runs what waits for the commit before it opens a savepoint too, and forgets it
    when it rolls one back; so the log tells of what has really happened. Whoever reads
    the log within the transaction finds it complete.
    """

    _inherit = "crm.change.log"

    # ------------------------------------------------------------
    # ORM
    # ------------------------------------------------------------

    @api.private
    def flush_model(self, fnames=None):
        self._crm_flush()
        return super().flush_model(fnames)

    @api.model
    def _search(self, *args, **kwargs):
        self._crm_flush()
        return super()._search(*args, **kwargs)

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    @api.model
    def _crm_log(self, records, rows):
        """Append rows about records of one model.

        :param records: the records
        :param list rows: tuples of (id, kind, name of the field, old value, new value)
        """
        self._crm_wait(self._crm_prepare(records, rows))

    @api.model
    def _crm_prepare(self, records, rows):
        """Return the rows (list of dict) as they will stand in the table.

        Only the names of what values refer to are still missing.
        """
        # sudo: names and customers, whoever is at work
        records = records.sudo()
        customers = records._crm_change_customers()
        concerned = records.browse(dict.fromkeys(row[0] for row in rows))
        names = {record.id: record.display_name for record in concerned}
        has_company = "company_id" in records._fields
        companies = {
            record.id: record.company_id.id if has_company else None
            for record in concerned
        }
        common = {
            "logged_at": fields.Datetime.to_string(fields.Datetime.now()),
            "user_id": self.env.uid,
            "role": self.env.user._crm_role(),
            "ip_address": self._crm_log_ip(),
            "door": self._crm_door(),
            "model": records._name,
        }
        return [
            {
                **common,
                "res_id": record_id,
                "kind": kind,
                "field_name": name,
                "old_value": old,
                "new_value": new,
                "record_name": names[record_id],
                "customer_res_id": customers[record_id],
                "company_id": companies[record_id] or None,
            }
            for record_id, kind, name, old, new in rows
            if record_id in customers
        ]

    @api.model
    def _crm_wait(self, rows):
        """Keep rows (list of dict) until the commit, a savepoint or a reader."""
        if not rows:
            return
        precommit = self.env.cr.precommit
        waiting = precommit.data.get(WAITING)
        if waiting is None:
            waiting = precommit.data[WAITING] = Waiting()
            precommit.add(self._crm_flush)
        waiting.add(rows)
        if len(waiting.rows) >= MOST_WAITING:
            self._crm_flush()

    @api.model
    def _crm_flush(self):
        """Write the rows that wait."""
        waiting = self.env.cr.precommit.data.pop(WAITING, None)
        if not waiting:
            return
        names = self._crm_names(waiting.wanted)
        for row in waiting.rows:
            row["user_name"] = names.get(("res.users", row["user_id"]), "")
            row["old_value"] = named(row["old_value"], names)
            row["new_value"] = named(row["new_value"], names)
        self._crm_insert(waiting.rows)

    @api.model
    def _crm_flush_before(self, model):
        """Write the rows that wait if they need names of a model (str) of records.

        For whoever is about to delete some: what is gone keeps the name it had.
        """
        waiting = self.env.cr.precommit.data.get(WAITING)
        if waiting and model in waiting.wanted:
            self._crm_flush()

    @api.model
    def _crm_names(self, wanted):
        """Return what records are called, now and in the language of whoever works.

        What is not in memory is asked for with one statement, if the database can tell.

        :param dict wanted: ids (set of int) by model
        :return: dict of (model, id) to name (str)
        """
        names, statements = {}, []
        for name, ids in wanted.items():
            # sudo: the log is complete, whoever writes
            model = self.env[name].sudo()
            if _is_named_by_column(model):
                column = model._fields[model._rec_name]
                unknown = set(column._cache_missing_ids(model.browse(ids)))
                for record in model.browse(ids - unknown):
                    names[name, record.id] = record[column.name] or ""
                if unknown:
                    statements.append(self._crm_names_sql(model, unknown))
                continue
            for record in model.browse(sorted(ids)).exists():
                names[name, record.id] = record.display_name or ""
        if statements:
            statement = SQL(" UNION ALL ").join(statements)
            for name, id_, text in self.env.execute_query(statement):
                names[name, id_] = text or ""
        return names

    @api.model
    def _crm_names_sql(self, model, ids):
        query = model.browse(ids)._as_query(ordered=False)
        name = model._field_to_sql(query.table, model._rec_name, query)
        return query.select(
            SQL("%s::text", model._name), SQL.identifier(query.table, "id"), name
        )


def _is_named_by_column(model):
    """Return whether the name of a model's records is a column as it stands (bool)."""
    rec_name = model._fields.get(model._rec_name or "")
    return bool(
        rec_name
        and rec_name.type in ("char", "text")
        and (rec_name.store or rec_name.related)
        and not rec_name.company_dependent
        and (
            model._name in NAMED_BY_COLUMN
            or type(model)._compute_display_name
            is models.BaseModel._compute_display_name
        )
    )
