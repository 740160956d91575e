from . import test_consultant, test_walkthrough
