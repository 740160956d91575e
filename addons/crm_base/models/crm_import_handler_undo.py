import json
from collections import defaultdict
from datetime import timedelta
from typing import Any, NamedTuple

from odoo import SUPERUSER_ID, api, models
from odoo.fields import Domain

from ..tools.import_line import Line


class Change(NamedTuple):
    """What a row has written to a record that existed, by field."""

    line: Line
    record: Any
    before: dict
    after: dict


class CrmImportHandler(models.AbstractModel):
    """How rows of an import are taken back: many at once."""

    _inherit = "crm.import.handler"

    @api.model
    def _crm_undo(self, batch, lines):
        """Hook: take rows back; note on each line why it has to stay.

        Runs within a savepoint: raise, and the rows are tried in halves until the one
        that is refused stands alone.

        :param batch: crm.import.batch record
        :param list lines: Lines with ``created``, ``updated`` and ``done_at``, the last
            row of the file first
        """
        made = self._crm_made(lines)
        self._crm_undo_obstacles(batch, lines, made)
        going = [line for line in lines if not line.note]
        self._crm_undo_out_of_reach(batch, going, made)
        going = [line for line in going if not line.note]
        self._crm_undo_created(batch, going, made)
        self._crm_undo_updated(batch, going)

    @api.model
    def _crm_made(self, lines):
        """Return what rows have created and is still there.

        :return: dict of the line's id to dict of position to record
        """
        ids = defaultdict(list)
        for line in lines:
            for model, res_id in line.created:
                ids[model].append(res_id)
        there = {
            (model, record.id): record
            for model, res_ids in ids.items()
            for record in self.env[model].browse(res_ids).exists()
        }
        return {
            line.id: {
                position: there[model, res_id]
                for position, (model, res_id) in enumerate(line.created)
                if (model, res_id) in there
            }
            for line in lines
        }

    @api.model
    def _crm_undo_obstacles(self, batch, lines, made):
        """Hook: note on lines why what they have created has to stay.

        Call ``super()``. Never a query for each line.

        :param dict made: as of :meth:`_crm_made`
        """
        for line in lines:
            for record in made[line.id].values():
                line.note = line.note or self._crm_undo_changed(batch, record, line)

    @api.model
    def _crm_undo_changed(self, batch, record, line):
        """Return who has changed a created record since (str), "" for nobody."""
        expected = (batch.user_id.id, SUPERUSER_ID)
        end = (batch.finished_at or line.done_at) + timedelta(seconds=1)
        # sudo: who changed it last, also when the record has changed hands
        last = record.sudo()
        if last.write_date > end or (
            last.write_uid.id not in expected and last.write_date > line.done_at
        ):
            return self.env._(
                "Changed since by %(user)s: %(name)s",
                user=last.write_uid.name,
                name=last.display_name,
            )
        return ""

    @api.model
    def _crm_undo_worked_on(self, batch, link, records):
        """Return what people have done with records since, {id: text (str)}.

        :param str link: the field of follow-ups and of the ledger that names them
        :param records: what the import has created
        """
        followed = self._crm_undo_ids("crm.followup", link, records)
        moved = self._crm_undo_ids(
            "crm.owner.move", link, records, ~self._crm_undo_first_moves(batch)
        )
        told = {}
        # sudo: whoever imported them knows their names
        for record in records.sudo():
            if record.id in followed:
                told[record.id] = self.env._(
                    "Has follow-ups: %(name)s", name=record.name
                )
            elif record.id in moved:
                told[record.id] = self.env._(
                    "Has changed hands since: %(name)s", name=record.name
                )
        return told

    @api.model
    def _crm_undo_first_moves(self, batch):
        """Hook: return the domain of the rows of the ledger that an import writes."""
        return Domain("kind", "=", "create")

    @api.model
    def _crm_undo_ids(self, model, link, records, domain=Domain.TRUE):
        """Return the ids (set of int) of what records of a model hang on."""
        groups = (
            self.env[model]
            # sudo: also those that the importer does not see
            .sudo()
            .with_context(active_test=False)
            ._read_group(Domain(link, "in", records.ids) & domain, [link])
        )
        return {record.id for (record,) in groups}

    @api.model
    def _crm_undo_out_of_reach(self, batch, lines, made):
        """Note on lines that whoever imported may no longer change what they made."""
        by_model = defaultdict(list)
        for line in lines:
            for record in made[line.id].values():
                by_model[record._name].append(record.id)
        allowed = {
            (model, res_id)
            for model, ids in by_model.items()
            for res_id in self._crm_undo_in_reach(
                batch, self.env[model].browse(ids)
            ).ids
        }
        for line in lines:
            for record in made[line.id].values():
                if (record._name, record.id) not in allowed and not line.note:
                    line.note = str(record._check_access("write")[1]())

    @api.model
    def _crm_undo_in_reach(self, batch, records):
        """Hook: return those of created records that whoever imported may take back."""
        return records._filtered_access("write")

    @api.model
    def _crm_undo_created(self, batch, lines, made):
        """Remove what rows have created: what each has created last comes first."""
        depth = max((max(made[line.id], default=-1) for line in lines), default=-1)
        for position in range(depth, -1, -1):
            by_model = defaultdict(list)
            for line in lines:
                if record := made[line.id].get(position):
                    by_model[record._name].append(record.id)
            for model, ids in by_model.items():
                self._crm_undo_create(batch, self.env[model].browse(ids))

    @api.model
    def _crm_undo_create(self, batch, records):
        """Hook: remove records that the import created and nobody has used."""
        # sudo: whoever imported takes back what is as the import left it, also where
        # deleting is not everybody's; that it may be changed has been checked
        records.sudo()._crm_without_recycling().with_context(
            tracking_disable=True
        ).unlink()

    @api.model
    def _crm_undo_updated(self, batch, lines):
        """Give records back the values that they had before the rows."""
        ids = defaultdict(list)
        for line in lines:
            for model, res_id, _before, _after in line.updated:
                ids[model].append(res_id)
        there = {
            (model, record.id): record
            for model, res_ids in ids.items()
            for record in self.env[model].browse(res_ids).exists()
        }
        # rows that have changed one record after another: the last one first
        waves = defaultdict(list)
        seen = defaultdict(int)
        for line in lines:
            for model, res_id, before, after in line.updated:
                record = there.get((model, res_id))
                if record is None:
                    line.add_note(self.env._("Deleted since"))
                    continue
                change = Change(line, record, dict(before), dict(after))
                waves[seen[model, res_id]].append(change)
                seen[model, res_id] += 1
        for _number, changes in sorted(waves.items()):
            self._crm_undo_updates(batch, changes)

    @api.model
    def _crm_undo_updates(self, batch, changes):
        """Hook: take changes back; note on their lines what has changed since.

        :param list changes: of :class:`Change`, each of another record
        """
        writing = defaultdict(list)
        for change in changes:
            record, line = change.record, change.line
            changed = [
                name
                for name, value in change.after.items()
                if self._crm_snapshot(record, name) != value
            ]
            back = {
                name: [(6, 0, value)] if isinstance(value, list) else value
                for name, value in change.before.items()
                if name not in changed
            }
            if back:
                writing[record._name, json.dumps(back, sort_keys=True)].append(
                    record.id
                )
            if changed:
                labels = [
                    record._fields[n]._description_string(self.env) for n in changed
                ]
                line.add_note(
                    self.env._("Changed since: %(fields)s", fields=", ".join(labels))
                )
        for (model, back), ids in writing.items():
            records = self.env[model].browse(ids).with_context(tracking_disable=True)
            records.write(json.loads(back))
