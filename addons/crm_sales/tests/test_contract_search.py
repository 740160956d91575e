from odoo.tests import tagged

from odoo.addons.crm_base.tools import search_key

from .contract_common import ContractCase


@tagged("post_install", "-at_install")
class TestContractSearch(ContractCase):
    """Words of the texts are found fast, whether few contracts hold them or all."""

    ROWS = 4_000
    # of so many contracts one belongs to sam
    STEP = 100

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        contract = cls._contract(cls.xia, cls._customer(cls.xia, "上海伯韵"))
        cls.env.flush_all()
        clauses = [f"第{number}条 违约责任由双方承担" for number in range(100)]
        cls.env.cr.execute(
            """
            INSERT INTO crm_contract
            SELECT (jsonb_populate_record(contract, jsonb_build_object(
                       'id', nextval('crm_contract_id_seq'),
                       'number', 'BULK' || place,
                       'user_id', CASE place %% %s WHEN 0 THEN %s ELSE %s END,
                       'search_key', %s || ' ' || %s || place
                   ))).*
              FROM crm_contract contract, generate_series(1, %s) place
             WHERE contract.id = %s
            """,
            (
                cls.STEP,
                cls.sam.id,
                cls.xia.id,
                search_key.build(clauses),
                search_key.build(["QX"]),
                cls.ROWS,
                contract.id,
            ),
        )
        cls.env.cr.execute("ANALYZE crm_contract")
        cls.env.invalidate_all()

    def _query(self, words, user, operator="ilike", **kwargs):
        contracts = self.env["crm.contract"].with_user(user)
        return contracts._search([("search_key", operator, words)], **kwargs)

    def _plan(self, *args, **kwargs):
        """Return the plan (str) of a search."""
        cr, query = self.env.cr, self._query(*args, **kwargs)
        cr.execute("EXPLAIN " + cr.mogrify(query.select()).decode())
        return "\n".join(row[0] for row in cr.fetchall())

    def test_word_of_all(self):
        """A word that all texts hold is looked for where the answer is short.

        In the salesperson's own contracts, and in the newest until a page is full.
        Covers: S13.
        """
        for user in (self.sam, self.boss):
            page = self._plan("违约责任", user, order="id desc", limit=80)
            self.assertNotIn("search_key_idx", page)
        self.assertIn("user_id_index", self._plan("违约责任", self.sam))
        self.assertNotIn("Sort", page, "the newest first, until a page is full")

    def test_word_of_one(self):
        """A word that few texts hold is found by its index. Covers: S13."""
        for words in ("QX3900", "违约责任 QX3900"):
            self.assertIn("search_key_idx", self._plan(words, self.boss))

    def test_found_either_way(self):
        """The same contracts are found, whatever the planner is told. Covers: S13."""
        every = self.env["crm.contract"].with_user(self.boss).search([])
        bulk = every.filtered(lambda contract: contract.number.startswith("BULK"))
        found = self._query("违约责任", self.boss)
        self.assertEqual(set(found), set(bulk.ids))
        others = self._query("违约责任", self.boss, "not ilike")
        self.assertEqual(set(others), set((every - bulk).ids))
        one = self._query("违约责任 QX3900", self.boss)
        self.assertEqual(every.browse(one).mapped("number"), ["BULK3900"])
        self.assertFalse(self._query("违约责任 没有这样的词", self.boss))
        self.assertEqual(
            len(self._query("责任 违约 a_ % \\", self.boss)), 0, "no pattern of SQL"
        )
        self.assertEqual(len(self._query("违约责任", self.sam)), self.ROWS // self.STEP)

    def test_nothing_to_look_at(self):
        """With no contract at all every word is a rare one. Covers: S13."""
        self.env.cr.execute("DELETE FROM crm_contract WHERE number LIKE 'BULK%'")
        self.env["crm.contract"].search([]).unlink()
        self.assertFalse(self._query("违约责任", self.boss))
