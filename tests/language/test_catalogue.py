"""Every catalogue is whole and holds words alone; one that is not is not used."""

from __future__ import annotations

import string
import tomllib
from pathlib import Path

import pytest

from nodreel.errors import PolicyError
from nodreel.language.catalogue import APART, LARGEST, OURS, english, read_catalogue
from nodreel.page.markup import calm
from tests.language.sentences import said_in, sentences

ARABIC = Path(__file__).with_name("ar.toml")
ALL = [*sorted(OURS.glob("*.toml")), ARABIC]


def words(file: Path) -> dict[str, str]:
    found: dict[str, str] = tomllib.loads(file.read_text("utf-8"))["words"]
    return found


def values(text: str) -> list[tuple[str | None, str | None, str | None]]:
    return sorted(part[1:] for part in string.Formatter().parse(text) if part[1] is not None)


def test_the_english_catalogue_is_what_the_source_says() -> None:
    there = english()
    assert sorted(sentences() - there.keys()) == [], "not in en.toml"
    assert sorted(there.keys() - sentences()) == [], "said nowhere"
    assert [k for k, said in there.items() if said != k] == []
    assert list(there) == sorted(there)


@pytest.mark.parametrize("file", ALL, ids=lambda f: f.stem)
def test_a_catalogue_is_whole(file: Path) -> None:
    speech = read_catalogue(file.read_bytes())
    assert speech.code == file.stem
    assert speech.direction == ("rtl" if file.stem == "ar" else "ltr")
    assert words(file).keys() == english().keys()


@pytest.mark.parametrize("file", ALL, ids=lambda f: f.stem)
def test_its_sentences_are_words_with_the_same_values(file: Path) -> None:
    for sentence, said in words(file).items():
        assert values(said) == values(sentence), sentence
        assert not set("<>&\\`") & set(said), sentence
        assert calm(said) == said, sentence


@pytest.mark.parametrize("file", [f for f in ALL if f.stem != "en"], ids=lambda f: f.stem)
def test_it_is_translated(file: Path) -> None:
    same = [k for k, said in words(file).items() if said == k and len(k.split()) > 2]
    assert [k for k in same if "{" not in k] == []


def changed(**new: str) -> bytes:
    """The Arabic catalogue with some words changed, as bytes."""
    text = ARABIC.read_text("utf-8")
    for sentence, said in new.items():
        key = {"yes": "yes", "next": "Next", "days": "Your yes is valid until {time}."}[sentence]
        text = "\n".join(
            f'"{key}" = {said}' if line.startswith(f'"{key}" = ') else line
            for line in text.splitlines()
        )
    return text.encode()


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ('"<b>x</b>"', "not words"),
        ('"x\\u202Ey"', "not words"),
        ('"x\\ny"', "not words"),
        ('"\\\\x"', "not words"),
        ('""', "no words"),
        ('" "', "no words"),
        ("3", "no words"),
        ("[]", "no words"),
        (f'"{"x" * 1001}"', "too long"),
        ('"{x}"', "{values}"),
        ('"{"', "{values}"),
    ],
)
def test_what_is_no_sentence_is_refused(said: str, why: str) -> None:
    with pytest.raises(PolicyError, match=why):
        read_catalogue(changed(next=said))


@pytest.mark.parametrize(
    "said", ["x", "{time} {time}", "{day}", "{time!r}", "{time:09999999}", "{time.__class__}",
             "{time[0]}", "{}", "{time", "{0}"]
)  # fmt: skip
def test_values_are_neither_missing_nor_more_than_names(said: str) -> None:
    with pytest.raises(PolicyError, match="values"):
        read_catalogue(changed(days=f'"{said}"'))


def test_what_people_type_to_decide_differs() -> None:
    for word in {said for k, said in words(ARABIC).items() if k in APART} - {words(ARABIC)["yes"]}:
        with pytest.raises(PolicyError, match="differ"):
            read_catalogue(changed(yes=f'"{word}"'))


@pytest.mark.parametrize(
    ("find", "put", "why"),
    [
        ('code = "ar"', 'code = "../x"', "language tag"),
        ('code = "ar"', 'code = "a"', "language tag"),
        ('code = "ar"', "code = 1", "language tag"),
        ('direction = "rtl"', 'direction = "up"', "direction"),
        ('name = "العربية"', 'name = ""', "calls itself"),
        ('name = "العربية"', 'name = "x\\u202Ey"', "calls itself"),
        ("[language]", '[language]\ncolour = "red"', "colour"),
        ("[words]", "[others]", "two tables"),
        ("[words]", '[words]\n"Do it" = "x"', "Not a sentence"),
        ('"Next" = ', '"next" = ', "Missing: 'Next'"),
        ("[words]", "[words", "no TOML"),
        ('"Next" = ', '"No" = ', "no TOML"),
    ],
)
def test_what_is_no_catalogue_is_refused(find: str, put: str, why: str) -> None:
    text = ARABIC.read_text("utf-8")
    assert find in text
    with pytest.raises(PolicyError, match=why):
        read_catalogue(text.replace(find, put).encode())


@pytest.mark.parametrize("data", [b"\xff\xfe", b"#" * (LARGEST + 1), b"", b"x = " + b"[" * 100_000])
def test_bytes_of_anybody_are_refused(data: bytes) -> None:
    with pytest.raises(PolicyError):
        read_catalogue(data)


def test_sentences_are_found_in_source() -> None:
    text = 'say("a"); wanted.say("b" "c"); message("d"); say(x); say("e" if y else "f"); f("g")'
    assert said_in(text) == {"a", "bc", "d", "e", "f"}
