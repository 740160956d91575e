from . import (
    test_design,
    test_engine,
    test_files,
    test_leads,
    test_handover,
    test_playbook,
    test_processes,
    test_public,
    test_rights,
    test_screens,
)
