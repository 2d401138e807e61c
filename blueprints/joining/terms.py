"""Terms of use and privacy policy: reading them, consenting, publishing the next version."""

import time

from flask import abort, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from blueprints import browser_sessions, limits
from blueprints.access import current_member, public, signed_in_member, signed_in_only, staff_only
from blueprints.joining.bp import bp
from blueprints.joining.forms import join_ids
from blueprints.joining.terms_forms import AgreeForm, PublishTermsForm
from community.accounts import labels, queries, rules
from community.joining import terms
from models.base import release, transaction
from models.joining import TermsKind, TermsVersion

# How long an answer of "nothing to ask" holds in a session: pages need not ask the database each time.
ASKED_AGAIN_SECONDS = 300
ASKED_AT = "terms_asked_at"
# Can be seen before one has agreed: the texts themselves, links from mails, and what is no page at all.
OPEN_ROOMS = frozenset({"files", "realtime", "system"})
OPEN_PAGES = frozenset(
    {
        "static", "joining.show_terms", "joining.show_privacy", "joining.ask_for_consent", "signin.sign_in",
        "joining.show_invitation", "signin.show_reset_password", "joining.show_join", "joining.confirm_address",
        "joining.show_company_link", "joining.show_join_sent",
    }
)  # fmt: skip

# --- reading


@bp.get("/terms")
@public
def show_terms() -> ResponseReturnValue:
    return _render_terms_page(TermsKind.TERMS)


@bp.get("/privacy")
@public
def show_privacy() -> ResponseReturnValue:
    return _render_terms_page(TermsKind.PRIVACY)


def _render_terms_page(kind: TermsKind) -> str:
    """Return the page of the version in force, or of an older or coming one with `?version=`."""
    versions, today = terms.list_versions(kind), queries.today()
    current = next((version for version in versions if version.holds_from <= today), None)
    number = request.args.get("version", type=int)
    if number is not None:
        shown = next((version for version in versions if version.number == number), None) or abort(404)
    else:
        shown = current
    return render_template(
        "joining/terms.html",
        title=labels.TERMS[kind],
        here_url=url_for(f".show_{kind}"),
        versions=versions,
        current=current,
        shown=shown,
        text=terms.render_version(shown, _current_locale()) if shown else None,
        only_japanese=shown is not None and _current_locale() != "ja" and not shown.body_en,
        today=today,
    )


def _current_locale() -> str:
    return str(get_locale() or "ja")


# --- consent


@bp.before_app_request
def require_consent() -> ResponseReturnValue | None:
    """Redirect members to versions that they have to accept, before they see another page.

    Only pages are held back: a form that was being filled in when a version came into force is taken, and the page
    after it asks. Scripts, pictures, health probes and signing out pass.
    """
    if request.method != "GET" or not _is_page(request.endpoint):
        return None
    member = current_member()
    if member is None or 0 <= time.time() - session.get(ASKED_AT, 0) < ASKED_AGAIN_SECONDS:
        return None
    if terms.list_to_accept(member.id, queries.today()):
        return redirect(url_for("joining.ask_for_consent", next=request.full_path.rstrip("?")))
    session[ASKED_AT] = int(time.time())
    return None


def _is_page(endpoint: str | None) -> bool:
    if endpoint is None or endpoint in OPEN_PAGES or endpoint.partition(".")[0] in OPEN_ROOMS:
        return False
    return "X-Requested-With" not in request.headers


@bp.get("/terms/consent")
@signed_in_only
def ask_for_consent() -> ResponseReturnValue:
    """Show the versions that the member has to accept; without any, redirect to where they wanted to go."""
    waiting = terms.list_to_accept(signed_in_member().id, queries.today())
    if not waiting:
        return redirect(browser_sessions.own_path(request.args.get("next")))
    return _render_consent_page(waiting, request.args.get("next"))


@bp.post("/terms/consent")
@signed_in_only
def give_consent() -> ResponseReturnValue:
    """Store the consent to the versions that the page has shown, not to any published meanwhile."""
    form, member = AgreeForm(), signed_in_member()
    waiting = terms.list_to_accept(member.id, queries.today())
    onward = browser_sessions.own_path(form.next.data)
    if not waiting:  # pressed twice
        return redirect(onward)
    if not form.validate() or form.versions.data != join_ids(version.id for version in waiting):
        flash(_("内容が新しくなりました。もう一度お読みください。"), "error")
        return _render_consent_page(waiting, onward), limits.REFUSED
    with transaction():
        terms.accept(member, waiting)
    return redirect(onward)


def _render_consent_page(waiting: list[TermsVersion], onward: str | None) -> str:
    form = AgreeForm(
        formdata=None, versions=join_ids(version.id for version in waiting), next=browser_sessions.own_path(onward)
    )
    return render_template("joining/consent.html", form=form, waiting=waiting, labels=labels.TERMS)


# --- publishing


@bp.get("/terms/versions")
@staff_only(rules.is_administrator)
def list_terms() -> ResponseReturnValue:
    return _render_versions_page(PublishTermsForm(holds_from=queries.today()))


@bp.post("/terms/versions")
@staff_only(rules.is_administrator)
def publish_terms() -> ResponseReturnValue:
    """Publish a version. It is never changed; mistakes are corrected by the next one."""
    form, member = PublishTermsForm(), signed_in_member()
    if not form.validate():
        return _render_versions_page(form), limits.REFUSED
    new = form.to_publish()
    release()
    try:
        with transaction():
            version = terms.publish(new, member)
    except IntegrityError:  # somebody else has published the same number
        form.form_errors.append(_("たったいま、ほかの方が公開しました。一覧を確かめてから、もう一度公開してください。"))
        return _render_versions_page(form), limits.REFUSED
    session.pop(ASKED_AT, None)
    flash(_("%(title)s 第%(n)s版を公開しました。", title=labels.TERMS[new.kind], n=version.number))
    return redirect(url_for(".list_terms"))


def _render_versions_page(form: PublishTermsForm) -> str:
    return render_template(
        "joining/terms_versions.html",
        form=form,
        versions=terms.list_versions(),
        labels=labels.TERMS,
        in_force={version.id for version in terms.list_in_force(queries.today())},
        today=queries.today(),
    )
