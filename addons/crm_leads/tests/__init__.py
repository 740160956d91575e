from . import (
    test_call_note,
    test_capture,
    test_close,
    test_convert,
    test_convert_concurrency,
    test_followup,
    test_ownership,
    test_visibility,
)
