from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.crm_base.tests.recycle_case import RecycleCase, left_out

from .test_parity import ParityCase


@tagged("post_install", "-at_install")
class TestRecycle(ParityCase, RecycleCase):
    """The recycle bin with all addons installed. Covers: B16."""

    def test_every_deletable_model_joins(self):
        """Whatever model of any addon somebody may delete from lands in the bin."""
        self.assertFalse(left_out(self.env), "add _crm_recycle = True")

    def test_one_of_each_comes_back(self):
        """Of every model with a bin one record goes and comes back, row for row."""
        tried = set()
        for model, expected in self.expected.items():
            if not self.env[model]._crm_recycle:
                continue
            for one in expected:
                record = one.record
                if not record.exists() or not one.unlink(self.boss):
                    continue
                before = self._rows(record._table, record.ids)
                try:
                    with self.env.cr.savepoint():
                        self._delete(record)
                except UserError:
                    # in use, or a fact by now
                    continue
                with self.subTest(model=model):
                    self._restore(self._entry(self.boss, record.id, model))
                    self.assertEqual(self._rows(record._table, record.ids), before)
                tried.add(model)
                break
        self.assertGreater(len(tried), 15, tried)
