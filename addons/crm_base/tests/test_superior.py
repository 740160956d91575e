from odoo.tests import tagged

from .common import CrmCase


@tagged("post_install", "-at_install")
class TestSuperior(CrmCase):
    """Who is told about somebody. Covers: B01, P04."""

    def test_nearest_leader(self):
        """The nearest leader above, who is somebody else."""
        for user, superior in (
            (self.sam, self.manager),
            (self.tom, self.manager),
            (self.xia, self.other_manager),
            (self.manager, self.director),
            (self.director, self.env["res.users"]),
            (self.employee, self.env["res.users"]),
        ):
            self.assertEqual(user._crm_superiors(), superior, user.login)

    def test_leader_has_left(self):
        """Where the leader's account is closed, or the team is, the next one above."""
        self.manager.active = False
        self.assertEqual(self.sam._crm_superiors(), self.director)
        self.director.active = False
        self.assertFalse(self.sam._crm_superiors())
        self.manager.active = True
        self.north.active = False
        self.assertFalse(self.sam._crm_superiors())

    def test_two_teams(self):
        """Who is in two teams has two superiors; both are asked about an absence."""
        self.env["ir.config_parameter"].set_param("sales_team.membership_multi", "True")
        self.south.member_ids += self.sam
        self.assertEqual(self.sam._crm_superiors(), self.manager | self.other_manager)
        absence = (
            self.env["crm.absence"]
            .with_user(self.sam)
            .create({"date_from": "2030-01-07", "date_to": "2030-01-08"})
        )
        told = self.env["mail.message"].search(
            [("model", "=", "crm.absence"), ("res_id", "=", absence.id)]
        )
        self.assertEqual(
            told.notified_partner_ids,
            (self.manager | self.other_manager).partner_id,
        )
