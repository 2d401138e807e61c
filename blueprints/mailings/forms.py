"""What a person wants to be mailed of."""

from wtforms import BooleanField, SelectField
from wtforms.fields.choices import SelectChoice  # pyright: ignore[reportAttributeAccessIssue]  newer than its stubs

from blueprints.conflicts import ConflictForm, State
from blueprints.fields import _
from community.room import NotificationKind, current_rooms
from models.mail import Delivery

from .words import DELIVERIES


class ChoicesForm(ConflictForm):
    """A field for each kind of notification, named like it (`make_choices_form`), and what is beside them."""

    new_device = BooleanField(_("はじめての端末でサインインがあったら受け取る"))
    at_any_hour = BooleanField(_("夜や休日にも受け取る"))

    def chosen(self) -> dict[str, Delivery]:
        """Return what was filled in, by the kind's name."""
        return {name: Delivery(self[name].data) for name in current_rooms().notification_kinds}


def make_choices_form(state: State | None = None) -> ChoicesForm:
    """Return the form with the kinds that the rooms have, filled from this state where it was not sent."""
    fields = {name: _delivery(kind) for name, kind in current_rooms().notification_kinds.items()}
    form = type(ChoicesForm.__name__, (ChoicesForm,), fields)
    return form(data=state)


def _delivery(kind: NotificationKind) -> SelectField:
    offered = [SelectChoice(delivery.value, label) for delivery, label in DELIVERIES.items()]
    return SelectField(str(kind.label), choices=offered)
