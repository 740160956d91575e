"""The cast with leads, see crm_pipeline."""

from odoo.addons.crm_pipeline.tests.common import LeadCase

__all__ = ["LeadCase"]
