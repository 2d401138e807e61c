"""Reading the outbox in development. In production these addresses do not exist: mails hold keys to accounts."""

from ipaddress import ip_address

from flask import Blueprint, abort, current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints.access import current_member, public
from community.accounts.rules import is_administrator
from community.config import Config
from community.mail import queries

bp = Blueprint("mail", __name__)


@bp.before_request
def refuse_strangers() -> None:
    """Administrators, and whoever sits at this very machine: to reset a password one has to read the mail first."""
    config: Config = current_app.config["TSUDOI"]
    member = current_member()
    if config.environment != "development" or not (_is_at_this_machine() or (member and is_administrator(member))):
        abort(404)


def _is_at_this_machine() -> bool:
    """Not so behind a proxy: there everybody seems to be."""
    forwarded = {"X-Forwarded-For", "Forwarded", "X-Real-Ip"} & set(request.headers.keys())
    return not forwarded and request.remote_addr is not None and ip_address(request.remote_addr).is_loopback


@bp.get("/mailbox")
@public
def show_mailbox() -> ResponseReturnValue:
    """Everybody's, or one person's."""
    to = request.args.get("to", "")
    people = [("", _("すべての人")), *((address, address) for address in queries.list_addresses(to))]
    return render_template("mail/mailbox.html", mails=queries.list_mails(to), to=to, people=people)


@bp.get("/mailbox/<int:mail_id>")
@public
def show_mail(mail_id: int) -> ResponseReturnValue:
    mail = queries.get_mail(mail_id) or abort(404)
    return render_template("mail/mail.html", mail=mail)
