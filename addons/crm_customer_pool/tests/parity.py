"""One record of each model of this addon for the parity test; see docs/testing.md."""

from . import (
    parity_batch,
    parity_lists,
    parity_lock,
    parity_report,
    parity_rule,
    parity_view,
    parity_warning,
)

FACTORIES = {
    **parity_batch.FACTORIES,
    **parity_lists.FACTORIES,
    **parity_lock.FACTORIES,
    **parity_report.FACTORIES,
    **parity_rule.FACTORIES,
    **parity_view.FACTORIES,
    **parity_warning.FACTORIES,
}
