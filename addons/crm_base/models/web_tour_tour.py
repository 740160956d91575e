from odoo import api, models

from ..tools.arguments import as_text


class WebTourTour(models.Model):
    _inherit = "web_tour.tour"

    @api.model
    def consume(self, tourName):
        """Note that the user went through ``tourName``; return the next one or False.

        Whoever asked for one of ours is not led on through those of other addons.
        """
        tourName = as_text(tourName)
        following = super().consume(tourName) or False
        if tourName.startswith("crm_"):
            self.env["res.users"].switch_tour_enabled(False)
            return False
        return following
