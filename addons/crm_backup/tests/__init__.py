from . import test_age, test_backup, test_download, test_plan
