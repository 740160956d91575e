"""What looks at contact details must prove, of whatever pools hold."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, new_test_user


class ViewContactTests:
    """Allowed by the pool, counted, logged. For a PoolCase.

    :ivar record: what waits in the pool
    :ivar seen_pool: the pool, which allows members two looks a day
    :ivar str over_limit: what who looks once too often is told
    """

    over_limit = "2 customers of this pool today; the limit is 2"

    def _row_of(self, user, record):
        """Return the masked row of a record, for a user."""
        return self._seen(record, user)

    def _further(self, name):
        """Return a further record in the pool."""
        return self._pooled(name)

    def _take_out(self, user, record):
        """Claim a record."""
        self._claim(user, record)

    def _look(self, user, record=None, reason="核对重复"):
        return self._row_of(user, record or self.record).action_view_contact(reason)

    def _logs(self):
        return self.env["crm.pool.view.log"].search([], order="id")

    def assertSealed(self, log):
        """The log is changed, deleted and written by nobody."""
        for user in (self.sam, self.other_manager, self.boss):
            theirs = log.with_user(user)
            with self.assertRaises(AccessError):
                theirs.write({"reason": "x"})
            with self.assertRaises(AccessError):
                theirs.unlink()
            with self.assertRaises(AccessError):
                theirs.create({"reason": "x"})

    def test_who(self):
        """The pool says who: nobody, administrators, or members as well.

        Covers: P10.
        """
        allowed = {
            "nobody": self.env["res.users"],
            "admins": self.other_manager | self.boss,
            "members": self.other_manager | self.boss | self.sam,
        }
        for setting, users in allowed.items():
            self.seen_pool.view_allowed = setting
            for user in self.sam | self.other_manager | self.boss | self.manager:
                with self.subTest(setting=setting, user=user.login):
                    if user in users:
                        self.assertTrue(self._look(user)["people"])
                    else:
                        with self.assertRaises(AccessError):
                            self._look(user)
        # who does not see the pool learns nothing
        for user in self.xia | self.employee:
            with self.assertRaises(UserError):
                self._look(user)

    def test_limit(self):
        """So many a day; one seen today may be seen again. Covers: P10."""
        others = [self._further(f"公司{index}") for index in range(3)]
        self._look(self.sam)
        self.assertEqual(self._look(self.sam, others[0])["left"], 0)
        with self.assertRefused(self.over_limit):
            self._look(self.sam, others[1])
        self.assertEqual(self._look(self.sam)["left"], 0)
        self.assertEqual(len(self._logs()), 3, "what was refused shows nothing")
        self._look(self.sue, others[1])
        with freeze_time("2036-03-02 04:00:00"):
            self._look(self.sam, others[1])

    def test_hostile(self):
        """No reason, no look, whatever it is made of; nor at what somebody has.

        Covers: P10.
        """
        for reason in ("", "  ", None, False, 7, ["x"], {"a": 1}):
            with self.assertRaises(UserError):
                self._look(self.sam, reason=reason)
        self._take_out(self.sue, self.record)
        with self.assertRefused("Sue has already claimed"):
            self._look(self.sam)
        self.assertFalse(self._logs())


class LookLeakTests:
    """After a look no other door tells more. For a LeakCase."""

    def assertOnlyInTheAnswer(self, record, kept):
        """Nothing that members can read tells a secret of a record.

        :param dict kept: names of secrets that a model may tell, by model
        """
        self.env.flush_all()
        self.env.invalidate_all()
        for user in self.sam | self.sue:
            for name in sorted(self.env.registry):
                if not name.startswith(("crm.", "mail.", "ir.attachment")):
                    continue
                Model = self.env[name].with_user(user)
                if Model._abstract or Model._transient or not Model.has_access("read"):
                    continue
                records = Model.with_context(active_test=False).search([], limit=200)
                names = [
                    field.name
                    for field in Model._fields.values()
                    if field.type not in ("binary", "image")
                    and Model._has_field_access(field, "read")
                ]
                spared = (kept[name],) if name in kept else ()
                try:
                    self.assertNoSecret(
                        records.read(names), f"{name} {user.login}", *spared
                    )
                except UserError:
                    # a record that refuses to be read tells nothing
                    continue
            with self.assertRaises(AccessError):
                record.with_user(user).read(["phone"])


class LookRaceTests:
    """Looks from several tabs, on committed data. For a ProcessCase."""

    holds = "customer"
    rows = "crm.pool.customer"

    def _make(self, env):
        """Return six records that can go into the pool, for the boss."""
        return (
            env["res.partner"]
            .with_user(env.ref("base.user_admin"))
            .create(
                [
                    {"name": f"查看客户{index}", "is_crm_customer": True}
                    for index in range(6)
                ]
            )
        )

    def _forget(self, ids):
        """Remove what was made."""
        self.remove(partner_ids=ids)

    def _remove(self, user_ids, ids, pool_id):
        self._forget(ids)
        with self.committed() as env:
            for table in ("crm_pool_view_log", "crm_pool_batch"):
                env.cr.execute(f"DELETE FROM {table} WHERE pool_id = %s", (pool_id,))
            env["crm.pool"].browse(pool_id).unlink()
        self.remove(user_ids=user_ids)

    def test_tabs(self):
        """Six tabs of one person look at once: no more than the limit is shown.

        Covers: P10.
        """
        with self.committed() as env:
            user = new_test_user(
                env,
                login=f"{self.holds}_looker",
                name="Looker",
                groups="crm_base.group_salesperson",
            )
            pool = env["crm.pool"].create(
                {
                    "name": "并发查看",
                    "holds": self.holds,
                    "member_user_ids": user.ids,
                    "company_id": False,
                    "tz": "Asia/Shanghai",
                    "view_allowed": "members",
                    "view_per_day": 3,
                }
            )
            records = self._make(env)
            records.action_release_to_pool(pool.id, "并发")
            ids = user.ids, records.ids, pool.id
        self.addCleanup(self._remove, *ids)
        answers = self.workers(6).race(
            [
                (
                    (ids[0][0], self.rows, "action_view_contact"),
                    {"ids": [id_], "args": ["并发"], "context": {"lang": "en_US"}},
                )
                for id_ in ids[1]
            ]
        )
        shown = [answer for answer in answers if "result" in answer]
        self.assertEqual(len(shown), 3, answers)
        with self.committed() as env:
            logs = env["crm.pool.view.log"].search_count([("pool_id", "=", ids[2])])
        self.assertEqual(logs, 3)
