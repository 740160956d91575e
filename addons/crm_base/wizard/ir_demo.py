from importlib import import_module

from odoo import api, models


class IrDemo(models.TransientModel):
    _inherit = "ir.demo"

    @api.model
    def _crm_use_language(self, code):
        """Load a language and its translations, unless the database has it already.

        :param str code: such as ``zh_CN``
        """
        if code in dict(self.env["res.lang"].get_installed()):
            return
        language = self.env["res.lang"]._activate_lang(code)
        self.env["base.language.install"].create(
            {"lang_ids": [(6, 0, language.ids)]}
        ).lang_install()

    @api.model
    def _crm_load(self, addon, chapter="loader"):
        """Run ``load(env)`` of a file of an addon's ``demo``: stories that need code.

        :param str addon: technical name
        :param str chapter: name of the file
        """
        import_module(f"odoo.addons.{addon}.demo.{chapter}").load(self.env)
