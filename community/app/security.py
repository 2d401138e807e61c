"""Security headers of every response, cookies, and the refusal of requests from other sites."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, request
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer
from werkzeug.exceptions import Forbidden

from community.clock import PatientSigner
from community.config import Config

# No inline script or style anywhere: what a member could smuggle into a page does not run.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(), microphone=(), payment=(), usb=()",
}
HSTS = "max-age=31536000; includeSubDomains"
SAFE_METHODS = {"GET", "HEAD", "OPTIONS", "TRACE"}
DEFAULT_PORTS = {"http": 80, "https": 443}
# Sec-Fetch-Site of a request that no other site has caused; "none": the user typed the address.
OWN_SITE = {"same-origin", "none"}
FROM_ANYWHERE = "from_anywhere"

View = Callable[..., Any]


class PatientSessions(SecureCookieSessionInterface):
    """Flask's sessions, which stay valid when the clock was set back after their cookie was signed."""

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """Return Flask's serializer with a signer that tolerates a clock set back; None without a secret key."""
        serializer = super().get_signing_serializer(app)
        if serializer is not None:
            serializer.signer = PatientSigner
        return serializer


class ForeignOriginError(Forbidden):
    """A page of another site sent this request. Nothing of the request is kept."""


def cookie_settings(config: Config) -> dict[str, object]:
    """Return Flask's settings for the session and remember-me cookies."""
    names = {"SESSION_COOKIE_NAME": "tsudoi", "REMEMBER_COOKIE_NAME": "tsudoi_remember"}
    shared = {
        f"{cookie}_COOKIE_{rule}": value
        for cookie in ("SESSION", "REMEMBER")
        for rule, value in (("SECURE", config.secure), ("HTTPONLY", True), ("SAMESITE", "Lax"))
    }
    return {
        **names,
        **shared,
        # A token lives as long as its session: somebody who writes for two hours must not lose the text.
        "WTF_CSRF_TIME_LIMIT": None,
        # Behind a proxy the referrer may be another of our names; the token decides.
        "WTF_CSRF_SSL_STRICT": False,
    }


def from_anywhere(view: View) -> View:
    """Mark a view as open to forms of other sites, and return it. Its key is in the address; it uses no session."""
    setattr(view, FROM_ANYWHERE, True)
    return view


def refuse_foreign(app: Flask, config: Config) -> None:
    """Refuse requests that other sites' pages send, before any part of the application reads them.

    Browsers say where a request comes from, and no page can change that (Sec-Fetch-Site; older ones send Origin alone).
    Mail programs, scripts and probes send neither; for them the form's token decides.
    """
    public = _origin(str(config.public_url))

    def check() -> None:
        if request.method in SAFE_METHODS or _lets_in_all():
            return
        site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
        if site in OWN_SITE:
            return
        # Other subdomains and ports are foreign, unless they are names of this community, which may have two.
        if site == "cross-site" or (origin is None and site is not None):
            raise ForeignOriginError
        said = _origin(origin) if origin is not None else public
        if said is None or said not in {public, *_asked_for(config)}:  # None: "null", of a sandbox or a redirect
            raise ForeignOriginError

    app.before_request(check)


def _lets_in_all() -> bool:
    view = current_app.view_functions.get(request.endpoint or "")
    return getattr(view, FROM_ANYWHERE, False)


def _asked_for(config: Config) -> list[tuple[str, str, int] | None]:
    """Return the origins by which the browser may have asked. Without `secure`, https may end at a proxy."""
    schemes = {request.scheme} if config.secure else {"http", "https"}
    return [_origin(f"{scheme}://{request.host}") for scheme in schemes]


def _origin(address: str) -> tuple[str, str, int] | None:
    """Return scheme, host and port, comparable; None for "null" and invalid addresses."""
    try:
        parts = urlsplit(address)
        port = parts.port or DEFAULT_PORTS.get(parts.scheme, 0)
    except ValueError:
        return None
    return (parts.scheme, parts.hostname, port) if parts.hostname else None


def protect(app: Flask, config: Config) -> None:
    """Put the security and cache headers on every response."""

    def add_headers(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if config.secure:
            response.headers.setdefault("Strict-Transport-Security", HSTS)
        if request.endpoint == "static" and "v" not in request.args:
            # Modules import each other without a version: revalidated each time, answered with 304.
            response.headers["Cache-Control"] = "no-cache"
        if request.endpoint != "static" and "Cache-Control" not in response.headers:
            # Pages are personal; a shared cache must not keep them.
            response.headers["Cache-Control"] = "private, no-cache"
        return response

    app.after_request(add_headers)
