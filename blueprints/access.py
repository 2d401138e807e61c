"""Closed by default: every route says who may enter. A test fails on one that does not say."""

import hmac
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

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
    """Ends the request with a page of this status that says this sentence. `description`: the sentence."""

    def __init__(self, code: int, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


# What a decorator says of its view is kept on the function, for the tests that count and walk the endpoints.
ENTRANCE = "entrance"


def current_member() -> Member | None:
    """Who is asking; None for a guest. `current_user` is a proxy: this is the object itself."""
    return cast("Member", current_user._get_current_object()) if current_user.is_authenticated else None  # noqa: SLF001  werkzeug's documented way to the object


def current_viewer(viewer_of: Callable[[Member | None], Viewer]) -> Viewer:
    """Return who is asking as a room sees them: what its `viewer` returns, asked for once in a request."""
    viewers: dict[Any, Viewer] = g.setdefault("viewers", {})
    if viewer_of not in viewers:
        viewers[viewer_of] = viewer_of(current_member())
    return viewers[viewer_of]


def signed_in_member() -> Member:
    """Return the signed-in member, in a view that lets in nobody else."""
    member = current_member()
    if member is None:
        abort(403)
    return member


def public(view: View) -> View:
    """Everybody may enter; what they see is up to the queries."""
    setattr(view, ENTRANCE, "public")
    return view


def token_only(view: View) -> View:
    """No person, but a machine that says the configuration's token. For everybody else there is no such page."""

    @wraps(view)
    def guarded(*args: object, **kwargs: object) -> Any:  # noqa: ANN401  a view's answer
        config: Config = current_app.config["TSUDOI"]
        if not says_token(request.headers.get("Authorization", ""), config.metrics_token.get_secret_value()):
            abort(404)
        return view(*args, **kwargs)

    setattr(guarded, ENTRANCE, "token")
    return guarded


def says_token(authorization: str, token: str) -> bool:
    """Whether the header says it; an empty token is nobody's."""
    scheme, _, said = authorization.partition(" ")
    return bool(token) and scheme.lower() == "bearer" and hmac.compare_digest(said.encode(), token.encode())


def refuse_in_production() -> None:
    """Before every view of a blueprint that is development's: in production its addresses do not exist."""
    config: Config = current_app.config["TSUDOI"]
    if config.environment == "production":
        abort(404)


def _door(name: str, rule: Rule) -> Callable[[View], View]:
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
    """Whoever has a login, prospects included."""
    return _door("signed_in", rules.can_sign_in)(view)


def members_only(view: View) -> View:
    """People of customers and partners, and the vendor's own."""
    return _door("members", rules.is_member)(view)


def staff_only(rule: Rule) -> Callable[[View], View]:
    """People for whom one of the rules of `community.accounts.rules` holds, e.g. `@staff_only(rules.is_cs)`."""
    return _door(rule.__name__, rule)
