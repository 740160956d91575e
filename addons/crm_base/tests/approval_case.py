"""Documents that are approved, for the tests of approvals."""

from .common import CrmCase


class ApprovalCase(CrmCase):
    """Requests of the cast's people, and rules for them."""

    def _rule(self, *levels, publish=True, **values):
        """Make a rule for requests as the director; return it for the system."""
        rule = (
            self.env["crm.approval.rule"]
            .with_user(self.director)
            .create(
                {
                    "name": "申请审批",
                    "model": "crm.request",
                    "level_ids": [
                        (0, 0, {"name": f"第{number}级", **level})
                        for number, level in enumerate(levels, 1)
                    ],
                    **values,
                }
            )
        )
        if publish:
            rule.action_publish()
        return rule.with_env(self.env)

    def _request(self, owner=None, **values):
        """Make a request as its owner, ``sam`` by default; return it for the system."""
        return (
            self.env["crm.request"]
            .with_user(owner or self.sam)
            .create({"name": "展会样品", "amount": 800, **values})
            .with_env(self.env)
        )

    def _submitted(self, owner=None, note="", **values):
        """Submit a request as its owner; return it for the system."""
        request = self._request(owner, **values)
        request.with_user(request.user_id).action_submit_approval(note)
        return request

    def _as(self, user, request):
        """Return the last approval of a request as ``user`` sees it."""
        return request.approval_id.with_user(user)

    def assertWaits(self, request, users):
        """The request waits for exactly these people."""
        self.assertEqual(request.approval_state, "pending")
        self.assertEqual(request.approval_id.waiting_user_ids, users)

    def assertKinds(self, request, kinds):
        """The history of the last approval, oldest first, is of these kinds."""
        self.assertEqual(request.approval_id.log_ids.mapped("kind"), kinds)

    def assertWhole(self):
        """Nobody has changed the history of approvals."""
        self.assertEqual(self.env["crm.approval.log"].verify(), [])
