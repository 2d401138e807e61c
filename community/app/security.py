"""What every answer says to browsers, and how cookies travel."""

from flask import Flask, Response, request

from community.config import Config

# No inline script or style anywhere: what a member could smuggle into a page would not run.
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


def cookie_settings(config: Config) -> dict[str, object]:
    """Flask's settings for the session and remember-me cookies."""
    names = {"SESSION_COOKIE_NAME": "tsudoi", "REMEMBER_COOKIE_NAME": "tsudoi_remember"}
    shared = {
        f"{cookie}_COOKIE_{rule}": value
        for cookie in ("SESSION", "REMEMBER")
        for rule, value in (("SECURE", config.secure), ("HTTPONLY", True), ("SAMESITE", "Lax"))
    }
    return {
        **names,
        **shared,
        # A token lives as long as its session: who writes for two hours must not lose the text.
        "WTF_CSRF_TIME_LIMIT": None,
        # Behind a proxy the referrer may be another name of ours; the token decides.
        "WTF_CSRF_SSL_STRICT": False,
    }


def protect(app: Flask, config: Config) -> None:
    """Put the headers on every answer."""

    def add_headers(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if config.secure:
            response.headers.setdefault("Strict-Transport-Security", HSTS)
        if request.endpoint == "static" and "v" not in request.args:
            # Modules import each other by plain names: asked for anew each time, answered with 304.
            response.headers["Cache-Control"] = "no-cache"
        if request.endpoint != "static" and "Cache-Control" not in response.headers:
            # Pages belong to one reader; a shared cache must not keep them.
            response.headers["Cache-Control"] = "private, no-cache"
        return response

    app.after_request(add_headers)
