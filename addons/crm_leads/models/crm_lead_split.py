from uuid import uuid4

from odoo import models
from odoo.exceptions import AccessError, UserError

from ..tools.dealing import deal

# more than anybody chooses in a list, and less than a request may take
SPLIT_LIMIT = 10_000


class CrmLead(models.Model):
    """Leads of a list are dealt out among people, in shares."""

    _inherit = "crm.lead"

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_split(self, shares):
        """Deal open leads out among people of one's own teams, best scores in turns.

        Leads that have another owner, are no longer open or are not yours to change
        are left as they are; so two people who deal out one list at the same time
        give no lead away twice. Everybody is told once.

        :param list shares: of dicts with ``user_id`` (int) and ``weight`` (int, 1 when
            missing, up to 1000): who gets how large a share
        :return: dict with ``batch_id`` (str), ``left`` (int, leads not dealt out) and
            ``dealt`` (list of dicts with ``user_id`` and ``count``)
        :raise AccessError: when you lead nobody, or not one of these people
        :raise UserError: nobody chosen, somebody twice, or a share that is none
        """
        people, weights = self._crm_split_shares(shares)
        if len(self) > SPLIT_LIMIT:
            raise UserError(
                self.env._("Deal out up to %(limit)s leads at once.", limit=SPLIT_LIMIT)
            )
        leads = self.exists()._crm_splittable()
        if leads:
            leads._crm_lock_leads()
            leads = leads._crm_splittable()
        batch_id = uuid4().hex
        hands = deal(leads.sorted(lambda lead: (-lead.crm_score, lead.id)).ids, weights)
        dealt = []
        for user, ids in zip(people, hands, strict=True):
            theirs = self.browse(ids).filtered(lambda lead, to=user: lead.user_id != to)
            # one message at the end tells of all
            theirs.with_context(
                mail_auto_subscribe_no_notify=True
            )._crm_change_lead_owner(
                user,
                "transfer",
                self.env._(
                    "Dealt out: %(count)s of %(total)s leads",
                    count=len(ids),
                    total=len(leads),
                ),
                batch_id=batch_id,
            )
            self._crm_tell_split(user, len(ids))
            dealt.append({"user_id": user.id, "count": len(ids)})
        return {"batch_id": batch_id, "left": len(self) - len(leads), "dealt": dealt}

    # ------------------------------------------------------------
    # BUSINESS
    # ------------------------------------------------------------

    def _crm_split_shares(self, shares):
        """Return people (res.users) and weights (list of int) of shares, checked."""
        if not self.env.su and not self.env.user._crm_has_group(
            "crm_base.group_manager"
        ):
            raise AccessError(self.env._("Leads are dealt out by managers."))
        ids, weights = [], []
        for share in shares if isinstance(shares, list) else [None]:
            values = share if isinstance(share, dict) else {}
            user_id, weight = values.get("user_id"), values.get("weight", 1)
            if not (type(user_id) is int and type(weight) is int) or not (
                1 <= weight <= 1000
            ):
                raise UserError(
                    self.env._("Each share is a person and a number from 1 to 1000.")
                )
            ids.append(user_id)
            weights.append(weight)
        people = self.env["res.users"].browse(ids).exists()
        if not ids or len(set(ids)) != len(ids) or len(people) != len(ids):
            raise UserError(self.env._("Choose who gets leads, each person once."))
        if not self.env.su and people - self.env.user._crm_scope("write"):
            raise AccessError(
                self.env._("Deal out leads to people of your own teams only.")
            )
        people._crm_check_can_own()
        return people, weights

    def _crm_splittable(self):
        """Return the leads that may be dealt out: open, and nobody else's."""
        me = self.env.user
        return self._filtered_access("write").filtered(
            lambda lead: (
                lead.lead_state in ("new", "working")
                and (not lead.user_id or lead.user_id == me)
            )
        )

    def _crm_tell_split(self, user, count):
        """Tell somebody how many leads are there to be worked on."""
        if not count or user == self.env.user:
            return
        self.env["mail.thread"].message_notify(
            # sudo: the address of a colleague
            partner_ids=user.sudo().partner_id.ids,
            subject=self.env._("You got %(count)s leads", count=count),
            body=self.env._(
                "%(user)s dealt out a list: %(count)s leads are yours now.",
                user=self.env.user.name,
                count=count,
            ),
        )
