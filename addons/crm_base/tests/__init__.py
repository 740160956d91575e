from . import test_ownership, test_scope, test_share
