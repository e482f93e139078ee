from __future__ import annotations

import pytest
from pydantic import ValidationError

from nodreel.policy import DesignatedApp, DesignatedSite, known
from nodreel.policy.hosts import normal_host
from nodreel.policy.known import categories_of_site, category_of_program, engine_of
from nodreel.policy.webpaths import normal_path

BROWSERS = {
    "chromium": (
        "/usr/lib/chromium/chromium", "/opt/google/chrome/chrome", "/usr/bin/google-chrome-stable",
        "/usr/bin/chromium-browser", "/opt/microsoft/msedge/msedge", "/opt/brave.com/brave/brave",
        "/opt/vivaldi/vivaldi-bin", "/usr/lib/x86_64-linux-gnu/opera/opera", "/x/Chrome.exe",
        "/usr/bin/brave-browser-nightly", "/usr/bin/opera-beta",
    ),
    "firefox": (
        "/usr/lib/firefox-esr/firefox-esr", "/usr/lib/firefox/firefox-bin", "/x/firefox.real",
        "/usr/lib/firefox/firefox", "/x/librewolf", "/x/Firefox.exe", "/x/firefox-nightly",
        "/x/firefox-128.0", "/x/waterfox",
    ),
    "other": (
        "/usr/bin/epiphany", "/usr/bin/epiphany-browser", "/usr/bin/konqueror", "/usr/bin/falkon",
        "/usr/bin/midori", "/x/tor-browser", "/usr/bin/netsurf-gtk",
    ),
}  # fmt: skip
MAIL = ("/usr/lib/thunderbird/thunderbird", "/usr/lib/thunderbird/thunderbird-bin",
        "/usr/bin/evolution", "/usr/bin/geary", "/usr/bin/claws-mail",
        "/usr/bin/kmail")  # fmt: skip
CHAT = (
    "/usr/lib/slack/slack", "/opt/teams-for-linux/teams-for-linux", "/usr/share/discord/Discord",
    "/opt/Element/element-desktop", "/opt/Signal/signal-desktop", "/usr/bin/telegram-desktop",
    "/opt/zoom/zoom", "/usr/bin/skypeforlinux", "/usr/share/discord-canary/DiscordCanary",
)  # fmt: skip
OTHERS = ("/usr/bin/mousepad", "/usr/bin/chromatic", "/usr/bin/gedit", "/usr/bin/code", "/x/edges",
          "/usr/bin/operator", "/usr/bin/slackware-tool", "/usr/bin/element-editor",
          "/x/libreoffice", "/usr/bin/firefoxes", "/usr/bin/2.0", "/x/desktop")  # fmt: skip


def app(exe: str, **changes: object) -> DesignatedApp:
    return DesignatedApp.model_validate({"id": "x", "name": "X", "exe": exe, **changes})


@pytest.mark.parametrize("exe", [*BROWSERS["chromium"], *BROWSERS["firefox"]])
def test_a_browser_must_say_that_it_is_one(exe: str) -> None:
    engine = "chromium" if exe in BROWSERS["chromium"] else "firefox"
    other = "firefox" if engine == "chromium" else "chromium"
    assert engine_of(exe) == engine
    for wrong in (None, other):
        with pytest.raises(ValidationError, match="only designated sites"):
            app(exe, browser=wrong)
    assert app(exe, browser=engine).browser == engine


@pytest.mark.parametrize("exe", BROWSERS["other"])
def test_a_browser_that_cannot_tell_its_page_is_no_app(exe: str) -> None:
    for browser in (None, "chromium", "firefox"):
        with pytest.raises(ValidationError, match="cannot tell"):
            app(exe, browser=browser)


def test_a_browser_that_is_a_script_is_found_too() -> None:
    with pytest.raises(ValidationError, match="cannot tell"):
        app("/usr/bin/python3", script="/usr/bin/qutebrowser", browser="chromium")


@pytest.mark.parametrize("exe", [*MAIL, *CHAT])
def test_mail_and_chat_must_say_so(exe: str) -> None:
    sort, other = ("mail", "chat") if exe in MAIL else ("chat", "mail")
    assert category_of_program(exe) == sort
    for wrong in (None, other):
        with pytest.raises(ValidationError, match="what other people write"):
            app(exe, category=wrong)
    assert app(exe, category=sort).category == sort


def test_a_program_may_be_what_no_list_says() -> None:
    assert app("/opt/acme/talk", category="chat").category == "chat"
    assert app("/opt/acme/view", browser="chromium").browser == "chromium"


@pytest.mark.parametrize("exe", OTHERS)
def test_other_programs_are_left_alone(exe: str) -> None:
    assert engine_of(exe) is None
    assert category_of_program(exe) is None


def site(host: str, path: str = "/", **changes: object) -> DesignatedSite:
    return DesignatedSite.model_validate(
        {"id": "x", "name": "X", "host": host, "path": path, **changes}
    )


SITES = [
    ("mail.google.com", "/", "mail"), ("mail.google.com", "/mail/u/0", "mail"),
    ("outlook.office.com", "/", "mail"), ("outlook.live.com", "/", "mail"),
    ("*.proton.me", "/", "mail"), ("www.icloud.com", "/mail", "mail"),
    ("www.icloud.com", "/", "mail"),
    ("teams.microsoft.com", "/", "chat"), ("*.microsoft.com", "/", "chat"),
    ("app.slack.com", "/", "chat"), ("acme.slack.com", "/archives", "chat"),
    ("*.acme.slack.com", "/", "chat"), ("web.whatsapp.com", "/", "chat"),
    ("discord.com", "/", "chat"), ("canary.discord.com", "/", "chat"),
    ("www.linkedin.com", "/messaging/thread", "chat"), ("*.linkedin.com", "/", "chat"),
]  # fmt: skip


@pytest.mark.parametrize(("host", "path", "sort"), SITES)
def test_a_site_that_covers_mail_or_chat_must_say_so(host: str, path: str, sort: str) -> None:
    other = "chat" if sort == "mail" else "mail"
    for wrong in (None, other):
        with pytest.raises(ValidationError, match="other people write, too"):
            site(host, path, category=wrong)
    assert site(host, path, category=sort).category == sort


def test_the_lists_are_spelt_as_sites_and_files_are() -> None:
    for places in known._SITES.values():
        for place in places:
            host, slash, rest = place.partition("/")
            assert normal_host(host) == host
            assert normal_path(slash + rest or "/") == (slash + rest or "/")
    for names in (*known._BROWSERS.values(), *known._PROGRAMS.values()):
        assert all(name == name.lower() and "/" not in name for name in names)
    assert not known._PROGRAMS["mail"] & known._PROGRAMS["chat"]
    assert not set(known._SITES["mail"]) & set(known._SITES["chat"])


def test_a_rule_over_mail_and_chat_is_no_site() -> None:
    for category in (None, "mail", "chat"):
        with pytest.raises(ValidationError, match=r"mail.google.com .mail. and chat.google.com"):
            site("*.google.com", category=category)


@pytest.mark.parametrize(
    ("host", "path"),
    [("docs.google.com", "/"), ("www.linkedin.com", "/learning"), ("example.org", "/"),
     ("www.icloud.com", "/pages"), ("xmail.google.com", "/"), ("slack.com.example.org", "/")],
)  # fmt: skip
def test_other_sites_are_left_alone(host: str, path: str) -> None:
    assert categories_of_site(host, path) == {}
    assert site(host, path).category is None
