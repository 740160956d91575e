from odoo import api, models
from odoo.fields import Domain


class CrmPoolMixin(models.AbstractModel):
    """What batches ask a model for when they are taken back."""

    _inherit = "crm.pool.mixin"

    # the method of the ledger that writes rows of this model
    _crm_pool_logger = "_crm_log"

    # ------------------------------------------------------------
    # HOOKS
    # ------------------------------------------------------------

    def _crm_why_not_back(self, move, name):
        """Hook: return why a row of the ledger cannot be taken back (str), or "".

        :param move: row of the ledger (sudo) about this record, which is locked
        :param str name: what the user may know of the record's name
        """
        return ""

    def _crm_roots(self):
        """Hook: return which of these records goes along with which, a dict of ids.

        Keys are the ids of :meth:`_crm_family`.
        """
        return {id_: id_ for id_ in self.ids}

    def _crm_changes(self, moves):
        """Hook: return where the log of changes tells about these records.

        :param moves: rows of the ledger (sudo) about them
        :return: a domain of crm.change.log, and the function that gives the id of the
            record (int) for a row of the log
        """
        link = self._crm_pool_link
        # sudo: follow-ups, whoever made them
        followups = self.env["crm.followup"].sudo()
        followups = followups.search([(link, "in", self.ids)])
        owners = {
            id_: move[link].id
            for move in moves
            for id_ in (move.before or {}).get("followups", ())
        }
        owners |= {followup.id: followup[link].id for followup in followups}
        domain = (
            Domain("model", "=", self._name) & Domain("res_id", "in", self.ids)
        ) | (
            Domain("model", "=", "crm.followup") & Domain("res_id", "in", list(owners))
        )
        return (
            domain,
            lambda log: log.res_id if log.model == self._name else owners[log.res_id],
        )

    @api.model
    def _crm_work_begun(self, moves, roots):
        """Hook: return those of records (set of int) whose open work is not as left.

        Beyond activities, and the plans that the rows of the ledger remember.

        :param moves: rows of the ledger (sudo)
        :param dict roots: id of the record by id of each of its family
        """
        link = self._crm_pool_link
        # sudo: follow-ups, whoever made them
        followups = self.env["crm.followup"].sudo()
        groups = followups._read_group(
            [(link, "in", moves[link].ids)], [link], ["id:array_agg"]
        )
        present = {record.id: set(ids) for record, ids in groups}
        return {
            move[link].id
            for move in moves
            if "followups" in (move.before or {})
            and present.get(move[link].id, set()) != set(move.before["followups"])
        }

    def _crm_put_back_more(self, moves):
        """Hook: put back what else hung on these records before rows of the ledger.

        Followers, plans, activities and open work are put back for all kinds.
        """

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _crm_pool_log(self, kind, reason, *, rows=None, **extra):
        """Write rows of the ledger about records that nobody owns, and that stay so.

        :param str kind: kind of the rows
        :param str reason: reason of the rows
        :param dict rows: further values of the rows, by id of the record
        :param extra: further values of all the rows
        :return: the rows
        """
        log = getattr(self.env["crm.owner.move"], self._crm_pool_logger)
        return log(self, kind, self.env["res.users"], None, reason, rows, **extra)
