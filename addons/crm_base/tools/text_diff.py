"""What is different between two texts."""

import difflib


def differing(before: str, after: str) -> tuple[str, str]:
    """Return those lines of two texts that are not in both."""
    lines = list(difflib.ndiff(before.splitlines(), after.splitlines()))
    return (
        "\n".join(line[2:] for line in lines if line.startswith("- ")),
        "\n".join(line[2:] for line in lines if line.startswith("+ ")),
    )
