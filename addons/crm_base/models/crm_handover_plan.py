import re
from itertools import cycle

from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .res_users_desk import HISTORY

# The stages of a hand-over, worked off one after the other
CUSTOMERS, ON_CUSTOMERS, OTHERS = 10, 20, 30

# a list is pasted: two columns, between them whatever a spreadsheet or a person puts
LIST_LINE = re.compile(r"^\s*(\S+)[\s,;，；]+(\S+)\s*$")
# unknown entries of a list that a message names
SHOWN = 10


class CrmHandover(models.Model):
    """The plan of a hand-over: who gets what."""

    _inherit = "crm.handover"

    def _crm_plan(self, run=0):
        """Write a row for everything open that has none yet; return how many (int).

        :param int run: 0 for what was there at the beginning
        """
        # sudo: what is open is handed over, whoever may see it
        leaver = self.user_id.sudo().with_context(active_test=False)
        owners = {}
        count = 0
        known = set(leaver._crm_person_fields())
        for item in leaver._crm_desk():
            if item.open_domain is HISTORY or item.action == "show":
                continue
            if (item.model, item.field) not in known:
                # declared for an addon of Odoo that is not installed
                continue
            if item.action == "membership" and not self.leave_teams:
                continue
            records = leaver.env[item.model].search(
                leaver._crm_desk_domain(item) & self._crm_unplanned(item)
            )
            if item.action == "customer":
                owners = self._crm_customer_targets(records)
                values = self._crm_plan_customers(records, owners)
            else:
                values = self._crm_plan_work(item, records, owners)
            for vals in values:
                vals.update(handover_id=self.id, model=item.model, field=item.field)
                vals["run"] = run
            # sudo: rows are kept by the system
            self.env["crm.handover.row"].sudo()._crm_workflow().create(values)
            count += len(values)
        return count

    def _crm_unplanned(self, item):
        """Return the domain of records of a DeskItem that have no row yet."""
        planned = (
            self.env["crm.handover.row"]
            .sudo()  # sudo: rows are kept by the system
            ._search(
                [
                    ("handover_id", "=", self.id),
                    ("model", "=", item.model),
                    ("field", "=", item.field),
                ]
            )
        )
        return Domain("id", "not in", planned.subselect("crm_handover_row.res_id"))

    def _crm_plan_customers(self, customers, owners):
        """Hook: return the values of the rows of customers.

        :param customers: res.partner records
        :param dict owners: new owner (res.users) per customer's id
        """
        return [
            {
                "stage": CUSTOMERS,
                "op": "customer",
                "res_id": customer.id,
                "res_name": customer.name,
                "to_user_id": owners[customer.id].id,
            }
            for customer in customers
        ]

    def _crm_plan_work(self, item, records, owners):
        """Return the values of the rows of what is no customer.

        :param item: the DeskItem
        :param records: what is open
        :param dict owners: new owner per customer's id, in this run; empty for one
            that goes to nobody
        """
        customers = self._crm_customers_of(item, records)
        values = []
        for record in records:
            customer_id = customers.get(record.id)
            owner = owners.get(customer_id, self.successor_id)
            if not owner:
                # it ends together with the customer
                continue
            values.append(
                {
                    "stage": ON_CUSTOMERS if customer_id else OTHERS,
                    "op": item.action,
                    "res_id": record.id,
                    "res_name": record.display_name,
                    "to_user_id": owner.id if item.action not in ENDED else False,
                }
            )
        return values

    def _crm_customers_of(self, item, records):
        """Return the customer that each record hangs on, a dict of ids."""
        if item.model == "mail.activity":
            on_partner = records.filtered(lambda one: one.res_model == "res.partner")
            partners = self.env["res.partner"].browse(on_partner.mapped("res_id"))
            # sudo: which customer it belongs to, whoever may see it
            customers = {
                partner.id: partner.crm_customer_id.id
                for partner in partners.sudo().exists()
            }
            on_followup = records.filtered(lambda one: one.res_model == "crm.followup")
            followups = self.env["crm.followup"].browse(on_followup.mapped("res_id"))
            plans = {
                followup.id: followup.partner_id.id
                for followup in followups.sudo().exists()
            }
            return {
                **{one.id: customers.get(one.res_id) for one in on_partner},
                **{one.id: plans.get(one.res_id) for one in on_followup},
            }
        if not item.partner_field or item.action == "share":
            return {}
        return {
            record.id: record[item.partner_field].crm_customer_id.id
            for record in records
        }

    # ------------------------------------------------------------
    # WHO GETS WHICH CUSTOMER
    # ------------------------------------------------------------

    def _crm_customer_targets(self, customers):
        """Return the new owner of each customer, a dict of id to res.users.

        Empty for a customer that goes to nobody; what hangs on it ends with it. A mode
        of hand-over is added together with its ``_crm_targets_<mode>(customers)``.

        :param customers: res.partner records
        """
        return getattr(self, f"_crm_targets_{self.mode}")(customers)

    def _crm_targets_one(self, customers):
        return dict.fromkeys(customers.ids, self.successor_id)

    def _crm_targets_round_robin(self, customers):
        return self._crm_deal(customers, self.dealt_user_ids.sorted("id"))

    def _crm_targets_team(self, customers):
        return self._crm_deal(customers, self._crm_team_members())

    def _crm_deal(self, customers, users):
        """Deal customers in turn; the best ones are spread, not one person's luck."""
        level = self.env["crm.dictionary"]
        dealt = customers.sorted(
            lambda customer: (
                (customer.customer_level_id or level).sequence,
                customer.customer_level_id.id,
                customer.id,
            )
        )
        return dict(zip(dealt.ids, cycle(users), strict=False))

    def _crm_targets_territory(self, customers):
        # sudo: territories are the same for everybody
        users = {
            target.territory_id.id: target.user_id for target in self.target_ids.sudo()
        }
        found = {}
        for territory, group in customers.grouped("territory_id").items():
            place = territory
            while place and place.id not in users:
                place = place.parent_id
            owner = users[place.id] if place else self.successor_id
            found.update(dict.fromkeys(group.ids, owner))
        return found

    def _crm_targets_list(self, customers):
        by_number = self._crm_parse_list()
        return {
            customer.id: by_number.get(customer.customer_no or "", self.successor_id)
            for customer in customers
        }

    def _crm_parse_list(self):
        """Return who takes over which customer, a dict of number to res.users.

        :raise UserError: names lines, log-ins and numbers that mean nothing
        """
        lines = [line for line in (self.list_text or "").splitlines() if line.strip()]
        pairs, strange = {}, []
        for line in lines:
            match = LIST_LINE.match(line)
            if match:
                pairs[match[1]] = match[2]
            else:
                strange.append(line.strip())
        # sudo: the log-in of a colleague
        users = {
            user.login: user.sudo(False)
            for user in self.env["res.users"]
            .sudo()
            .search([("login", "in", list(set(pairs.values()))), ("share", "=", False)])
        }
        strange += sorted({login for login in pairs.values() if login not in users})
        # sudo: the leaver's customers, which the actor hands over
        owned = set(
            self.env["res.partner"]
            .sudo()
            .with_context(active_test=False)
            .search(
                [
                    ("customer_no", "in", list(pairs)),
                    ("user_id", "=", self.user_id.id),
                    ("is_crm_customer", "=", True),
                ]
            )
            .mapped("customer_no")
        )
        if self.state == "draft":
            strange += [number for number in pairs if number not in owned]
        if strange or not pairs:
            raise UserError(
                self.env._(
                    "The list needs a customer number of the leaver and a log-in in"
                    " each line. Not understood: %(lines)s",
                    lines="; ".join(strange[:SHOWN]) or self.env._("the list is empty"),
                )
            )
        return {number: users[login] for number, login in pairs.items()}


# Operations that give the record to nobody
ENDED = frozenset({"drop", "membership"})
