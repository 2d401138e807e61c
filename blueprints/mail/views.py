"""Shows the outbox in development. In production these pages do not exist, since mails contain secret links."""

from ipaddress import ip_address

from flask import Blueprint, abort, current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints.access import current_member, public, refuse_in_production
from community.accounts.rules import is_administrator, is_sample_login
from community.app import hosts
from community.config import Config
from community.mail import queries

bp = Blueprint("mail", __name__)
bp.before_request(refuse_in_production)

FORWARDED = {"X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "Forwarded", "X-Real-Ip", "Via"}


@bp.before_request
def refuse_strangers() -> None:
    """Let in only people at this very machine and administrators.

    People at this machine need no login: to reset a password they have to read the mail first. A page of another site
    can make its own host name point to this machine; so only the site's host names and those that always mean this
    machine are accepted. Administrators of the sample community do not count, since their password is published.
    """
    config: Config = current_app.config["TSUDOI"]
    name, member = hosts.asked_name(), current_member()
    by_its_name = hosts.is_own_name(name, config) or hosts.is_loopback_name(name)
    trusted = member is not None and is_administrator(member) and not is_sample_login(member.email)
    if not by_its_name or not (_is_at_this_machine() or trusted):
        abort(404)


def _is_at_this_machine() -> bool:
    """Return whether the request comes from this machine. Never behind a proxy, where every request seems to."""
    if FORWARDED & set(request.headers.keys()) or not request.remote_addr:
        return False
    try:
        return ip_address(request.remote_addr).is_loopback
    except ValueError:  # a socket in the file system, so a proxy is asking
        return False


@bp.get("/mailbox")
@public
def show_mailbox() -> ResponseReturnValue:
    """Show the mails to everybody, or to one address."""
    to = request.args.get("to", "")
    people = [("", _("すべての人")), *((address, address) for address in queries.list_addresses(to))]
    return render_template("mail/mailbox.html", mails=queries.list_mails(to), to=to, people=people)


@bp.get("/mailbox/<int:mail_id>")
@public
def show_mail(mail_id: int) -> ResponseReturnValue:
    mail = queries.get_mail(mail_id) or abort(404)
    return render_template("mail/mail.html", mail=mail)
