from . import (
    test_assign,
    test_claim,
    test_claim_concurrency,
    test_leak,
    test_limits,
    test_masking,
    test_performance,
    test_pool,
    test_recycle,
    test_release,
    test_screens,
    test_uninstall,
)
