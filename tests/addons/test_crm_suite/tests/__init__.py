from . import test_parity, test_recycle, test_screens, test_translations
