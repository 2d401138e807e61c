"""Forms of the forum as a browser holds them: shown, filled in, sent, sent again."""

from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from models.accounts import Member
from models.base import db
from models.forums import Draft
from tests.forms.parsing import list_forms, parse

SENT, ASKED = 302, 409


@dataclass
class Page:
    """One showing of a form; `fields` are what it would send."""

    client: FlaskClient
    path: str
    action: str
    fields: dict[str, Any] = field(default_factory=dict)

    def send(self, **typed: Any) -> TestResponse:  # noqa: ANN401  whatever a field may hold
        """Type and press the button; the page stays, as it does where one comes Back to it."""
        self.fields.update(typed)
        return self.client.post(self.action, data=self.fields, content_type="multipart/form-data")

    def save(self, number: int, **typed: Any) -> dict[str, Any]:  # noqa: ANN401  whatever a field may hold
        """What the script does while one types."""
        self.fields.update(typed)
        place = place_of(self.action)
        answer = self.client.post(f"/forums/drafts/{place}", data={**self.fields, "save_number": number})
        assert answer.status_code == 200
        return answer.get_json()


def open_form(client: FlaskClient, path: str, action: str | None = None) -> Page:
    """The form that is sent to `action` (None: to the page itself), as the page shows it."""
    answer = client.get(path)
    assert answer.status_code == 200, answer.status_code
    return read_form(client, answer.text, path, action)


def read_form(client: FlaskClient, text: str, path: str, action: str | None = None) -> Page:
    wanted = action or path.partition("?")[0]
    form = next(form for form in list_forms(parse(text), path) if form.action.partition("?")[0] == wanted)
    fields = {name: one.value for name, one in form.fields.items() if one.kind != "button"}
    return Page(client, path, wanted, fields)


def reply_form(client: FlaskClient, topic_id: int, query: str = "") -> Page:
    return open_form(client, f"/forums/topics/{topic_id}{query}", f"/forums/topics/{topic_id}/posts")


def place_of(action: str) -> str:
    kind, _, number = action.removeprefix("/forums/").partition("/")
    if action == "/forums/topics/new":
        return "new"
    return f"{'topic' if kind == 'topics' else 'post'}:{number.partition('/')[0]}"


def drafts_of(member: Member) -> list[str]:
    """The texts of the person's drafts, oldest first."""
    kept = sa.select(Draft.body).where(Draft.member_id == member.id, Draft.discarded_at.is_(None))
    return list(db.session.scalars(kept.order_by(Draft.id)))
