from . import (
    test_handover,
    test_offers,
    test_parity,
    test_pool_facts,
    test_recycle,
    test_screens,
    test_sealed,
    test_translations,
)
