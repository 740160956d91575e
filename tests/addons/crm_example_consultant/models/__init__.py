from . import crm_followup, res_company, res_partner
