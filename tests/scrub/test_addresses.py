"""Addresses keep their shape; the part with a secret goes as a whole."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodreel.scrub.addresses import without_secret_parts

TOKEN = "ghp_0123456789abcdefghijABCDEFGHIJ012345"


@pytest.mark.parametrize(
    ("address", "wanted"),
    [
        ("https://a.example/wiki/Main_Page", "https://a.example/wiki/Main_Page"),
        ("https://a.example:8443/", "https://a.example:8443/"),
        ("http://localhost:8080/build/12", "http://localhost:8080/build/12"),
        (f"https://a.example/x/{TOKEN}/y", "https://a.example/x/{secret}/y"),
        (f"https://a.example/x-{TOKEN[:9]}/y/", "https://a.example/{secret}/y/"),
        (f"https://{TOKEN}.a.example/y", "https://{secret}/y"),
        ("https://a.example/4111%201111%201111%201111", "https://a.example/{secret}"),
        ("https://a.example/%67%68%70%5F0123", "https://a.example/{secret}"),
        (f"https://a.example//{TOKEN}//", "https://a.example//{secret}//"),
        ("https://me:pass@a.example/y", "https://{secret}/y"),
        (TOKEN, "{secret}"),
        ("", ""),
    ],
)
def test_parts(address: str, wanted: str) -> None:
    assert without_secret_parts(address)[0] == wanted


@given(st.lists(st.text("abc%2F-._~é", max_size=8), max_size=5))
def test_an_address_without_secrets_stays_as_it_is(parts: list[str]) -> None:
    address = "https://a.example/" + "/".join(parts)
    assert without_secret_parts(address) == (address, [])


def test_each_part_is_counted_once() -> None:
    assert without_secret_parts(f"https://a.example/{TOKEN}/{TOKEN}")[1] == ["GitHub token"] * 2
