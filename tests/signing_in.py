"""A browser of somebody who has signed in already, without walking through the sign-in page each time."""

import secrets
import time

import sqlalchemy as sa
from flask import Flask, current_app, has_app_context
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from blueprints.joining.terms import ASKED_AT
from models.accounts import Member
from models.base import db, now
from models.security import SignIn
from tests.cast import PASSWORD


def session_of(member: Member, *, proved: bool = True) -> str:
    """What the cookie of a browser says in which they have just signed in. Needs an application context.

    `proved`: they have also proved anew who they are, so that no act asks for it.
    """
    made = SignIn(key=secrets.token_hex(16), member_id=member.id, browser="Firefox", system="Windows")
    made.proved_at = now() if proved else None
    db.session.add(made)
    if isinstance(db.engines[None], sa.Engine):
        db.session.commit()
    else:  # the test's one connection, which requests share
        db.session.flush()
    return f"{member.id}.{member.session_version}.{made.key}"


def sign_in(client: FlaskClient, member: Member, base_url: str | None = None, *, proved: bool = True) -> FlaskClient:
    """The same client, now this person's, who has just been asked whether there are terms to agree to.

    `base_url`: of an application that answers to its own name only; its cookies are of that name.
    """
    app = client.application
    if has_app_context() and current_app == app:
        user_id = session_of(member, proved=proved)
    else:
        with app.app_context():
            user_id = session_of(member, proved=proved)
    with client.session_transaction(**({"base_url": base_url} if base_url else {})) as session:
        session.update({"_user_id": user_id, "_fresh": True, ASKED_AT: int(time.time())})
    return client


def client_of(app: Flask, member: Member | None, base_url: str | None = None, *, proved: bool = True) -> FlaskClient:
    """A new client of this person; None: a guest's."""
    client = app.test_client()
    return sign_in(client, member, base_url, proved=proved) if member is not None else client


def prove(client: FlaskClient, **typed: str) -> TestResponse:
    """Let the person of this browser show anew who they are: by their password, or by what is typed instead."""
    return client.post("/me/proof", data={"proof_path": "/", **(typed or {"proof_password": PASSWORD})})
