"""Reading the outbox in development. In production these addresses do not exist: mails hold keys to accounts."""

from flask import Blueprint, abort, current_app, render_template
from flask.typing import ResponseReturnValue

from blueprints.access import public
from community.config import Config
from community.mail import queries

bp = Blueprint("mail", __name__)


@bp.before_request
def refuse_in_production() -> None:
    config: Config = current_app.config["TSUDOI"]
    if config.environment != "development":
        abort(404)


@bp.get("/mailbox")
@public
def show_mailbox() -> ResponseReturnValue:
    return render_template("mail/mailbox.html", mails=queries.list_mails())


@bp.get("/mailbox/<int:mail_id>")
@public
def show_mail(mail_id: int) -> ResponseReturnValue:
    mail = queries.get_mail(mail_id) or abort(404)
    return render_template("mail/mail.html", mail=mail)
