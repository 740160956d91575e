from . import test_opportunity_facts, test_ownership, test_visibility
