"""Options of the static tests."""


def pytest_addoption(parser):
    """Let the tests write the parts of the documents that come from the source."""
    parser.addoption(
        "--update-docs",
        action="store_true",
        help="write generated parts of docs/ instead of comparing them",
    )
