"""A browser of somebody who has signed in already, without walking through the sign-in page each time."""

from flask import Flask
from flask.testing import FlaskClient

from models.accounts import Member


def sign_in(client: FlaskClient, member: Member) -> FlaskClient:
    """The same client, now this person's."""
    with client.session_transaction() as session:
        session.update({"_user_id": member.get_id(), "_fresh": True})
    return client


def client_of(app: Flask, member: Member | None) -> FlaskClient:
    """A new client of this person; None: a guest's."""
    client = app.test_client()
    return sign_in(client, member) if member is not None else client
