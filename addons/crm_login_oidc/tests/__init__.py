from . import (
    test_accounts,
    test_attacks,
    test_failures,
    test_login,
    test_processes,
    test_settings,
    test_ways,
)
