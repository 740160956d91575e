import secrets

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ..tools import schema
from ..tools.origins import ORIGIN


class CrmWebForm(models.Model):
    """A form on the web whose answers become leads.

    What it looks like is one document, ``content``, which the designer keeps; visitors
    see the published copy of it (``crm.web.form.version``). What becomes of answers are
    the fields here, which hold at once.
    """

    _name = "crm.web.form"
    _description = "Web Form"
    _inherit = ["mail.thread", "crm.workflow.mixin"]
    _order = "id desc"
    _check_company_auto = True
    _crm_recycle = True

    name = fields.Char(required=True, tracking=True)
    active = fields.Boolean(default=True)
    state = fields.Selection(
        [("draft", "Draft"), ("published", "Published"), ("closed", "No Longer Open")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
    )
    token = fields.Char(
        "Secret Part of the Address",
        required=True,
        readonly=True,
        copy=False,
        default=lambda self: secrets.token_urlsafe(12),
        help="Nobody finds a form by guessing.",
    )
    url = fields.Char("Address", compute="_compute_url")
    user_id = fields.Many2one(
        "res.users",
        "Responsible",
        required=True,
        default=lambda self: self.env.user,
        index=True,
        domain=[("share", "=", False)],
        check_company=True,
        tracking=True,
        help="Takes care of the form and sees all of its answers.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )

    # what becomes of answers
    handler_kind = fields.Selection(
        [
            ("user", "One Person"),
            ("team", "A Team"),
            ("auto", "Assignment Rules"),
        ],
        "Handled By",
        default="user",
        required=True,
    )
    handler_id = fields.Many2one(
        "res.users",
        "Handling Person",
        default=lambda self: self.env.user,
        index="btree_not_null",
        domain=[("share", "=", False)],
        check_company=True,
        tracking=True,
    )
    team_id = fields.Many2one(
        "crm.team", "Sales Team", check_company=True, ondelete="set null"
    )
    source_id = fields.Many2one("utm.source", ondelete="set null")
    medium_id = fields.Many2one("utm.medium", ondelete="set null")
    campaign_id = fields.Many2one("utm.campaign", ondelete="set null")

    # when and how many
    date_open = fields.Datetime("Opens At")
    date_close = fields.Datetime("Closes At")
    max_answers = fields.Integer("Most Answers", help="0 means no limit.")
    limit_per_hour = fields.Integer(
        "Answers per Hour and Address",
        default=30,
        help="How often one network address may answer in an hour; 0 means no limit. At"
        " a fair, all visitors may share one address.",
    )
    min_seconds = fields.Integer(
        "Least Time to Fill In",
        default=2,
        help="Seconds. Programs are faster than people.",
    )
    embed_origins = fields.Text(
        "Pages That May Show It",
        help="One a line, such as https://www.example.com or https://*.example.com."
        " Empty: only your own server.",
    )
    embed_snippet = fields.Text("Code for a Page", compute="_compute_embed")
    embed_iframe = fields.Text("Code as a Frame", compute="_compute_embed")
    embed_popup = fields.Text("Code for a Pop-up", compute="_compute_embed")
    logo = fields.Image(max_width=512, max_height=256, attachment=True)

    # what it looks like
    content = fields.Json(
        required=True,
        readonly=True,
        exportable=False,
        copy=False,
        prefetch=False,
        default=lambda self: schema.empty(),
    )
    revision = fields.Integer(readonly=True, copy=False, default=0)
    version_id = fields.Many2one(
        "crm.web.form.version", "Published Version", readonly=True, copy=False
    )
    is_changed = fields.Boolean(
        "Changed Since It Was Published", readonly=True, copy=False, default=True
    )
    answer_count = fields.Integer("Answers", compute="_compute_counts")
    view_count = fields.Integer("Views", compute="_compute_counts")
    conversion = fields.Float(
        "Conversion Rate",
        compute="_compute_counts",
        help="Answers for each time that the form was shown.",
    )
    waiting_count = fields.Integer("To Be Handled", compute="_compute_counts")

    _token_uniq = models.UniqueIndex("(token)", "Two forms have the same address.")
    _max_answers_positive = models.Constraint(
        "CHECK(max_answers >= 0)", "The number of answers cannot be negative."
    )
    _limit_positive = models.Constraint(
        "CHECK(limit_per_hour >= 0)", "The number of answers cannot be negative."
    )
    _min_seconds_range = models.Constraint(
        "CHECK(min_seconds BETWEEN 0 AND 60)",
        "The least time to fill in a form is at most 60 seconds.",
    )
    _dates_order = models.Constraint(
        "CHECK(date_open IS NULL OR date_close IS NULL OR date_open < date_close)",
        "A form opens before it closes.",
    )

    # ------------------------------------------------------------
    # COMPUTES
    # ------------------------------------------------------------

    def _compute_url(self):
        for form in self:
            form.url = f"{form.get_base_url()}/crm/form/{form.token}"

    def _compute_embed(self):
        for form in self:
            codes = form._crm_embed_codes()
            form.embed_snippet = codes["snippet"]
            form.embed_iframe = codes["iframe"]
            form.embed_popup = codes["popup"]

    def _compute_counts(self):
        # sudo: how many there are, for whoever sees the form
        answers = self.env["crm.web.form.answer"].sudo()
        found = answers._read_group(
            [("form_id", "in", self.ids)], ["form_id", "state"], ["__count"]
        )
        counts = {}
        for form, state, count in found:
            per_state = counts.setdefault(form.id, {})
            per_state[state] = count
        # sudo: likewise
        views = self.env["crm.web.form.count"].sudo()._crm_totals(self, "view")
        for form in self:
            per_state = counts.get(form.id, {})
            form.answer_count = sum(per_state.values())
            form.waiting_count = per_state.get("received", 0)
            form.view_count = views.get(form.id, 0)
            form.conversion = (
                form.answer_count / form.view_count if form.view_count else 0.0
            )

    # ------------------------------------------------------------
    # CONSTRAINTS
    # ------------------------------------------------------------

    @api.constrains("embed_origins")
    def _check_embed_origins(self):
        for form in self:
            for origin in (form.embed_origins or "").split():
                if not ORIGIN.fullmatch(origin):
                    raise ValidationError(
                        form.env._(
                            "%(origin)s is not the address of a web site. Write it like"
                            " https://www.example.com, one a line.",
                            origin=origin,
                        )
                    )

    @api.constrains("handler_kind", "handler_id", "team_id")
    def _check_handler(self):
        for form in self:
            if form.handler_kind == "user" and not form.handler_id:
                raise ValidationError(form.env._("Choose who handles the answers."))
            if form.handler_kind == "team" and not form.team_id:
                raise ValidationError(
                    form.env._("Choose the team that handles the answers.")
                )

    # ------------------------------------------------------------
    # ORM
    # ------------------------------------------------------------

    def _crm_workflow_fields(self):
        return super()._crm_workflow_fields() | {
            "content",
            "is_changed",
            "revision",
            "state",
            "token",
            "version_id",
        }

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if not vals.get("content"):
                vals.pop("content", None)
        forms = super().create(vals_list)
        forms._crm_check_handlers()
        for form in forms:
            form._crm_workflow().write(
                {"content": schema.empty(form.name[: schema.MAX_TITLE])}
            )
        return forms

    def write(self, vals):
        result = super().write(vals)
        if not vals.keys().isdisjoint({"handler_kind", "handler_id"}):
            self._crm_check_handlers()
        return result

    def copy_data(self, default=None):
        vals_list = super().copy_data(default)
        for form, vals in zip(self, vals_list, strict=True):
            if not (default or {}).get("name"):
                vals["name"] = self.env._("%(name)s (copy)", name=form.name)
        return vals_list

    def copy(self, default=None):
        copies = super().copy(default)
        for form, made in zip(self, copies, strict=True):
            made._crm_workflow().write({"content": form.content})
        return copies

    @api.ondelete(at_uninstall=False)
    def _unlink_except_answered(self):
        # sudo: answers that the user does not see keep their form, too
        answers = self.env["crm.web.form.answer"].sudo()
        if answers.search_count([("form_id", "in", self.ids)], limit=1):
            raise UserError(
                self.env._(
                    "A form that has answers cannot be deleted. Close or archive it."
                )
            )

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    def action_close(self) -> bool:
        """Close published forms; visitors are told so. Return True."""
        self.check_access("write")
        self.filtered(lambda form: form.state == "published")._crm_workflow().write(
            {"state": "closed"}
        )
        return True

    def action_reopen(self) -> bool:
        """Show closed forms again, as they were last published. Return True."""
        self.check_access("write")
        self.filtered(lambda form: form.state == "closed")._crm_workflow().write(
            {"state": "published"}
        )
        return True

    def action_open_answers(self) -> dict:
        """Return the action (dict) with the answers of this form."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_web_form.crm_web_form_answer_action"
        )
        action["domain"] = [("form_id", "in", self.ids)]
        return action

    def action_open_page(self) -> dict:
        """Return the action (dict) that opens the published page."""
        self.ensure_one()
        self.check_access("read")
        if self.state == "draft":
            raise UserError(self.env._("Publish the form first."))
        return {"type": "ir.actions.act_url", "url": self.url, "target": "new"}

    def _crm_check_handlers(self):
        """Refuse handlers who cannot own leads: those are made without asking again."""
        if not self.env.su:
            people = self.filtered(lambda form: form.handler_kind == "user")
            people.handler_id._crm_check_can_own()

    def _crm_client_action(self, tag, name):
        self.ensure_one()
        return {
            "type": "ir.actions.client",
            "tag": tag,
            "name": name,
            "params": {"form_id": self.id},
            "context": {"active_id": self.id, "form_id": self.id},
        }

    def action_design(self) -> dict:
        """Return the action (dict) that opens the designer."""
        self.check_access("write")
        return self._crm_client_action("crm_web_form.designer", self.name)

    def action_results(self) -> dict:
        """Return the action (dict) that opens the results."""
        self.check_access("read")
        return self._crm_client_action("crm_web_form.results", self.name)

    # ------------------------------------------------------------
    # HOOKS
    # ------------------------------------------------------------

    @api.model
    def _crm_targets(self):
        """Hook: return what of a lead an answer may fill.

        :return: a dict of a lead's field to its name in the user's language and the
            kinds (set) of questions that may fill it; call ``super()`` and add yours
        """
        texts = {"text"}
        return {
            "contact_name": (self.env._("Contact"), texts),
            "partner_name": (self.env._("Company"), texts),
            "phone": (self.env._("Phone"), {"phone", "text"}),
            "email_from": (self.env._("E-mail"), {"email"}),
            "function": (self.env._("Job Position"), texts | {"select", "radio"}),
            "website": (self.env._("Website"), texts),
            "state_id": (self.env._("Province and City"), {"place"}),
            "street": (self.env._("Address"), texts | {"textarea"}),
            "name": (self.env._("Subject of the Lead"), texts | {"select", "radio"}),
        }

    @api.model
    def _crm_scan_file(self, name, data):
        """Hook: return why a file (bytes) is refused (str), "" when it is clean.

        The place for a virus scanner. It is called for each file before anything is
        stored; what it raises refuses the submission, which the visitor may repeat.
        """
        return ""

    @api.model
    def _crm_visible_domain(self):
        """Return the domain of forms that the public may reach at all."""
        return Domain("state", "in", ("published", "closed"))
