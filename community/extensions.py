"""Flask's extensions: stateless here, bound to an application by the factory."""

from functools import cached_property

from babel import Locale
from babel.support import NullTranslations
from flask import g
from flask_babel import Babel, Domain, get_locale
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_socketio import SocketIO
from flask_wtf import CSRFProtect

from community import networks


class QuickDomain(Domain):
    """Flask-Babel's domain, but catalogues are found by the locale object, not by its name built each time."""

    def __init__(self, name: str) -> None:
        super().__init__(domain=name)
        self.catalogues: dict[Locale, NullTranslations] = {}
        self.latest: tuple[Locale | None, NullTranslations] = (None, NullTranslations())

    def get_translations(self) -> NullTranslations:
        """Return the catalogue of the current locale."""
        # Where Flask-Babel caches the locale, without its way through four proxies; if it is not there, it is asked.
        try:
            kept = g.get("_flask_babel")
        except RuntimeError:  # outside an application, as `get_locale` says
            kept = None
        locale = getattr(kept, "babel_locale", None) or get_locale()
        if locale is None:
            return super().get_translations()
        # By identity first: Babel compares locales field by field.
        last, found = self.latest
        if last is locale:
            return found
        known = self.catalogues.get(locale)
        if known is None:
            known = self.catalogues[locale] = super().get_translations()
        self.latest = (locale, known)
        return known


class QuickBabel(Babel):
    """Flask-Babel with QuickDomain: a page translates about a hundred sentences."""

    @cached_property
    def domain_instance(self) -> QuickDomain:  # pyright: ignore[reportIncompatibleMethodOverride]  cached there too
        """Return the application's domain."""
        return QuickDomain(self.domain)


def visitor_network() -> str:
    """Return the rate-limit key of the visitor's network; the address cannot be read from it."""
    return networks.counter_key("network", networks.prefix_of(get_remote_address()))


babel = QuickBabel()
csrf = CSRFProtect()
limiter = Limiter(key_func=visitor_network)
login_manager = LoginManager()
migrate = Migrate()
socketio = SocketIO()
