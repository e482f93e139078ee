"""Numbers that carry their own check: cards, bank accounts, national ids; and any long number."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from stdnum import luhn, verhoeff
from stdnum.be import nn as be_number
from stdnum.br import cpf as br_number
from stdnum.ch import ssn as ch_number
from stdnum.de import idnr as de_number
from stdnum.es import dni as es_number
from stdnum.fr import nir as fr_number
from stdnum.it import codicefiscale as it_number
from stdnum.pl import pesel as pl_number
from stdnum.se import personnummer as se_number
from stdnum.us import ssn as us_number

from nodreel.scrub.shape import Shape

if TYPE_CHECKING:
    from collections.abc import Callable

LONG = 8
"""So many digits in a row are never kept where text is typed."""

CARD = "card number"
IBAN = "bank account number"
LONG_NUMBER = "long number"

# Country and length, as the IBAN registry has them.
_IBAN_LENGTHS = {
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22,
    "BI": 27, "BR": 29, "BY": 28, "CH": 21, "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DJ": 27,
    "DK": 18, "DO": 28, "EE": 20, "EG": 29, "ES": 24, "FI": 18, "FK": 18, "FO": 18, "FR": 27,
    "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "GT": 28, "HN": 28, "HR": 21, "HU": 28,
    "IE": 22, "IL": 23, "IQ": 23, "IS": 26, "IT": 27, "JO": 30, "KW": 30, "KZ": 20, "LB": 28,
    "LC": 32, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "LY": 25, "MC": 27, "MD": 24, "ME": 22,
    "MK": 19, "MN": 20, "MR": 27, "MT": 31, "MU": 30, "NI": 28, "NL": 18, "NO": 15, "OM": 23,
    "PK": 24, "PL": 28, "PS": 29, "PT": 25, "QA": 29, "RO": 24, "RS": 22, "RU": 33, "SA": 24,
    "SC": 31, "SD": 18, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "SO": 23, "ST": 25, "SV": 28,
    "TL": 23, "TN": 24, "TR": 26, "UA": 29, "VA": 22, "VG": 24, "XK": 20, "YE": 30,
}  # fmt: skip
_COUNTRY = f"(?<![A-Za-z0-9])(?:{'|'.join(_IBAN_LENGTHS)})"

_CARD_GROUPS = r"\d{4}([ -])(?:\d{4}\1\d{4}\1\d{1,4}(?:\1\d{3})?|\d{6}\1\d{4,5})"


def card(text: str) -> int:
    """Cut at the first place where digits of a card's length and issuer end with their check."""
    digits = ""
    for at, c in enumerate(text):
        digits += c if c.isdigit() else ""
        whole = at + 1 == len(text) or not text[at + 1].isdigit()
        if whole and _issued(digits) and luhn.is_valid(digits):
            return at + 1
    return 0


def _issued(digits: str) -> bool:
    """Tell whether an issuer gives out numbers that begin so and are so long."""
    many = len(digits)
    if digits[0] == "4":
        return many in {13, 16, 19}
    if digits[:2] in {"34", "37"}:
        return many == len("3411 111111 11111".replace(" ", ""))
    if "51" <= digits[:2] <= "55" or "2221" <= digits[:4] <= "2720":
        return many == len("5111 1111 1111 1111".replace(" ", ""))
    if digits[:2] in {"30", "36", "38", "39"}:
        return 14 <= many <= 19  # noqa: PLR2004  Diners Club
    return digits[0] in "56" and 16 <= many <= 19  # noqa: PLR2004  Discover, Maestro, UnionPay


def _iban(text: str) -> int:
    """Take as many characters as the country's accounts have, if their check holds."""
    wanted = _IBAN_LENGTHS[text[:2].upper()]
    at, plain = 0, ""
    while at < len(text) and len(plain) < wanted:
        plain += text[at].strip()
        at += 1
    if len(plain) < wanted:
        return 0
    moved = plain[4:] + plain[:4]
    return at if int("".join(str(int(c, 36)) for c in moved)) % 97 == 1 else 0


def _all_if(valid: Callable[[str], bool]) -> Callable[[str], int]:
    return lambda text: len(text) if valid(text) else 0


def _aadhaar(text: str) -> bool:
    return verhoeff.is_valid(text.replace(" ", ""))


_NATIONAL = (
    ("US", r"\d{3}-\d{2}-\d{4}", us_number.is_valid),
    ("DE", r"\d{2} \d{3} \d{3} \d{3}", de_number.is_valid),
    ("FR", r"[12] ?\d{2} ?\d{2} ?\d{2} ?\d{3} ?\d{3} ?\d{2}", fr_number.is_valid),
    ("ES", r"\d{8}-?[A-Za-z]", es_number.is_valid),
    (
        "IT",
        r"[A-Za-z]{6}\d{2}[A-Za-z]\d{2}[A-Za-z]\d{3}[A-Za-z]",
        it_number.is_valid,
    ),
    ("CH", r"756\.\d{4}\.\d{4}\.\d{2}", ch_number.is_valid),
    ("BE", r"\d{2}\.\d{2}\.\d{2}-\d{3}\.\d{2}", be_number.is_valid),
    ("PL", r"\d{11}", pl_number.is_valid),
    ("SE", r"(?:\d{2})?\d{6}-\d{4}", se_number.is_valid),
    ("BR", r"\d{3}\.\d{3}\.\d{3}-\d{2}", br_number.is_valid),
    ("IN", r"[2-9]\d{3} \d{4} \d{4}", _aadhaar),
)

WHOLE = (
    Shape(CARD, re.compile(rf"(?<!\d)(?:\d{{13,19}}|{_CARD_GROUPS})(?!\d)", re.ASCII), card),
    Shape(
        IBAN, re.compile(_COUNTRY + r"\d{2}(?: ?[A-Z0-9]){11,29}", re.ASCII | re.IGNORECASE), _iban
    ),
    *(
        Shape(
            f"national id {country}",
            re.compile(rf"(?<![A-Za-z0-9]){pattern}(?![A-Za-z0-9])", re.ASCII),
            _all_if(valid),
        )
        for country, pattern, valid in _NATIONAL
    ),
)

BEGUN = (
    Shape(
        IBAN,
        re.compile(
            _COUNTRY + r"\d{2}(?: ?[A-Z]){0,4}(?: ?\d){4}(?: ?[A-Z0-9]){0,25}",
            re.ASCII | re.IGNORECASE,
        ),
    ),
    Shape(
        "national id IT",
        re.compile(
            r"(?<![A-Za-z0-9])[A-Za-z]{6}\d{2}(?i:[ABCDEHLMPRST])[A-Za-z0-9]{0,7}", re.ASCII
        ),
    ),
    Shape(
        LONG_NUMBER,
        re.compile(rf"\d(?:[ .-]?\d){{{LONG - 1},200}}[A-Za-z]?", re.ASCII),
    ),
)
