"""Clients that are signed in without going through the sign-in page."""

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
    """Return the user id in the session of a member who has just signed in. Needs an application context.

    `proved`: they have also proved again who they are, so that no action asks for it.
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
    """Sign the member in with this client and return it; the member has just been asked to accept the terms.

    `base_url`: for an application that answers only to its own host name.
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
    """Return a new client of this member; None: a guest's."""
    client = app.test_client()
    return sign_in(client, member, base_url, proved=proved) if member is not None else client


def prove(client: FlaskClient, **typed: str) -> TestResponse:
    """Prove again who uses this client: by the cast's password, or by what is typed instead."""
    return client.post("/me/proof", data={"proof_path": "/", **(typed or {"proof_password": PASSWORD})})
