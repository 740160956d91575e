from odoo.tests import tagged

from .common import LeadCase

FIELDS = ("crm_leads.crm_lead_view_list", "crm_leads.crm_lead_view_kanban")


@tagged("post_install", "-at_install")
class TestQueries(LeadCase):
    """Lists, cards and forms of leads cost the same with few rows and with many."""

    def _specification(self, view):
        arch, _view = self.env["crm.lead"]._get_view(self.env.ref(view).id)
        names = {node.get("name") for node in arch.iter("field")}
        fields = self.env["crm.lead"]._fields
        return {
            name: {"fields": {"display_name": {}}} if fields[name].relational else {}
            for name in names
            if name in fields
        }

    def _cost(self, call):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        call()
        return self.env.cr.sql_log_count - before

    def test_lists(self):
        """20 or 120 leads, list or cards: the same number of queries. Covers: L02."""
        tag = self.env["crm.tag"].create({"name": "展会"})
        for index in range(20):
            self._lead(self.sam, name=f"线索{index}", tag_ids=[(4, tag.id)])
        leads = self.env["crm.lead"].with_user(self.sam)
        domain = [("is_captured", "=", True)]
        costs = {}
        for view in FIELDS:
            specification = self._specification(view)
            leads.web_search_read(domain, specification, limit=10)
            costs[view] = self._cost(
                lambda s=specification: leads.web_search_read(domain, s)
            )
        for index in range(100):
            self._lead(self.sam, name=f"更多{index}", tag_ids=[(4, tag.id)])
        for view in FIELDS:
            specification = self._specification(view)
            many = self._cost(lambda s=specification: leads.web_search_read(domain, s))
            self.assertLessEqual(many, costs[view] + 1, view)

    def test_form(self):
        """A form costs the same with few follow-ups and with many. Covers: L03."""
        lead = self._lead(self.sam)
        specification = self._specification("crm_leads.crm_lead_view_form")
        theirs = lead.with_user(self.sam)
        for _index in range(3):
            self._lead_followup(self.sam, lead, done=True)
        theirs.web_read(specification)
        few = self._cost(lambda: theirs.web_read(specification))
        for _index in range(40):
            self._lead_followup(self.sam, lead, done=True)
        many = self._cost(lambda: theirs.web_read(specification))
        self.assertLessEqual(many, few + 1)

    def test_creation(self):
        """A lead more in one go costs what Odoo asks for it (8), ledger included."""
        leads = self.env["crm.lead"].with_user(self.sam)
        rows = [
            {"name": f"线索{n}", "type": "lead", "phone": f"138{n:08}"}
            for n in range(70)
        ]
        leads.create(rows[:1])
        few = self._cost(lambda: (leads.create(rows[:10]), self.env.flush_all()))
        many = self._cost(lambda: (leads.create(rows[10:]), self.env.flush_all()))
        self.assertLessEqual((many - few) / 50, 8)
