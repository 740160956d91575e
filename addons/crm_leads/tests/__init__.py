from . import (
    test_capture,
    test_followup,
    test_ownership,
    test_visibility,
)
