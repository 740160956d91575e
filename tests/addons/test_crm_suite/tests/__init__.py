from . import test_parity, test_screens, test_translations
