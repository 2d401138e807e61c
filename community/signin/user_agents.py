"""What a browser says of itself, in words that its user knows. Only the common ones: it is a hint, no evidence."""

import re
from dataclasses import dataclass

# The first that fits: most browsers also claim to be those further down.
BROWSERS = (
    ("Edg(e|A|iOS)?/", "Microsoft Edge"),
    ("OPR/|Opera", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("YaBrowser/", "Yandex"),
    ("Firefox/|FxiOS/", "Firefox"),
    ("Chrome/|CriOS/|Chromium/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("iPad", "iPad"),
    ("iPhone|iPod", "iPhone"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS X|Macintosh", "Mac"),
    ("Linux|X11", "Linux"),
)


@dataclass(frozen=True)
class Device:
    """Names of products; empty where nothing is known."""

    browser: str
    system: str


def recognise(user_agent: str) -> Device:
    """Return the browser and the system that send this header."""
    return Device(_find_first(BROWSERS, user_agent), _find_first(SYSTEMS, user_agent))


def _find_first(known: tuple[tuple[str, str], ...], user_agent: str) -> str:
    return next((name for pattern, name in known if re.search(pattern, user_agent)), "")
