from . import (
    test_guarded_http,
    test_notice,
    test_playbook_sms,
    test_reminder_channels,
    test_robots,
    test_sms_gateway,
    test_webhook,
    test_webhook_failures,
    test_webhook_processes,
)
