from . import test_handover, test_parity, test_recycle, test_screens, test_translations
