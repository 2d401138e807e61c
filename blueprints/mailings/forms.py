"""The form of a member's choices of mail."""

from wtforms import BooleanField, SelectField
from wtforms.fields.choices import SelectChoice  # pyright: ignore[reportAttributeAccessIssue]  newer than its stubs

from blueprints.conflicts import ConflictForm, State
from blueprints.fields import _
from community.room import NotificationKind, current_rooms
from models.mail import Delivery

from .words import DELIVERIES


class ChoicesForm(ConflictForm):
    """The choices. `make_choices_form` adds a field for each kind of notification, by the kind's name."""

    new_device = BooleanField(_("はじめての端末でサインインがあったら受け取る"))
    at_any_hour = BooleanField(_("夜や休日にも受け取る"))

    def chosen(self) -> dict[str, Delivery]:
        """Return the choices that were sent, by the kind's name."""
        return {name: Delivery(self[name].data) for name in current_rooms().notification_kinds}


def make_choices_form(state: State | None = None) -> ChoicesForm:
    """Return the form with a field for each kind that the rooms have, filled with this state unless it was sent."""
    fields = {name: _delivery(kind) for name, kind in current_rooms().notification_kinds.items()}
    form = type(ChoicesForm.__name__, (ChoicesForm,), fields)
    return form(data=state)


def _delivery(kind: NotificationKind) -> SelectField:
    offered = [SelectChoice(delivery.value, label) for delivery, label in DELIVERIES.items()]
    return SelectField(str(kind.label), choices=offered)
