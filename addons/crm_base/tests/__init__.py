from . import test_customer, test_followup, test_merge, test_metric, test_overview, test_ownership, test_performance, test_scope, test_screens, test_search, test_share, test_ui
