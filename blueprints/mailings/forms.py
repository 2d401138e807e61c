"""What a person wants to be mailed of."""

from wtforms import BooleanField, SelectField
from wtforms.fields.choices import SelectChoice  # pyright: ignore[reportAttributeAccessIssue]  newer than its stubs

from blueprints.conflicts import ConflictForm
from blueprints.fields import _
from models.mail import Delivery
from models.notifications import NotificationKind

from .words import DELIVERIES, KINDS


def _delivery(kind: NotificationKind) -> SelectField:
    offered = [SelectChoice(delivery.value, label) for delivery, label in DELIVERIES.items()]
    return SelectField(KINDS[kind], choices=offered)


class ChoicesForm(ConflictForm):
    """A field for each kind of news, named like it."""

    mention = _delivery(NotificationKind.MENTION)
    accepted = _delivery(NotificationKind.ACCEPTED)
    reply = _delivery(NotificationKind.REPLY)
    solved = _delivery(NotificationKind.SOLVED)
    new_device = BooleanField(_("はじめての端末でサインインがあったら受け取る"))
    at_any_hour = BooleanField(_("夜や休日にも受け取る"))

    def chosen(self) -> dict[NotificationKind, Delivery]:
        """What was filled in."""
        return {kind: Delivery(self[kind.value].data) for kind in NotificationKind}
