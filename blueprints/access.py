"""Closed by default: every route says who may enter. A test fails on one that does not say."""

import hmac
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import abort, current_app, g, request
from flask_login import current_user
from werkzeug.exceptions import HTTPException

from community.accounts import rules
from community.config import Config
from community.extensions import login_manager
from models.accounts import Member

View = Callable[..., Any]
Rule = Callable[[Member], bool]
Viewer = TypeVar("Viewer")


class RefusedError(HTTPException):
    """Ends the request with an error page of this status, which shows the sentence."""

    def __init__(self, code: int, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


# Methods by which a page is only read. HEAD is answered as GET is, so that both have the same headers.
READING = frozenset({"GET", "HEAD"})
# Attribute of a view that names who may enter; the tests that walk all endpoints read it.
ENTRANCE = "entrance"
# Attribute of a view that answers its form itself where the token has ended.
ASKS_AGAIN = "asks_again"


def current_member() -> Member | None:
    """Return the signed-in member, or None for a guest: the object itself, where `current_user` is a proxy."""
    visitor: Any = current_user._get_current_object()  # noqa: SLF001  werkzeug's documented way to the object
    return visitor if visitor.is_authenticated else None


def current_viewer(viewer_of: Callable[[Member | None], Viewer]) -> Viewer:
    """Return the viewer of this request for a room: what `viewer_of` returns, computed once for each request."""
    viewers: dict[Any, Viewer] = g.setdefault("viewers", {})
    if viewer_of not in viewers:
        viewers[viewer_of] = viewer_of(current_member())
    return viewers[viewer_of]


def signed_in_member() -> Member:
    """Return the signed-in member. Views that call this let in nobody else."""
    member = current_member()
    if member is None:
        abort(403)
    return member


def public(view: View) -> View:
    """Decorate a view that everybody may see; what they see is decided by queries."""
    setattr(view, ENTRANCE, "public")
    return view


def asks_again(answer: View) -> Callable[[View], View]:
    """Decorate a view for people without a log-in: a form without a valid token is answered so, not by a sign-in."""

    def decorate(view: View) -> View:
        setattr(view, ASKS_AGAIN, answer)
        return view

    return decorate


def token_only(view: View) -> View:
    """Decorate a view for a machine that sends the configured token; for all others it is not found."""

    @wraps(view)
    def guarded(*args: object, **kwargs: object) -> Any:  # noqa: ANN401  a view's answer
        config: Config = current_app.config["TSUDOI"]
        if not says_token(request.headers.get("Authorization", ""), config.metrics_token.get_secret_value()):
            abort(404)
        return view(*args, **kwargs)

    setattr(guarded, ENTRANCE, "token")
    return guarded


def says_token(authorization: str, token: str) -> bool:
    """Return whether the header contains the token; an empty token matches no header."""
    scheme, _, said = authorization.partition(" ")
    return bool(token) and scheme.lower() == "bearer" and hmac.compare_digest(said.encode(), token.encode())


def refuse_in_production() -> None:
    """Answer 404 in production. For `before_request` of blueprints that exist only in development."""
    config: Config = current_app.config["TSUDOI"]
    if config.environment == "production":
        abort(404)


def _restrict(name: str, rule: Rule) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: object, **kwargs: object) -> Any:  # noqa: ANN401  a view's answer
            member = current_member()
            if member is None:
                return login_manager.unauthorized()
            if not rule(member):
                abort(403)
            return view(*args, **kwargs)

        setattr(guarded, ENTRANCE, name)
        return guarded

    return decorate


def signed_in_only(view: View) -> View:
    """Decorate a view for everybody with a login, prospects included."""
    return _restrict("signed_in", rules.can_sign_in)(view)


def members_only(view: View) -> View:
    """Decorate a view for people of customers and partners, and the vendor's own."""
    return _restrict("members", rules.is_member)(view)


def staff_only(rule: Rule) -> Callable[[View], View]:
    """Return a decorator of a view for members for whom the rule holds, e.g. `@staff_only(rules.is_cs)`."""
    return _restrict(rule.__name__, rule)
