import logging
from datetime import timedelta

from markupsafe import Markup
from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from odoo.addons.crm_base.tools import contact_keys

_logger = logging.getLogger(__name__)

BATCH = 50
MAX_ATTEMPTS = 5
# how often others may be faster with one batch
MAX_CONFLICTS = 10
# what of a person tells that it is the same one
SURE = {"phone", "email", "vat", "number"}
CONTACT = ("contact_name", "partner_name", "phone", "email_from")
# what an address says of where somebody came from, and where leads keep it
UTM = {
    "utm_source": "source_id",
    "utm_medium": "medium_id",
    "utm_campaign": "campaign_id",
}


class CrmWebFormAnswer(models.Model):
    """Leads made of answers, in batches: what a batch stores is stored together.

    Killed at any point, a batch is there or it is not, and its answers wait as before.
    """

    _inherit = "crm.web.form.answer"

    @api.model
    def _cron_make_leads(self):
        """Work on what waits, the oldest first; one job at a time.

        Another job leaves the work to the one that is at it. Whoever changes one of
        the customers or leads meanwhile wins: the batch is made once more, by what is
        known then.
        """
        progress = self.env["ir.cron"]._commit_progress
        # each batch is a transaction that sees what was stored before it
        progress()
        conflicts = 0
        while self._crm_hold_work():
            try:
                with self.env.cr.savepoint():
                    done, left = self._crm_work_on_next()
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                conflicts += 1
                if conflicts > MAX_CONFLICTS:
                    raise
                progress()
                continue
            conflicts = 0
            if not progress(done, remaining=left) or not left:
                break

    @api.model
    def _crm_hold_work(self):
        """Return whether no other job is at it, until the commit (bool)."""
        rows = self.env.execute_query(
            SQL("SELECT pg_try_advisory_xact_lock(hashtext('crm_web_form_answers'))")
        )
        return rows[0][0]

    @api.model
    def _crm_work_on_next(self):
        """Work on the next batch; return how many it has, and are left (int, int)."""
        domain = Domain("state", "=", "received")
        domain &= Domain("try_at", "<=", fields.Datetime.now())
        batch = self.search(domain, limit=BATCH, order="try_at, id")
        batch._crm_work()
        return len(batch), self.search_count(domain)

    def _crm_work(self):
        """Make leads of these answers; what fails is noted and tried again later."""
        try:
            with self.env.cr.savepoint():
                self._crm_make_leads()
        except OperationalError:
            # the transaction is lost, the answers are not
            raise
        except Exception:
            _logger.info("Answers are worked on one by one", exc_info=True)
            for answer in self:
                answer._crm_work_alone()

    def _crm_work_alone(self):
        try:
            with self.env.cr.savepoint():
                self._crm_make_leads()
        except OperationalError:
            raise
        except Exception as error:
            _logger.warning("Answer %s cannot be worked on", self.id, exc_info=True)
            attempts = self.attempts + 1
            self._crm_workflow().write(
                {
                    "attempts": attempts,
                    "error": str(error)[:500],
                    "state": "failed" if attempts >= MAX_ATTEMPTS else "received",
                    "try_at": fields.Datetime.now() + timedelta(minutes=2**attempts),
                }
            )
            if attempts >= MAX_ATTEMPTS:
                self._crm_report_failure()

    def _crm_report_failure(self):
        form = self.form_id
        form.message_notify(
            partner_ids=form.user_id.partner_id.ids,
            subject=self.env._("An answer could not be made a lead"),
            body=form.name,
        )

    def _crm_make_leads(self):
        for form, answers in self.grouped("form_id").items():
            language = form.user_id.lang or self.env.lang
            answers.with_company(form.company_id).with_context(
                lang=language,
                mail_create_nosubscribe=True,
                mail_auto_subscribe_no_notify=True,
                mail_activity_quick_update=True,
            )._crm_make_leads_of(form)

    def _crm_make_leads_of(self, form):
        """Make the leads, or follow-ups of customers, of answers to one form."""
        utm, china = self._crm_known_utm(form), self.env.ref("base.cn")
        rows = [answer._crm_lead_values(form, utm, china) for answer in self]
        keys = [_person_keys(row) for row in rows]
        customers = self._crm_known_customers(rows)
        leads = self._crm_known_leads(form, keys)
        fresh, first, again = {}, {}, {}
        for answer, row, own in zip(self, rows, keys, strict=True):
            if answer in customers or answer in leads:
                continue
            earlier = next((first[key] for key in own if key in first), None)
            if earlier:
                again[answer] = earlier
            elif _contact(row):
                fresh[answer] = row
                first.update(dict.fromkeys(own, answer))
        followups = self._crm_make_followups(form, customers)
        made = self.env["crm.lead"]._crm_capturing("web_form")
        made = made.create(list(fresh.values())).with_env(self.env)
        leads.update(zip(fresh, made, strict=True))
        leads.update((answer, leads[earlier]) for answer, earlier in again.items())
        for answer, row in zip(self, rows, strict=True):
            answer._crm_workflow().write(
                {
                    "state": "done",
                    "error": False,
                    "contact": _contact(row)[:200],
                    "lead_id": leads[answer].id if answer in leads else False,
                    "followup_id": followups.get(answer, False),
                    "is_repeated": answer not in fresh
                    and (answer in leads or answer in customers),
                }
            )
        self.lead_id._crm_rescore()
        self._crm_tell(form)

    def _crm_lead_values(self, form, utm, china):
        """Return the values (dict) of a lead; texts are what visitors typed.

        :param dict utm: see :meth:`_crm_known_utm`
        :param china: the country (res.country) of all places
        """
        values = self.content or {}
        row = {
            "type": "lead",
            "company_id": form.company_id.id,
            "user_id": form.handler_id.id if form.handler_kind == "user" else False,
            "team_id": form.team_id.id,
            "source_id": form.source_id.id,
            "medium_id": form.medium_id.id,
            "campaign_id": form.campaign_id.id,
            **{
                field: utm[field, name]
                for key, field in UTM.items()
                if (name := (self.utm or {}).get(key)) and (field, name) in utm
            },
        }
        for element in self._crm_document()["elements"]:
            target = element.get("maps")
            if not target or element["id"] not in values:
                continue
            value = values[element["id"]]
            if target == "state_id":
                province, city = value
                states = china.state_ids.filtered(
                    lambda state, name=province: state.name.startswith(name)
                )
                row.update(country_id=china.id, state_id=states[:1].id, city=city)
            else:
                row[target] = self._crm_text(element, value)[:500]
        if not row["team_id"]:
            # Odoo chooses it by the person
            del row["team_id"]
        who = _contact(row)
        row.setdefault("name", f"{form.name}: {who}" if who else form.name)
        return row

    def _crm_known_utm(self, form):
        """Return where these visitors came from, as far as we know it.

        Names are looked up, never made: an address can say anything.

        :return: dict of (field of the lead, name) to the id of the record
        """
        found = {}
        for key, field in UTM.items():
            names = {(answer.utm or {}).get(key) for answer in self} - {None}
            if not names:
                continue
            records = self.env[form._fields[field].comodel_name].search(
                [("name", "in", list(names))], order="id desc"
            )
            found.update({(field, record.name): record.id for record in records})
        return found

    def _crm_known_customers(self, rows):
        """Return whose follow-up an answer becomes, a dict of answer to customer.

        A customer without an owner stays as it is: the answer becomes a lead, and
        whoever works on it learns no more than from any other one.
        """
        asked = [
            {
                "name": row.get("partner_name") or row.get("contact_name") or "",
                "is_company": bool(row.get("partner_name")),
                "phone": row.get("phone") or "",
                "email": row.get("email_from") or "",
                "company_id": row["company_id"],
            }
            for row in rows
        ]
        found = self.env["res.partner"]._crm_find_duplicates(asked)
        sure = [
            [m.partner_id for m in matches if m.exact or SURE.intersection(m.reasons)]
            for matches in found
        ]
        customers = self.env["res.partner"].browse(
            {partner_id for ids in sure for partner_id in ids}
        )
        owned = customers.filtered(lambda one: one.active and one.user_id.active)
        by_id = owned.grouped("id")
        known = {}
        for answer, ids in zip(self, sure, strict=True):
            customer = next((by_id[id_] for id_ in ids if id_ in by_id), None)
            if customer:
                known[answer] = customer
        return known

    def _crm_known_leads(self, form, keys):
        """Return the open lead that each answer belongs to, a dict of answer to lead.

        Of the same person (phone or e-mail), and from this form: somebody who answers
        twice is one lead with two notes.

        :param list keys: for each answer, see ``_person_keys``
        """
        Lead = self.env["crm.lead"]
        hits = Lead._crm_lead_hits(keys)
        ids = {lead_id for found in hits.values() for lead_id in found}
        ours = self.search([("form_id", "=", form.id), ("lead_id", "in", list(ids))])
        leads = ours.lead_id.grouped("id")
        known = {}
        for answer, own in zip(self, keys, strict=True):
            found = (lead_id for key in own for lead_id in hits.get(key, ()))
            lead = next((leads[lead_id] for lead_id in found if lead_id in leads), None)
            if lead:
                known[answer] = lead
        return known

    def _crm_make_followups(self, form, customers):
        """Plan a follow-up of each customer who answered; return ids by answer."""
        followups = self.env["crm.followup"].create(
            [
                {
                    "name": self.env._("Web form: %(form)s", form=form.name),
                    "partner_id": customer.id,
                    "user_id": customer.user_id.id,
                    "planned_at": fields.Datetime.now(),
                    "content": "\n".join(
                        f"{label}: {text}" for label, text in answer._crm_lines()
                    ),
                }
                for answer, customer in customers.items()
            ]
        )
        return dict(zip(customers, followups.ids, strict=True))

    def _crm_tell(self, form):
        """Note the answers on their leads, and tell those who handle them."""
        copies, activities, bodies = [], [], {}
        todo = self.env.ref("mail.mail_activity_data_todo")
        model_id = self.env["ir.model"]._get_id("crm.lead")
        summary = self.env._("Web form: %(form)s", form=form.name)
        for lead, answers in self.filtered("lead_id").grouped("lead_id").items():
            copies += [
                {
                    "name": file.name,
                    "raw": file.raw,
                    "mimetype": file.mimetype,
                    "res_model": lead._name,
                    "res_id": lead.id,
                }
                for file in answers.attachment_ids
            ]
            bodies[lead.id] = Markup().join(answer._crm_table() for answer in answers)
            handler = lead.user_id or lead.team_id.user_id
            if handler:
                # without one, the rules of assignment find somebody
                activities.append(
                    {
                        "activity_type_id": todo.id,
                        "res_model_id": model_id,
                        "res_id": lead.id,
                        "user_id": handler.id,
                        "summary": summary,
                        "date_deadline": fields.Date.context_today(self),
                    }
                )
        self.lead_id._message_log_batch(bodies=bodies, subject=summary)
        self.env["ir.attachment"].create(copies)
        self.env["mail.activity"].create(activities)


def _contact(row):
    """Return who answered (str), as far as it was asked."""
    return next((row[key] for key in CONTACT if row.get(key)), "")


def _person_keys(row):
    """Return by what somebody is known again (list of str), as leads are."""
    phones = contact_keys.phone_keys(row.get("phone") or "")
    emails = contact_keys.email_keys(row.get("email_from") or "")
    return [*(f"p:{key}" for key in phones), *(f"e:{key}" for key in emails)]
