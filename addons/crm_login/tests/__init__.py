from . import test_limits, test_rules, test_sms_code
