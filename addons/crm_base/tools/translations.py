"""Chinese for addons of others that have none, or a wrong one.

Some OCA addons come without Chinese, and Odoo's own has gaps and slips. What users of
the suite see of them is translated in ``i18n_oca/<addon>/<language>.po`` of any addon
of the suite, in files that can be sent upstream as they are. Odoo knows one place per
addon for translations and offers no hook to add another, so the one function that lists
the files is extended.
"""

import functools
from pathlib import Path

from odoo.modules.module import Manifest
from odoo.tools import translate

FOLDER = "i18n_oca"
# addons of the suite with such a folder; one that brings its own adds its name
OWNERS = ["crm_base"]


def _extra_files(module_name, lang):
    """Yield the files (str) that complete an addon's translations into ``lang``.

    For an addon of the suite that has the folder itself, these are the files of all the
    addons it translates: they are read when it is installed, which is after them.
    """
    for own in OWNERS:
        manifest = Manifest.for_addon(own, display_warning=False)
        if not manifest:
            continue
        folder = Path(manifest.path) / FOLDER
        others = "*" if module_name == own else module_name
        yield from map(str, sorted(folder.glob(f"{others}/{lang}.po")))


def correct_translations_of_others(env):
    """Let our words win over those that a database has for addons of others.

    Odoo reads files without touching what is translated already, as these addons are
    when the suite comes to them.

    :param env: an environment that may write everything
    """
    importer = translate.TranslationImporter(env.cr, verbose=False)
    for lang, _name in env["res.lang"].get_installed():
        for own in OWNERS:
            for path in _extra_files(own, lang):
                importer.load_file(path, lang)
    importer.save(overwrite=True)
    env.registry.clear_cache()
    env.invalidate_all()


def add_translations_of_others():
    """Extend Odoo's list of translation files, once per process."""
    listing = translate.get_po_paths
    if getattr(listing, "crm_extended", False):
        return

    @functools.wraps(listing)
    def get_po_paths(module_name, lang):
        yield from listing(module_name, lang)
        yield from _extra_files(module_name, lang)

    get_po_paths.crm_extended = True
    translate.get_po_paths = get_po_paths
    # these modules hold the function by name
    from odoo.addons.base.models import ir_module

    ir_module.get_po_paths = get_po_paths
