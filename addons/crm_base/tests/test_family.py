from odoo.tests import tagged

from .common import CrmCase


@tagged("post_install", "-at_install")
class TestFamily(CrmCase):
    """Contacts that are created many at once are as if created one by one."""

    OWN = {"id", "name", "complete_name", "search_key", "create_date", "write_date"}
    OWN |= {"surname", "surname_initial", "crm_match_keys", "calendar_last_notif_ack"}

    def _companies(self, count, **values):
        return [
            self._customer(self.sam, f"北京家族{i}号公司", **values)
            for i in range(count)
        ]

    def _stored(self, partner):
        self.env.flush_all()
        self.env.cr.execute("SELECT * FROM res_partner WHERE id = %s", [partner.id])
        (row,) = self.env.cr.dictfetchall()
        return {name: value for name, value in row.items() if name not in self.OWN}

    def test_many_are_like_one(self):
        """Address, tax number, language, owner and keys are those of the company.

        Covers: B05.
        """
        full = self._customer(
            self.sam,
            "北京家族公司",
            city="北京市",
            street="中关村1号",
            vat="91110000600037341L",
            country_id=self.env.ref("base.cn").id,
            lang="zh_CN",
        )
        bare = self._customer(self.sam, "上海家族公司")
        Partner = self.env["res.partner"].with_user(self.sam)
        for company in (full, bare):
            rows = [
                {"name": name, "parent_id": company.id, "mobile": "13800138000"}
                for name in ("张三", "李四")
            ]
            # an empty cell is no address of its own
            rows[1]["city"] = False
            one = Partner.create(rows[0])
            many = Partner.create(rows)
            self.assertNotIn("_partners_skip_fields_sync", many.env.context)
            for contact in many:
                self.assertEqual(self._stored(contact), self._stored(one))
            self.assertEqual(many[0].search_key, one.search_key)
            self.assertEqual(many[0].complete_name, one.complete_name)
            self.assertIn("zhangsan", one.search_key)
            encoded = company.search_key.partition("\n")[0]
            self.assertTrue(many[1].search_key.startswith(encoded))

    def test_fields_of_others(self):
        """What the user may not write is taken over all the same, by the system."""
        industry = self.env["res.partner.industry"].create({"name": "机械"})
        company = self._customer(self.sam, "北京家族公司", industry_id=industry.id)
        field = self.env["res.partner"]._fields["industry_id"]
        self.patch(field, "groups", "base.group_system")
        rows = [{"name": name, "parent_id": company.id} for name in ("张三", "李四")]
        many = self.env["res.partner"].with_user(self.sam).create(rows)
        self.assertEqual(many.sudo().mapped("industry_id"), industry)

    def test_own_address_goes_up(self):
        """A company without an address still learns it from its contact.

        Covers: B05.
        """
        company = self._customer(self.sam, "北京家族公司")
        company.write({"city": False, "state_id": False, "country_id": False})
        self.env["res.partner"].with_user(self.sam).create(
            [
                {"name": "张三", "parent_id": company.id, "city": "天津"},
                {"name": "李四", "parent_id": company.id},
            ]
        )
        self.assertEqual(company.city, "天津")

    def test_queries_do_not_grow(self):
        """Contacts of many companies take as many statements as of few.

        Covers: B18, X03.
        """
        # as imports create: Odoo's followers are a query each
        Partner = self.env["res.partner"].with_user(self.sam)
        Partner = Partner.with_context(tracking_disable=True)
        counts = []
        for count in (3, 3, 30):
            companies = self._companies(count, city="北京")
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            Partner.create(
                [{"name": "张三", "parent_id": company.id} for company in companies]
            )
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[2], counts[1], counts)

    def test_written_once(self):
        """A new customer is inserted, and what is computed of it written once.

        Covers: B18, X03.
        """
        Partner = self.env["res.partner"].with_user(self.sam)
        cursor = type(self.env.cr)
        written = []
        execute = cursor.execute

        def counting(cr, query, *args, **kwargs):
            text = getattr(query, "code", query)
            if 'UPDATE "res_partner"' in text:
                written.append(text)
            return execute(cr, query, *args, **kwargs)

        self.env.flush_all()
        self.patch(cursor, "execute", counting)
        customers = Partner.create(
            [{"name": f"北京{i}号公司", "is_crm_customer": True} for i in range(40)]
        )
        self.env.flush_all()
        self.assertEqual(len(written), 1, written)
        self.assertTrue(all(customers.mapped("owner_since")))
