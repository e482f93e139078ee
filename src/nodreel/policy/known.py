"""Programs and sites that must say what they are: browsers, mail, messages.

A policy that lists one of these as any other program would show pages, or words of other people,
that nobody was asked about. The lists are what is common; ``nodreel policy check`` and the terms
name every program and site, so that people see those that are on no list.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING, Final, Literal

from nodreel.policy.hosts import ALL_BELOW, overlap
from nodreel.policy.webpaths import is_below

if TYPE_CHECKING:
    from collections.abc import Iterator

Engine = Literal["chromium", "firefox", "other"]

_BROWSERS: Final[dict[Engine, frozenset[str]]] = {
    "chromium": frozenset({
        "chromium", "chrome", "google-chrome", "google chrome", "ungoogled-chromium", "msedge",
        "edge", "microsoft-edge", "microsoft edge", "brave", "brave browser", "vivaldi", "opera",
        "thorium", "yandex_browser", "yandex", "slimjet", "cromite", "iridium", "naver-whale",
    }),
    "firefox": frozenset({
        "firefox", "librewolf", "waterfox", "iceweasel", "icecat", "abrowser", "floorp",
        "zen-browser",
    }),
    "other": frozenset({
        "epiphany", "gnome-web", "konqueror", "falkon", "midori", "qutebrowser", "luakit", "dillo",
        "netsurf", "netsurf-gtk3", "otter-browser", "badwolf", "nyxt", "vimb", "eolie", "rekonq",
        "arora", "elinks", "lynx", "w3m", "links2", "angelfish", "morph", "ladybird", "servo",
        "tor", "torbrowser", "tor-browser", "mullvad", "mullvadbrowser", "safari", "iexplore",
        "surf", "uzbl", "palemoon", "basilisk", "seamonkey",
    }),
}  # fmt: skip
_PROGRAMS: Final[dict[str, frozenset[str]]] = {
    "mail": frozenset({
        "thunderbird", "betterbird", "icedove", "evolution", "geary", "kmail", "kontact", "claws",
        "claws-mail", "sylpheed", "balsa", "trojita", "mailspring", "bluemail", "outlook", "olk",
        "hiri", "proton-mail", "tutanota", "mutt", "neomutt", "alpine", "aerc", "postbox",
    }),
    "chat": frozenset({
        "slack", "teams", "ms-teams", "teams-for-linux", "discord", "vesktop", "webcord", "element",
        "riot", "schildichat", "signal", "telegram", "telegramdesktop", "kotatogram", "64gram",
        "zoom", "zoomus", "skype", "skypeforlinux", "whatsapp", "whatsapp-for-linux", "whatsie",
        "zapzap", "wasistlos", "mattermost", "rocketchat", "rocket.chat", "zulip", "wire",
        "threema", "viber", "pidgin", "finch", "gajim", "dino", "dino-im", "psi", "psi-plus",
        "hexchat", "polari", "konversation", "quassel", "quasselclient", "kvirc", "weechat",
        "irssi", "fractal", "nheko", "neochat", "quaternion", "fluffychat", "cinny", "jami", "qtox",
        "utox", "webex", "ciscocollabhost", "linphone", "jitsi", "jitsi-meet", "franz", "ferdi",
        "ferdium", "rambox", "caprine", "beeper", "briar", "simplex", "session", "revolt",
        "guilded", "keybase", "keybase-gui", "wechat", "weixin", "qq", "linuxqq", "dingtalk",
        "feishu", "bytedance-feishu", "lark", "kakaotalk", "delta", "deltachat", "chatty",
        "mumble", "teamspeak", "ts3client_linux_amd64", "goto", "ringcentral", "bluejeans",
        "empathy", "kopete", "tangram", "wavebox",
    }),
}  # fmt: skip
# What is put behind a program's name without making it another program.
_TAIL = re.compile(
    r"(?:[-_. ]?(?:v?\d[\w.+]*|bin|real|stable|beta|alpha|dev|edition|developer|nightly|esr|canary"
    r"|ptb|snapshot|unstable|desktop|browser|client|gtk|qt|x11|wayland|app|appimage|exe)"
    r"|-for-linux)$"
)
_SITES: Final[dict[str, tuple[str, ...]]] = {
    "mail": (
        "mail.google.com", "inbox.google.com", "gmail.com", "www.gmail.com", "outlook.office.com",
        "outlook.office365.com", "outlook.live.com", "outlook.cloud.microsoft", "mail.live.com",
        "outlook.com", "www.outlook.com", "mail.yahoo.com", "mail.aol.com", "mail.proton.me",
        "mail.protonmail.com", "app.tuta.com", "mail.tutanota.com", "app.fastmail.com",
        "www.fastmail.com", "www.icloud.com/mail", "mail.zoho.com", "mail.zoho.eu", "app.hey.com",
        "mail.superhuman.com", "navigator.web.de", "navigator.gmx.net", "mail.gmx.net",
        "mail.gmx.com", "posteo.de", "app.mailbox.org", "mail.yandex.com", "mail.yandex.ru",
        "e.mail.ru", "mail.missiveapp.com", "app.front.com", "mail.qq.com", "mail.163.com",
        "email.t-online.de", "mail.orange.fr", "webmail.gandi.net",
    ),
    "chat": (
        "teams.microsoft.com", "teams.live.com", "teams.cloud.microsoft", "*.slack.com",
        "web.whatsapp.com", "*.discord.com", "*.discordapp.com", "web.telegram.org",
        "chat.google.com", "meet.google.com", "hangouts.google.com", "messages.google.com",
        "www.messenger.com", "www.facebook.com/messages", "www.workplace.com", "app.element.io",
        "chat.mozilla.org", "app.schildi.chat", "*.zoom.us", "web.skype.com", "*.rocket.chat",
        "*.zulipchat.com", "*.cloud.mattermost.com", "app.wire.com", "web.threema.ch",
        "*.webex.com", "gitter.im", "app.gitter.im", "www.linkedin.com/messaging",
        "www.instagram.com/direct", "x.com/messages", "twitter.com/messages", "app.chime.aws",
        "web.wechat.com", "wx.qq.com", "cliq.zoho.com", "cliq.zoho.eu", "web.delta.chat",
        "meet.jit.si", "app.gather.town", "www.reddit.com/chat",
        "app.ringcentral.com", "web.beeper.com", "chat.whatsapp.com", "*.dingtalk.com",
        "*.feishu.cn", "*.larksuite.com", "app.revolt.chat",
    ),
}  # fmt: skip


def engine_of(*files: str | None) -> Engine | None:
    """Return which kind of browser one of the files (program, script) is; None for no browser."""
    names = {name for file in files if file is not None for name in _names(file)}
    return next((engine for engine, known in _BROWSERS.items() if names & known), None)


def category_of_program(*files: str | None) -> str | None:
    """Return "mail" or "chat" for a known program of that sort (program, script), else None."""
    names = {name for file in files if file is not None for name in _names(file)}
    return next((sort for sort, known in _PROGRAMS.items() if names & known), None)


def categories_of_site(host: str, path: str) -> dict[str, str]:
    """Return the sorts of known sites that this rule covers some of, with one of them each."""
    found: dict[str, str] = {}
    for sort, places in _SITES.items():
        for place in places:
            known_host, slash, rest = place.partition("/")
            root = slash + rest or "/"
            if overlap(host, known_host) and (is_below(path, root) or is_below(root, path)):
                found.setdefault(sort, place.removeprefix(ALL_BELOW))
    return found


def _names(file: str) -> Iterator[str]:
    """Yield the file's name and what is left of it as endings that say nothing fall away."""
    name = posixpath.basename(file).lower()
    yield name
    while shorter := _TAIL.sub("", name):
        if shorter == name:
            break
        yield (name := shorter)
