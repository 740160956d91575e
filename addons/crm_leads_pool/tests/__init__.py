from . import (
    test_lead_leak,
    test_lead_pool,
    test_lead_race,
    test_lead_rules,
    test_lead_uninstall,
)
