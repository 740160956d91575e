from odoo import api, models, tools

from ..tools.approval import covered_fields


class CrmApprovalLineMixin(models.AbstractModel):
    """Lines of a document that can be approved: they are frozen with it."""

    _name = "crm.approval.line.mixin"
    _description = "Line of What Can Be Approved"

    # the many2one to the document
    _crm_approval_parent = ""
    # fields that may be changed at any time
    _crm_approval_free = frozenset()

    @api.model
    @tools.ormcache(cache="stable")
    def _crm_approval_covered(self):
        free = {*self._crm_approval_free, self._crm_approval_parent}
        return covered_fields(self, free)

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        documents = lines[self._crm_approval_parent]
        documents._crm_approval_line_change()
        return lines

    def write(self, vals):
        covered = self._crm_approval_covered() | {self._crm_approval_parent}
        if covered.isdisjoint(vals):
            return super().write(vals)
        before = self[self._crm_approval_parent]
        before._crm_approval_line_check()
        result = super().write(vals)
        (before | self[self._crm_approval_parent])._crm_approval_line_change()
        return result

    def unlink(self):
        documents = self[self._crm_approval_parent]
        documents._crm_approval_line_check()
        result = super().unlink()
        documents.exists()._crm_approval_line_change()
        return result
