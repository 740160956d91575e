from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.arguments import as_number
from ..tools.geo import distance_m
from .crm_followup import OPEN


class CrmFollowup(models.Model):
    """Check-in: when and where a visit was, as the device at the customer's says."""

    _inherit = "crm.followup"

    checkin_at = fields.Datetime("Check-in Time", readonly=True, copy=False)
    checkin_latitude = fields.Float(digits=(10, 7), readonly=True, copy=False)
    checkin_longitude = fields.Float(digits=(10, 7), readonly=True, copy=False)
    checkin_accuracy = fields.Float(
        "Accuracy (m)", readonly=True, copy=False, aggregator=None
    )
    checkin_distance = fields.Float(
        "Distance (m)",
        readonly=True,
        copy=False,
        aggregator="avg",
        help="Distance between the check-in and the customer's address.",
    )
    checkin_is_far = fields.Boolean(
        "Far from Customer", compute="_compute_checkin_is_far", store=True
    )
    can_locate_customer = fields.Boolean(compute="_compute_can_locate_customer")

    @api.depends("checkin_at", "checkin_distance", "company_id")
    def _compute_checkin_is_far(self):
        for followup in self:
            limit = followup.company_id.crm_checkin_max_distance
            followup.checkin_is_far = bool(
                followup.checkin_at and limit and followup.checkin_distance > limit
            )

    @api.depends(
        "checkin_at", "partner_id.partner_latitude", "partner_id.partner_longitude"
    )
    def _compute_can_locate_customer(self):
        for followup in self:
            # otherwise every check-in could be made to fit
            followup.can_locate_customer = (
                followup.checkin_at
                and followup.partner_id
                and not followup._crm_is_located()
            )

    def _crm_is_located(self):
        """Return whether the customer's address has its place on the map (bool)."""
        self.ensure_one()
        # sudo: a share for reading is enough to visit a customer
        address = self.partner_id.sudo()
        return bool(address.partner_latitude or address.partner_longitude)

    def _crm_workflow_fields(self):
        return super()._crm_workflow_fields() | {
            "checkin_at",
            "checkin_latitude",
            "checkin_longitude",
            "checkin_accuracy",
            "checkin_distance",
        }

    def action_checkin(self, latitude, longitude, accuracy=0.0):
        """Stamp the time and place of a visit, once.

        :param float latitude: degrees, -90 to 90
        :param float longitude: degrees, -180 to 180
        :param float accuracy: radius in metres that the device claims
        :return: dict with ``distance`` (float metres, False without an address on the
            map), ``is_far`` (bool) and ``checkin_at`` (str, UTC)
        :raise UserError: outside the globe, already checked in, or not planned
        """
        self.ensure_one()
        self.check_access("write")
        latitude, longitude = as_number(latitude), as_number(longitude)
        if (
            latitude is None
            or longitude is None
            or not (-90 <= latitude <= 90 and -180 <= longitude <= 180)
            or not (latitude or longitude)
        ):
            raise UserError(
                self.env._("The device sent no valid position. Switch on location.")
            )
        self._crm_check_state(OPEN, self.env._("Check in before you finish the visit."))
        if self.checkin_at:
            raise UserError(self.env._("You have already checked in for this visit."))
        # sudo: a share for reading is enough to visit a customer
        address = self.partner_id.sudo()
        known = self._crm_is_located()
        distance = (
            distance_m(
                latitude,
                longitude,
                address.partner_latitude,
                address.partner_longitude,
            )
            if known
            else 0.0
        )
        self._crm_workflow().write(
            {
                "checkin_at": fields.Datetime.now(),
                "checkin_latitude": latitude,
                "checkin_longitude": longitude,
                "checkin_accuracy": max(as_number(accuracy) or 0.0, 0.0),
                "checkin_distance": distance,
            }
        )
        return {
            "distance": distance if known else False,
            "is_far": self.checkin_is_far,
            "checkin_at": fields.Datetime.to_string(self.checkin_at),
        }

    def action_locate_customer(self):
        """Take the place of this check-in as the customer's address on the map.

        :return: True
        :raise UserError: without a check-in, or when the address has its place already
        """
        self.ensure_one()
        self.check_access("write")
        if not self.checkin_at:
            raise UserError(self.env._("Check in first."))
        if self._crm_is_located():
            raise UserError(
                self.env._("This customer's address has its place on the map already.")
            )
        self.partner_id.write(
            {
                "partner_latitude": self.checkin_latitude,
                "partner_longitude": self.checkin_longitude,
            }
        )
        self._crm_workflow().write({"checkin_distance": 0.0})
        return True
