"""A browser of somebody who has signed in already, without walking through the sign-in page each time."""

import time

from flask import Flask
from flask.testing import FlaskClient

from blueprints.accounts.terms import ASKED_AT
from models.accounts import Member


def sign_in(client: FlaskClient, member: Member) -> FlaskClient:
    """The same client, now this person's, who has just been asked whether there are terms to agree to."""
    with client.session_transaction() as session:
        session.update({"_user_id": member.get_id(), "_fresh": True, ASKED_AT: int(time.time())})
    return client


def client_of(app: Flask, member: Member | None) -> FlaskClient:
    """A new client of this person; None: a guest's."""
    client = app.test_client()
    return sign_in(client, member) if member is not None else client
