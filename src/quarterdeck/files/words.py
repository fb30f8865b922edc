"""Header words: folded for comparison, their nearness, and the units that stand in them."""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher
from functools import lru_cache

CAMEL = re.compile(r"(?<=[a-zà-ÿ0-9])(?=[A-ZÀ-Ý])|(?<=[A-Z])(?=[A-Z][a-z])")
BRACKETS = re.compile(r"\(([^)]*)\)|\[([^\]]*)\]")
CODE_WORDS = frozenset({"id", "code", "no", "nr", "num", "number", "key", "ref", "nummer", "numero", "kode", "clave"})

_TIME_WORDS = {
    1.0: "s sec secs second seconds sekunden secondes segundos",
    60.0: "min mins minute minutes minuten minutos",
    3600.0: "h hr hrs hour hours std stunden heures horas",
    86_400.0: "d day days tag tage jour jours dias",
    604_800.0: "w wk wks week weeks wochen semaines semanas",
    2_629_800.0: "month months monate mois meses",
}
SECONDS = {word: seconds for seconds, words in _TIME_WORDS.items() for word in words.split()}


@lru_cache(maxsize=20_000)
def fold(header: str) -> str:
    """Words without capitals, accents and punctuation, separated by blanks.

    >>> fold("MakeFlag"), fold("Stückliste / Nr."), fold("lead_time-DAYS"), fold("ProductID")
    ('make flag', 'stuckliste nr', 'lead time days', 'product id')
    """
    parted = CAMEL.sub(" ", header.strip())
    plain = unicodedata.normalize("NFKD", parted.replace("º", "o").replace("°", "o")).casefold()
    letters = "".join(" " if not letter.isalnum() else letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(letters.split())


def tight(header: str) -> str:
    """The folded words without blanks: ``lead time`` is ``leadtime``."""
    return fold(header).replace(" ", "")


def spellings(word: str) -> set[str]:
    """The ways in which a declared word may be written: also with ``ue`` for ``ü``.

    >>> sorted(spellings("Stückliste"))
    ['stuckliste', 'stueckliste']
    """
    german = word.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue").replace("Ä", "Ae").replace("Ö", "Oe")
    return {tight(word), tight(german.replace("Ü", "Ue"))} - {""}


def nearness(one: str, other: str) -> float:
    """How alike two folded words are, between 0 and 1."""
    if min(len(one), len(other)) < 4 or abs(len(one) - len(other)) > 4:
        return 0.0
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return matcher.ratio() if matcher.quick_ratio() > 0.8 else 0.0


def split_unit(header: str) -> tuple[str, str]:
    """A header without its unit, and the unit.

    >>> split_unit("setup (h)"), split_unit("lead time [weeks]"), split_unit("queue_hours"), split_unit("Scrap %")
    (('setup', 'h'), ('lead time', 'weeks'), ('queue', 'hours'), ('Scrap', '%'))
    """
    found = BRACKETS.search(header)
    if found:
        unit = (found.group(1) or found.group(2) or "").strip()
        return " ".join((header[: found.start()] + header[found.end() :]).split()), unit
    if header.rstrip().endswith("%"):
        return header.rstrip().rstrip("%").strip(), "%"
    head, _, last = fold(header).rpartition(" ")
    if head and ((last in SECONDS and len(last) > 1) or last in {"percent", "pct"}):
        return head, last
    return header, ""


def unit_factor(unit: str, wanted: str) -> float | None:
    """What a value in ``unit`` is multiplied with to be in ``wanted``; None if it cannot be told.

    >>> unit_factor("h", "min"), unit_factor("weeks", "days"), unit_factor("%", "share"), unit_factor("EUR", "min")
    (60.0, 7.0, 0.01, None)
    """
    said, target = fold(unit) or unit.strip(), fold(wanted)
    if unit.strip() == "%" or said in {"percent", "pct"}:
        return 0.01 if wanted == "share" else None
    if said in SECONDS and target in SECONDS:
        return SECONDS[said] / SECONDS[target]
    return None
