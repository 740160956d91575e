from contextlib import contextmanager

from odoo import models

from odoo.addons.base.models.ir_model import MODULE_UNINSTALL_FLAG

from ..tools.recycle import RECYCLE_KEY, WITHOUT_RECYCLING
from ..tools.recycle_capture import Capture


class Base(models.AbstractModel):
    """Deletions of users go into the recycle bin, for models that say so.

    A model of the suite joins by one line, ``_crm_recycle = True``.
    """

    _inherit = "base"

    # whether records that a user deletes can be restored
    _crm_recycle = False
    # many2one fields without which a record makes no sense: what they refer to is
    # restored first (required fields, and what the database deletes along, anyway)
    _crm_recycle_parents = ()
    # many2one fields to what the model deletes by itself, once a record is gone
    _crm_recycle_along = ()

    def unlink(self):
        if not self._crm_recycle_applies():
            return super().unlink()
        with self._crm_recycling() as records:
            return super(Base, records).unlink()

    def _crm_recycle_applies(self):
        """Return whether this deletion has to be put into the bin (bool).

        What the system removes (``sudo``) and what goes with an addon does not.
        """
        if not self._crm_recycle or not self._ids or not self._auto:
            return False
        context = self.env.context
        if context.get(MODULE_UNINSTALL_FLAG):
            return False
        running = context.get(RECYCLE_KEY)
        if running is WITHOUT_RECYCLING:
            return False
        if isinstance(running, Capture):
            # what another model's deletion takes along and the database does not
            return not running.covers(self)
        return not self.env.su

    @contextmanager
    def _crm_recycling(self):
        """Put these records into the bin; the caller deletes what this yields."""
        self.check_access("unlink")
        running = self.env.context.get(RECYCLE_KEY)
        if isinstance(running, Capture):
            running.take(self)
            yield self
            return
        # sudo: nobody writes the bin but the bin
        bin_ = self.env["crm.recycle.entry"].sudo()
        # whoever catches a refusal must not find a copy of what still exists
        with self.env.cr.savepoint():
            capture = Capture(bin_)
            capture.take(self)
            yield self.with_context(**{RECYCLE_KEY: capture})
            entries = capture.finish()
        entries._crm_log_deletion()

    def _crm_without_recycling(self):
        """Return ``self``, whose deletion is for good (for merges and clean-ups)."""
        return self.with_context(**{RECYCLE_KEY: WITHOUT_RECYCLING})

    def _crm_recycle_roots(self):
        """Hook: return whose entry each of these records belongs to, a dict of ids.

        Records that are deleted together with the one above them go into its entry.
        """
        return {id_: id_ for id_ in self.ids}

    def _crm_after_restore(self):
        """Hook: make restored records agree with the rest, or refuse them.

        Called with all rights, for all records of one model that came back together,
        when their rows are there again. Call ``super()`` first.

        :raise UserError: they cannot come back as things are now (limits, uniqueness)
        """
