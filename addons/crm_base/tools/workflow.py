"""The key that opens workflow fields.

Workflow fields (states, owners' dates, check-ins, logs) change only through the
methods that carry their rules. Those methods put ``WORKFLOW`` into the context;
it is an object of this process, which no external call can send, so a plain
``write`` over any API never holds it.
"""

WORKFLOW_KEY = "crm_workflow"
WORKFLOW = object()
