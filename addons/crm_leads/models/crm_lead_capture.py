import logging
from functools import partial

import psycopg2

from odoo import api, fields, models
from odoo.service.model import retrying

from ..tools.capture import CAPTURE_KEY, Capture

_logger = logging.getLogger(__name__)


class CrmLead(models.Model):
    """How leads come in: each way is told apart, has a source and is counted."""

    _inherit = "crm.lead"

    capture_channel = fields.Selection(
        [
            ("manual", "Entered by Hand"),
            ("call", "Call Note"),
            ("import", "File Import"),
            ("web_form", "Web Form"),
            ("email", "E-mail"),
            ("campaign", "Campaign"),
            ("api", "API"),
        ],
        "Captured Through",
        compute="_compute_capture_channel",
        store=True,
        precompute=True,
        copy=False,
        index="btree_not_null",
    )
    is_captured = fields.Boolean(
        "Came In as a Lead",
        compute="_compute_capture_channel",
        store=True,
        precompute=True,
        copy=False,
        help="It was a lead when it came in, whatever it became since.",
    )

    # computed once, when the record is created: what was true then stays
    @api.depends()
    def _compute_capture_channel(self):
        capture = self.env.context.get(CAPTURE_KEY)
        is_api = self.env["crm.change.log"]._crm_door() == "api"
        for lead in self:
            lead.is_captured = lead.type == "lead"
            if isinstance(capture, Capture):
                lead.capture_channel = capture.channel
            elif lead.campaign_id:
                lead.capture_channel = "campaign"
            else:
                lead.capture_channel = "api" if is_api else "manual"

    # ------------------------------------------------------------
    # ORM
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        leads = super().create(vals_list)
        captured = leads.filtered("is_captured")
        captured._crm_set_sources()
        if captured:
            captured._crm_captured()
        return leads

    # ------------------------------------------------------------
    # HOOKS
    # ------------------------------------------------------------

    def _crm_captured(self):
        """Hook: act on leads that have just come in, through whatever door.

        Called once per creation with all its leads, as whoever creates them, when they
        have their source, channel and owner. Call ``super()`` first.
        """

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _crm_capturing(self, channel):
        """Return ``self`` for creating leads that came in through a channel.

        :param str channel: value of ``capture_channel``
        """
        return self.with_context(**{CAPTURE_KEY: Capture(channel)})

    def _crm_set_sources(self):
        """Give leads that came in without a source that of their channel."""
        if not isinstance(self.env.context.get(CAPTURE_KEY), Capture) and (
            not self._crm_is_suite_user()
        ):
            return
        bare = self.filtered(lambda lead: not lead.source_id)
        for channel, leads in bare.grouped("capture_channel").items():
            source = self._crm_source(channel)
            if source:
                # sudo: whoever may create a lead need not be able to change it
                leads.sudo().source_id = source
            else:
                self.env.cr.postcommit.add(partial(leads._crm_give_source, channel))

    def _crm_give_source(self, channel):
        """Give these leads their source, in a transaction of its own.

        They are stored by now, so that nothing here may fail whoever has stored them.
        """

        def give(leads):
            source = leads._crm_source(channel)
            leads.exists().filtered(lambda lead: not lead.source_id).source_id = source

        try:
            with self.env.registry.cursor() as cr:
                # sudo: as above
                env = self.env(cr=cr, su=True)
                retrying(partial(give, self.with_env(env)), env)
        except psycopg2.Error:
            _logger.warning("leads %s have no source", self.ids, exc_info=True)

    @api.model
    def _crm_source(self, channel):
        """Return the source (utm.source) of leads that came in through a channel.

        Made when it is first needed, in the language of the company: names of sources
        are not translated. It may be renamed. Empty when somebody else has made it at
        this very moment, and it is not in sight of this transaction: no lead is lost
        for that.

        :param str channel: value of ``capture_channel``
        """
        source = self.env.ref(f"crm_leads.source_{channel}", raise_if_not_found=False)
        if source:
            return source
        try:
            with self.env.cr.savepoint():
                return self._crm_make_source(channel)
        except (
            psycopg2.errors.SerializationFailure,
            psycopg2.errors.UniqueViolation,
        ):
            return self.env["utm.source"]

    @api.model
    def _crm_make_source(self, channel):
        """Make the source of a channel, or take one of its name; return it."""
        xml_id = f"crm_leads.source_{channel}"
        lang = self.env.company.partner_id.lang or self.env.user.lang
        name = self.with_context(lang=lang)._crm_source_names()[channel]
        # sudo: sources are set up by the boss, this one by whoever needs it first
        sources = self.env["utm.source"].sudo()
        source = sources.search([("name", "=", name)], limit=1) or sources.create(
            {"name": name}
        )
        self.env["ir.model.data"].sudo()._update_xmlids(
            [{"xml_id": xml_id, "record": source, "noupdate": True}]
        )
        return source

    @api.model
    def _crm_source_names(self):
        """Return what the sources of channels are called, a dict."""
        return {
            "manual": self.env._("Own Prospecting"),
            "call": self.env._("Incoming Call"),
            "import": self.env._("Collected List"),
            "web_form": self.env._("Web Form"),
            "email": self.env._("E-mail Inquiry"),
            "campaign": self.env._("Marketing Campaign"),
            "api": self.env._("Other System"),
        }
