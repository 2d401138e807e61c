"""Sending a form as somebody does who has its page before them."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.forms.parsing import list_forms, parse


def send_form(client: FlaskClient, action: str, fields: Mapping[str, object], page: str | None = None) -> TestResponse:
    """Look at the form (on its own page, or on another one) and send it with these fields."""
    return client.post(action, data={"seen": seen(client, action, page), **fields})


@dataclass
class Tab:
    """A browser's tab with a form before it: the fields as they stand there."""

    client: FlaskClient
    page: str
    action: str

    def __post_init__(self) -> None:
        self.read(self.client.get(self.page))

    def read(self, answer: TestResponse) -> None:
        """Take the form of this page."""
        self.answer = answer
        form = next(f for f in list_forms(parse(answer.text), self.page) if f.action == self.action)
        # A box that is not ticked is not sent, nor is a button that was not pressed.
        self.fields = {
            name: field.value
            for name, field in form.fields.items()
            if field.kind != "button" and (field.value or field.kind not in {"radio", "checkbox"})
        }

    def send(self, **typed: str) -> TestResponse:
        """Type this over what stands there, and send the form; if it comes back, it is before one again."""
        self.fields |= typed
        answer = self.client.post(self.action, data=self.fields)
        if answer.status_code >= 400:
            self.read(answer)
        return answer


def seen(client: FlaskClient, action: str, page: str | None = None) -> str:
    """What the form says it was filled from; empty where it is not shown."""
    here = page or action
    forms = list_forms(parse(client.get(here).text), here)
    return next((f.fields["seen"].value for f in forms if f.action == action and "seen" in f.fields), "")
