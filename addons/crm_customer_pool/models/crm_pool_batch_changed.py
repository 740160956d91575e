from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL

# and what the engine of moves does to planned follow-ups, looked at one by one
PLAN_FIELDS = ("state", "cancel_reason", "user_id")


class CrmPoolBatch(models.Model):
    """Has a record changed since a batch moved it? Then the batch lets it be."""

    _inherit = "crm.pool.batch"

    def _crm_changed_since(self, moves):
        """Return which records changed since these rows of the ledger, and how.

        :return: dict of id of the record to reason (str)
        """
        if not moves:
            return {}
        self.env.flush_all()
        return {
            **self._crm_changed_work(moves),
            **self._crm_changed_fields(moves),
            **self._crm_changed_owners(moves),
        }

    def _crm_names(self, moves, ids=None):
        """Return what the user may know of names of records, a dict by their id.

        :param ids: of the records, None for all that these rows of the ledger are about
        """
        link = self._crm_held()._crm_pool_link
        if ids is not None:
            moves = moves.filtered(lambda move: move[link].id in ids)
        names = moves._crm_told_names() if moves else {}
        return {move[link].id: names[move.id] for move in moves}

    def _crm_changed_owners(self, moves):
        """Return records that have moved on, by later rows of the ledger.

        Rows that were taken back meanwhile, and those that took them back, count for
        nothing.
        """
        # sudo: who moved a record on is told to whoever undoes the batch
        Move = self.env["crm.owner.move"].sudo()
        link = self._crm_held()._crm_pool_link
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (later.%(link)s) later.id
                  FROM crm_owner_move move
                  JOIN crm_owner_move later
                    ON later.%(link)s = move.%(link)s AND later.id > move.id
                  LEFT JOIN crm_owner_move undone ON undone.id = later.undo_of_id
                 WHERE move.id IN %(ids)s
                   AND (undone.id IS NULL OR undone.id < move.id)
                   AND %(standing)s
                 ORDER BY later.%(link)s, later.id DESC
                """,
                link=SQL.identifier(link),
                ids=tuple(moves.ids),
                standing=Move._crm_not_undone("later"),
            )
        )
        last = Move.browse(id_ for (id_,) in rows)
        names = self._crm_names(moves, set(last[link].ids)) if last else {}
        kinds = dict(Move._fields["kind"]._description_selection(self.env))
        return {
            later[link].id: self.env._(
                "%(name)s has moved since: %(kind)s by %(user)s on %(time)s.",
                name=names[later[link].id],
                kind=kinds[later.kind],
                user=later.actor_id.name,
                time=later[link]._crm_local_time(later.moved_at),
            )
            for later in last
        }

    def _crm_changed_fields(self, moves):
        """Return records of which somebody changed something, by the change log."""
        records = moves[self._crm_held()._crm_pool_link]
        # what the engine of moves writes itself: the ledger tells about these
        engine = ("user_id", *records._crm_overwritten_fields())
        plans = []
        for move in moves:
            before = move.before or {}
            # a transfer gives away what its owner has planned, and nothing else
            if move.kind == "transfer":
                before = {"plans": before.get("open", {}).get("crm.followup", ())}
            plans += before.get("plans", ())
        about, record_of = records._crm_changes(moves)
        marks = self._crm_marks(moves)
        since = Domain("id", ">", min(marks.values()))
        # sudo: what the log says, for a yes or no
        Log = self.env["crm.change.log"].sudo()
        logs = Log.search(
            about
            & since
            & ~(
                Domain("model", "=", records._name) & Domain("field_name", "in", engine)
            )
            & ~(
                Domain("model", "=", "crm.followup")
                & Domain("field_name", "in", PLAN_FIELDS)
                & Domain("res_id", "in", plans)
            ),
            order="id",
        ).filtered(lambda log: log.id > marks.get(record_of(log), 0))
        logs += self._crm_strayed(records, Log, marks)
        changed = {record_of(log): log for log in logs}
        names = self._crm_names(moves, changed) if changed else {}
        return {
            id_: self.env._(
                "%(name)s has been changed since, by %(user)s.",
                name=names.get(id_, ""),
                user=log.user_name or "",
            )
            for id_, log in changed.items()
        }

    def _crm_marks(self, moves):
        """Return where the log of changes stood when each record had been moved.

        A large batch is many transactions. What somebody changed in a record between
        its own part and the last one counts as well.

        :return: dict of id of the record to id (int) in the log
        """
        link = self._crm_held()._crm_pool_link
        # sudo: where the log stood, for a yes or no
        parts = self.sudo().log_marks or [[0, 0]]
        return {
            move[link].id: next(
                (mark for last, mark in parts if move.id <= last), parts[-1][1]
            )
            for move in moves
        }

    def _crm_strayed(self, records, Log, marks):
        """Return rows of the log about values that are no longer what the batch left.

        Of what goes along with the owner, such as a team: the engine writes it in later
        moves too, and writes it back when they are undone; so the values are compared.
        """
        if not records._crm_by_owner:
            return Log
        first = {}
        for log in Log.search(
            Domain("id", ">", min(marks.values()))
            & Domain("model", "=", records._name)
            & Domain("res_id", "in", records.ids)
            & Domain("field_name", "in", records._crm_by_owner),
            order="id",
        ):
            if log.id > marks[log.res_id]:
                first.setdefault((log.res_id, log.field_name), log)
        return Log.union(
            *(
                log
                for (res_id, name), log in first.items()
                if records.browse(res_id)[name].id != (log.old_value or [False])[0]
            )
        )

    def _crm_changed_work(self, moves):
        """Return records whose open work is not what the batch left."""
        link = self._crm_held()._crm_pool_link
        roots = moves[link]._crm_roots()
        # sudo: what is open on a record, whoever made it
        activities = (
            self.env["mail.activity"]
            .sudo()
            .with_context(active_test=False)
            .search(
                [("res_model", "=", moves[link]._name), ("res_id", "in", list(roots))]
            )
        )
        active = {}
        for activity in activities.filtered("active"):
            active.setdefault(roots[activity.res_id], set()).add(activity.id)
        there = set(activities.ids)
        changed = self._crm_worked_on(moves, roots)
        for move in moves:
            before = move.before or {}
            known = set(before.get("activities", ()))
            key = move[link].id
            left = known if move.kind == "transfer" else set()
            if active.get(key, set()) != left or not known <= there:
                changed.add(key)
        names = self._crm_names(moves, changed) if changed else {}
        return {
            id_: self.env._(
                "Somebody has been working on %(name)s since.", name=names[id_]
            )
            for id_ in changed
        }

    def _crm_worked_on(self, moves, roots):
        """Return records (set of int) with follow-ups or other work not as left.

        :param dict roots: id of the record by id of each of its family
        """
        given = moves.filtered(lambda move: move.kind == "transfer")
        return {
            *self._crm_plans_begun(moves - given),
            *self._crm_work_gone(given),
            *self._crm_held()._crm_work_begun(moves, roots),
        }

    def _crm_plans_begun(self, moves):
        """Return records (set of int) with plans that are called off no longer."""
        link = self._crm_held()._crm_pool_link
        plans = {
            id_: move[link].id
            for move in moves
            for id_ in (move.before or {}).get("plans", ())
        }
        # sudo: whether they are still called off, whoever's they are
        called_off = (
            self.env["crm.followup"]
            .sudo()
            .search([("id", "in", list(plans)), ("state", "=", "cancelled")])
        )
        return {plans[id_] for id_ in plans.keys() - set(called_off.ids)}

    def _crm_work_gone(self, moves):
        """Return records (set of int) with work that is no longer the new owner's."""
        link = self._crm_held()._crm_pool_link
        given = {}
        for move in moves:
            for model, ids in (move.before or {}).get("open", {}).items():
                given.setdefault(model, {}).update(dict.fromkeys(ids, move))
        theirs = {model: set() for model in given}
        for entry in self.env["res.users"]._crm_handover_models() if given else ():
            # one model may be open work in two ways, as activities are
            owners = given.get(entry.model)
            if not owners:
                continue
            # sudo: whether it is still open, whoever's it is
            left = (
                self.env[entry.model]
                .sudo()
                .search(Domain(entry.open_domain) & Domain("id", "in", list(owners)))
            )
            theirs[entry.model].update(
                record.id
                for record in left
                if record[entry.user_field] == owners[record.id].to_user_id
            )
        return {
            owners[id_][link].id
            for model, owners in given.items()
            for id_ in owners.keys() - theirs[model]
        }
