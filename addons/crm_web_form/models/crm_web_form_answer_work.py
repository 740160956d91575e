import logging
from datetime import timedelta

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

BATCH = 50
MAX_ATTEMPTS = 5
# how often others may be faster with one batch
MAX_CONFLICTS = 10
# what of a person tells that it is the same one
SURE = {"phone", "email", "vat", "number"}
CONTACT = ("contact_name", "partner_name", "phone", "email_from")


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
        rows = [answer._crm_lead_values(form) for answer in self]
        customers = self._crm_known_customers(rows)
        known_leads = self._crm_known_leads(form, rows)
        fresh, fresh_vals = self.browse(), []
        for answer, row in zip(self, rows, strict=True):
            contact = next((row[key] for key in CONTACT if row.get(key)), "")
            done = {"state": "done", "error": False, "contact": contact[:200]}
            customer, lead = customers.get(answer.id), known_leads.get(answer.id)
            if customer:
                followup = answer._crm_make_followup(form, customer)
                done.update(followup_id=followup.id, is_repeated=True)
            elif lead:
                done.update(lead_id=lead.id, is_repeated=True)
            elif contact:
                fresh += answer
                fresh_vals.append(row)
            answer._crm_workflow().write(done)
        leads = self.env["crm.lead"]._crm_capturing("web_form")
        made = leads.create(fresh_vals)
        for answer, lead in zip(fresh, made, strict=True):
            answer._crm_workflow().write({"lead_id": lead.id})
        self._crm_tell(form)

    def _crm_lead_values(self, form):
        """Return the values (dict) of a lead; texts are what visitors typed."""
        values = self.content or {}
        row = {
            "type": "lead",
            "company_id": form.company_id.id,
            "user_id": form.handler_id.id if form.handler_kind == "user" else False,
            "team_id": form.team_id.id,
            "source_id": form.source_id.id,
            "medium_id": form.medium_id.id,
            "campaign_id": form.campaign_id.id,
            **form._crm_find_utm(self.utm),
        }
        for element in self._crm_document()["elements"]:
            target = element.get("maps")
            if not target or element["id"] not in values:
                continue
            value = values[element["id"]]
            if target == "state_id":
                row.update(self._crm_place_values(value))
            else:
                row[target] = self._crm_text(element, value)[:500]
        if not row["team_id"]:
            # Odoo chooses it by the person
            del row["team_id"]
        who = next((row[key] for key in CONTACT if row.get(key)), "")
        row.setdefault("name", f"{form.name}: {who}" if who else form.name)
        return row

    @api.model
    def _crm_place_values(self, value):
        province, city = value
        china = self.env.ref("base.cn")
        state = self.env["res.country.state"].search(
            [("country_id", "=", china.id), ("name", "=like", f"{province}%")], limit=1
        )
        return {"country_id": china.id, "state_id": state.id, "city": city}

    def _crm_known_customers(self, rows):
        """Return whose follow-up an answer becomes, a dict of id to customer.

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
        known = {}
        for answer, matches in zip(self, found, strict=True):
            for match in matches:
                if match.exact or SURE.intersection(match.reasons):
                    customer = self.env["res.partner"].browse(match.partner_id)
                    if customer.active and customer.user_id.active:
                        known[answer.id] = customer
                        break
        return known

    def _crm_known_leads(self, form, rows):
        """Return the open lead that each answer belongs to, a dict of id to lead.

        It has the same e-mail address or the same phone number, and comes from this
        form: somebody who answers twice is one lead with two notes.
        """
        emails = {row["email_from"].lower() for row in rows if row.get("email_from")}
        phones = {row["phone"] for row in rows if row.get("phone")}
        if not emails and not phones:
            return {}
        leads = self.search(
            [
                ("form_id", "=", form.id),
                ("lead_id.active", "=", True),
                ("lead_id.lead_state", "in", ("new", "working")),
                "|",
                ("lead_id.email_normalized", "in", list(emails)),
                ("lead_id.phone", "in", list(phones)),
            ],
            order="id",
        ).lead_id
        by_email = {lead.email_normalized: lead for lead in leads}
        by_phone = {lead.phone: lead for lead in leads}
        known = {}
        for answer, row in zip(self, rows, strict=True):
            email, phone = row.get("email_from"), row.get("phone")
            lead = by_email.get(email.lower()) if email else None
            lead = lead or (by_phone.get(phone) if phone else None)
            if lead:
                known[answer.id] = lead
        return known

    def _crm_make_followup(self, form, customer):
        lines = "\n".join(f"{label}: {text}" for label, text in self._crm_lines())
        return self.env["crm.followup"].create(
            {
                "name": self.env._("Web form: %(form)s", form=form.name),
                "partner_id": customer.id,
                "user_id": customer.user_id.id,
                "planned_at": fields.Datetime.now(),
                "content": lines,
            }
        )

    def _crm_tell(self, form):
        """Note the answers on their leads, and tell those who handle them."""
        copies, activities = [], []
        todo = self.env.ref("mail.mail_activity_data_todo")
        model_id = self.env["ir.model"]._get_id("crm.lead")
        summary = self.env._("Web form: %(form)s", form=form.name)
        for answer in self.filtered("lead_id"):
            lead = answer.lead_id
            copies += [
                {
                    "name": file.name,
                    "raw": file.raw,
                    "mimetype": file.mimetype,
                    "res_model": lead._name,
                    "res_id": lead.id,
                }
                for file in answer.attachment_ids
            ]
            lead._message_log(body=answer._crm_table(), subject=summary)
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
        self.env["ir.attachment"].create(copies)
        self.env["mail.activity"].create(activities)
