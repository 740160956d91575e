"""Names of companies and people that look like those of a real customer file."""

from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import NamedTuple

WORDS = Path(__file__).parent / "words"


class Place(NamedTuple):
    """A city: its name, the code of its province, its dialling code."""

    name: str
    province: str
    dialling: str


def _read(name: str) -> list[str]:
    return (WORDS / name).read_text(encoding="utf-8").splitlines()


class Names:
    """Builds names from the lists of words in this folder."""

    def __init__(self) -> None:
        self.brands = _read("brands.txt")
        self.trades = _read("trades.txt")
        self.forms = _read("forms.txt")
        self.surnames = _read("surnames.txt")
        self.given_names = _read("given_names.txt")
        self.places = [Place(*line.split("\t")) for line in _read("places.tsv")]

    def company(self, rng: Random) -> tuple[str, str, Place]:
        """Return name, brand and place of a company, such as 杭州华铝建材有限公司."""
        choice: Callable = rng.choice
        place, brand = choice(self.places), choice(self.brands)
        # every other company has the commonest form
        form = self.forms[0] if rng.random() < 0.5 else choice(self.forms)
        return f"{place.name}{brand}{choice(self.trades)}{form}", brand, place

    def person(self, rng: Random) -> str:
        """Return the name of a person, such as 欧阳建国."""
        return rng.choice(self.surnames) + rng.choice(self.given_names)

    def landline(self, rng: Random, place: Place) -> str:
        """Return a landline number as it is written on a letterhead."""
        return f"{place.dialling}-{rng.randrange(60_000_000, 70_000_000)}"

    def mobile(self, rng: Random) -> str:
        """Return a mobile number as it is written on a card."""
        number = rng.randrange(100_000_000)
        return (
            f"{rng.choice(('135', '136', '138', '139', '158', '186'))}"
            f" {number // 10_000:04d} {number % 10_000:04d}"
        )
