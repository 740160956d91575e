from odoo import api, models


class ResPartner(models.Model):
    """Contacts that are created many at once take over what their company has at once.

    Odoo creates each of them and then writes address, tax number and language of its
    company into it, one after the other: a thousand statements for four hundred
    contacts, and every index of the table once more.
    """

    _inherit = "res.partner"

    @api.model_create_multi
    def create(self, vals_list):
        complete = self._crm_like_their_companies(vals_list)
        if complete is None:
            return super().create(vals_list)
        # nothing is left to be taken over, or to be told to the company
        bare = self.with_context(_partners_skip_fields_sync=True)
        partners = super(ResPartner, bare).create(complete)
        return partners.with_env(self.env)

    @api.model
    def _crm_like_their_companies(self, vals_list):
        """Return values with what contacts take over from the companies above them.

        :return: list of dict; None when one of the records is no plain contact of a
            company, which Odoo's own way has to see to
        """
        if len(vals_list) < 2 or self._company_dependent_commercial_fields():
            return None
        address, theirs = self._address_fields(), self._commercial_fields()
        if not all(
            self._has_field_access(self._fields[name], "write") for name in theirs
        ):
            # what only others may write is taken over by the system
            return None
        own = {*theirs, "type", "child_ids", "company_type", "commercial_partner_id"}
        defaults = {f"default_{name}" for name in (*own, *address, "is_company")}
        if defaults & self.env.context.keys() or not all(
            vals.get("parent_id")
            and not vals.get("is_company")
            and own.isdisjoint(vals)
            and not any(vals.get(name) for name in address)
            for vals in vals_list
        ):
            return None
        # sudo: whoever may not see the company is refused when the contacts are there
        companies = self.browse({vals["parent_id"] for vals in vals_list}).sudo()
        taken = {}
        for company in companies:
            if company.commercial_partner_id != company:
                return None
            taken[company.id] = {
                **company._get_address_values(),
                **company._get_commercial_values(),
            }
        langs = {company.id: company.lang for company in companies if company.lang}
        complete = []
        for given in vals_list:
            vals = {**given, **taken[given["parent_id"]]}
            if given["parent_id"] in langs:
                vals.setdefault("lang", langs[given["parent_id"]])
            complete.append(vals)
        return complete
