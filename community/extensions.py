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
    """Flask-Babel's, but a catalogue is found by the locale itself, not by its name written out each time."""

    def __init__(self, name: str) -> None:
        super().__init__(domain=name)
        self.catalogues: dict[Locale, NullTranslations] = {}
        self.latest: tuple[Locale | None, NullTranslations] = (None, NullTranslations())

    def get_translations(self) -> NullTranslations:
        # The locale as Flask-Babel keeps it, without asking for it through four proxies; not there yet: it is asked.
        kept = g._get_current_object().__dict__.get("_flask_babel") if g else None  # noqa: SLF001  werkzeug's own way
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
    """Flask-Babel with that domain: a page says a hundred sentences."""

    @cached_property
    def domain_instance(self) -> QuickDomain:  # pyright: ignore[reportIncompatibleMethodOverride]  cached there too
        return QuickDomain(self.domain)


def visitor_network() -> str:
    """Return the key of the network that the request comes from; the address cannot be read from it."""
    return networks.counter_key("network", networks.prefix_of(get_remote_address()))


babel = QuickBabel()
csrf = CSRFProtect()
limiter = Limiter(key_func=visitor_network)
login_manager = LoginManager()
migrate = Migrate()
socketio = SocketIO()
