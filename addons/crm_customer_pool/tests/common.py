"""The cast of crm_base, with two pools."""

from contextlib import contextmanager

from odoo.exceptions import UserError

from odoo.addons.crm_base.tests.common import CrmCase


class PoolCase(CrmCase):
    """Two pools. Use these references, do not fetch global objects.

    ::

        pool   members: the team Beijing (sam, sue) and tom;  administrator: max
               mia leads North, above Beijing: she sees the pool, and does not claim
        other  member: xia; administrator: max
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # refusals are compared with their English source
        cls.env = cls.env(context={**cls.env.context, "lang": "en_US"})
        # many customers of one name are made here, and none of them is the question
        cls.env.company.crm_duplicate_certain = "off"
        cls.pool = cls._pool(
            "华北公海", member_team_ids=cls.beijing, member_user_ids=cls.tom
        )
        cls.other_pool = cls._pool("华南公海", member_user_ids=cls.xia)
        cls.reason = cls.env.ref("crm_base.dictionary_release_reason_no_need")

    @classmethod
    def _pool(cls, name, **values):
        """Create a pool; recordsets in the values are given as such."""
        values.setdefault("admin_ids", cls.other_manager)
        return cls.env["crm.pool"].create(
            {
                "name": name,
                "tz": "Asia/Shanghai",
                **{
                    key: [(6, 0, value.ids)] if key.endswith("_ids") else value
                    for key, value in values.items()
                },
            }
        )

    @classmethod
    def _pooled(cls, name="深圳市华强电子有限公司", pool=None, owner=None, **values):
        """Create a customer that its owner released to a pool."""
        customer = cls._customer(owner or cls.manager, name, **values)
        customer.with_user(cls.boss).action_release_to_pool(
            (pool or cls.pool).id, cls.reason.id
        )
        return customer

    def _seen(self, customer, user):
        """Return the row of the read model for ``user``."""
        return self.env["crm.pool.customer"].with_user(user).browse(customer.ids)

    def _claim(self, user, *customers):
        """Claim as ``user``; return the result of the public method."""
        ids = [customer.id for customer in customers]
        return self.env["crm.pool.customer"].with_user(user).browse(ids).action_claim()

    def _lose(self, user, customer, pool=None):
        """The owner gives a customer up, as the boss would do it."""
        self.assertEqual(customer.user_id, user)
        customer.with_user(self.boss).action_release_to_pool(
            (pool or self.pool).id, self.reason.id
        )

    @contextmanager
    def assertRefused(self, text):
        """What is done inside is refused with this text, and leaves no trace."""
        with self.assertRaises(UserError) as caught:
            yield
        self.assertRegex(str(caught.exception), text)

    def assertInPool(self, customer, pool=None):
        """A customer, and its contacts, wait in a pool and belong to nobody."""
        self.assertEqual(customer.pool_id, pool or self.pool)
        self.assertTrue(customer.pooled_at)
        self.assertFamilyOwner(customer, self.env["res.users"])
        self.assertTrue(self._seen(customer, self.boss).exists())

    def assertOutOfPool(self, customer, owner):
        """A customer belongs to ``owner``, and no pool knows it any more."""
        self.assertFamilyOwner(customer, owner)
        self.assertRecordValues(
            customer,
            [
                {
                    "pool_id": False,
                    "pooled_at": False,
                    "pool_former_owner_id": False,
                    "pool_reason_id": False,
                    "pool_name": False,
                    "pool_search_key": False,
                }
            ],
        )
        self.assertFalse(self._seen(customer, self.boss).exists())
