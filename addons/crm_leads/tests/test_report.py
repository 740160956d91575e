from freezegun import freeze_time

from odoo.tests import tagged

from .common import LeadCase


@tagged("post_install", "-at_install")
class TestReport(LeadCase):
    """Sources, conversion, times: as far as the reader sees leads."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.fair = cls.env["utm.source"].create({"name": "广交会"})
        with freeze_time("2026-03-02 01:00:00"):
            cls.leads = cls.env["crm.lead"].union(
                *(
                    cls._lead(
                        cls.sam,
                        source_id=cls.fair.id,
                        contact_name=f"展会{index}",
                        phone=f"1380013800{index}",
                    )
                    for index in range(4)
                )
            )
            cls.env.flush_all()
            cls.env.cr.execute(
                "UPDATE crm_lead SET create_date = '2026-03-02 01:00' WHERE id IN %s",
                [tuple(cls.leads.ids)],
            )
            cls.leads.invalidate_recordset()
        with freeze_time("2026-03-02 05:00:00"):
            cls._lead_followup(cls.sam, cls.leads[0], done=True, content="已通话")
        with freeze_time("2026-03-04 01:00:00"):
            cls.leads[0].with_user(cls.sam).action_convert_to_customer()
            cls.leads[1].with_user(cls.sam).action_close("no_need")
        cls.theirs = cls._lead(cls.xia, source_id=cls.fair.id)
        cls.env.flush_all()

    def _by_source(self, user):
        return (
            self.env["crm.lead.report"]
            .with_user(user)
            ._read_group(
                [("source_id", "=", self.fair.id)],
                ["source_id"],
                [
                    "__count",
                    "converted:sum",
                    "closed:sum",
                    "conversion_rate:avg",
                    "hours_to_contact:avg",
                    "days_to_convert:avg",
                    "days_to_close:avg",
                ],
            )
        )

    def test_figures(self):
        """Counts, rate and times of a source, worked out by hand. Covers: L11."""
        ((source, *figures),) = self._by_source(self.sam)
        self.assertEqual(source, self.fair)
        self.assertEqual(figures, [4, 1, 1, 25.0, 4.0, 2.0, 2.0])

    def test_scope(self):
        """Each reader gets the figures of the leads in sight. Covers: L11, B01."""
        self.assertEqual(self._by_source(self.xia)[0][1], 1)
        self.assertEqual(self._by_source(self.manager)[0][1], 4)
        self.assertEqual(self._by_source(self.director)[0][1], 5)
        self.assertFalse(self._by_source(self.tom))

    def test_metrics(self):
        """The figures that reports and targets read. Covers: L11, L01."""
        codes = ["leads_created", "leads_converted", "leads_closed", "leads_open"]
        metrics = self.env["crm.metric"].with_user(self.sam)
        values = metrics.compute_values(codes, "2026-03-01", "2026-03-31")
        found = {metric["code"]: metric["value"] for metric in values}
        self.assertEqual(
            found,
            {
                "leads_created": 4,
                "leads_converted": 1,
                "leads_closed": 1,
                "leads_open": 2,
            },
        )

    def test_channels_are_counted(self):
        """Each way in is a line of the analysis. Covers: L01, L11."""
        Lead = self.env["crm.lead"].with_user(self.tom)
        for channel in ("call", "email", "web_form", "api"):
            Lead._crm_capturing(channel).create({"name": "x", "type": "lead"})
        self.env.flush_all()
        groups = (
            self.env["crm.lead.report"]
            .with_user(self.tom)
            ._read_group([], ["capture_channel"], ["__count"])
        )
        self.assertEqual(dict(groups), {"call": 1, "email": 1, "web_form": 1, "api": 1})
