"""Submitting a story: the whole text as it will be read, what is missing, and what its author allows."""

from typing import NoReturn

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from blueprints import limits
from blueprints.access import signed_in_member, signed_in_only
from blueprints.conflicts import CONFLICT, digest
from blueprints.stories.bp import bp
from blueprints.stories.reading.drawing import draw_story
from blueprints.throttling import requester
from community.extensions import limiter
from community.stories.consent.consent_ledger import OutdatedError, read_basis
from community.stories.labels import COUNTINGS, PARTS, TAG_KINDS, USES, name_story
from community.stories.turns.acts import StoryAct, is_for
from community.stories.turns.turns import WrongStateError
from community.stories.versions.comparison import say_figure, say_tags
from community.stories.versions.tries import write_tries
from community.stories.versions.whole import make_whole
from community.stories.workflow import submission
from community.stories.workflow.submission import Proof
from models.base import transaction

from .uses_form import ALLOWED_ANEW
from .workflow_forms import SubmitForm
from .working import come_too_late, find_story, find_story_for


@bp.get("/<int:story_id>/submit")
@signed_in_only
def submit_story(story_id: int) -> ResponseReturnValue:
    """Show the text as it will be read, what its hash covers, and the uses that the author may allow."""
    story = find_story_for(story_id, StoryAct.SUBMIT)
    form = SubmitForm()
    form.start_from(submission.list_wishes(story), read_basis(story_id))
    return _render(story_id, form)


@bp.post("/<int:story_id>/submit")
@limiter.limit("20 per hour", key_func=requester)
@signed_in_only
def send_story(story_id: int) -> ResponseReturnValue:
    """Submit the text that was shown; if it has changed since, show what did, and ask again."""
    story = find_story(story_id)
    if not is_for(StoryAct.SUBMIT, signed_in_member(), story):
        abort(403)
    form = SubmitForm()
    if form.validate():
        try:
            with transaction():
                submission.submit(
                    story, signed_in_member(), form.granted(), seen=form.seen.data or "", basis=form.basis.data or ""
                )
        except submission.ChangedError:
            return _render(story_id, form, is_changed=True), CONFLICT
        except OutdatedError:
            form.start_from(submission.list_wishes(find_story(story_id)), read_basis(story_id))
            form.form_errors.append(ALLOWED_ANEW)
            return _render(story_id, form), CONFLICT
        except submission.NotReadyError:
            return _render(story_id, form), limits.REFUSED
        except submission.OtherWishesError:
            return _narrow(story_id, form)
        except WrongStateError:
            _come_too_late(story_id)
        flash(_("提出しました。担当者が読んで、お返事します。"))
        return redirect(url_for(".show_desk", story_id=story_id))
    return _render(story_id, form), limits.REFUSED


def _narrow(story_id: int, form: SubmitForm) -> ResponseReturnValue:
    """Take what the form allows less than the one that was sent before, and show what is allowed now."""
    try:
        with transaction():
            story = find_story(story_id)
            is_less = submission.narrow(story, signed_in_member(), form.granted(), seen=form.seen.data or "")
    except WrongStateError:
        _come_too_late(story_id)
    said = _("この文は、もう提出されていました。使ってよいものは、減らした分だけを受け取りました。")
    if not is_less:
        said = _("この文は、もう提出されていました。いま入れた「使ってよいもの」は、受け取っていません。")
    flash(said + _("いまの許諾は、このとおりです。"), "error")
    return redirect(url_for(".show_consents", story_id=story_id))


def _come_too_late(story_id: int) -> NoReturn:
    """End the request on the desk, saying that what the form allows was not taken."""
    flash(
        _("いま入れた「使ってよいもの」は、受け取っていません。減らすときは、許諾のページで取り下げてください。"),
        "error",
    )
    come_too_late(story_id)


def _render(story_id: int, form: SubmitForm, *, is_changed: bool = False) -> str:
    proof = submission.read_proof(find_story_for(story_id, StoryAct.SUBMIT))
    before, state = form.parts.data or "", _state_of(proof)
    changed = _list_changed(before, digest(state)) if is_changed else []
    whole = make_whole(story_id, proof.content, proof.html)
    form.seen.data, form.parts.data = proof.seen, digest(state)
    return render_template(
        "stories/workflow/submit.html",
        story_id=story_id,
        form=form,
        title=name_story(proof.content.title),
        whole=whole,
        **draw_story(whole),
        sources=[(figure, str(COUNTINGS[figure.counting])) for figure in whole.figures],
        changed=[_name_part(name) for name in changed],
        is_changed=is_changed,
        shown_uses=[str(USES[use]) for use in submission.list_published_wishes(find_story(story_id))],
        missing=[(url_for(".write_part", story_id=story_id, slug=name), PARTS[name]) for name in proof.missing],
        USES=USES,
    )


def _state_of(proof: Proof) -> dict[str, str]:
    """Return the text by its parts, as digests compare it."""
    content = proof.content
    return {
        **{name.value: answer for name, answer in content.answers.items()},
        "title": content.title,
        "lead": content.lead,
        "quote": content.quote,
        "tries": write_tries(content.tries),
        "figures": "\n\n".join(f"{figure.label}\n{say_figure(figure)}" for figure in content.figures),
        "tags": "\n".join(say_tags(content, kind) for kind in TAG_KINDS),
        "company": "\n".join((content.company, content.trade, str(content.employees), str(content.prefecture))),
        "people": "\n".join(content.people),
    }


def _list_changed(before: str, after: str) -> list[str]:
    """Return the names of the parts whose digests are not the same in both."""
    seen, present = _read_digests(before), _read_digests(after)
    return [name for name in {**present, **seen} if seen.get(name) != present.get(name)]


def _read_digests(written: str) -> dict[str, str]:
    pairs = (each.rpartition(".") for each in written.split())
    return {name: sign for name, _dot, sign in pairs}


def _name_part(name: str) -> str:
    named = {part.value: str(label) for part, label in PARTS.items()}
    others = {"figures": _("数字"), "tags": _("課題と機能"), "company": _("会社の登録"), "people": _("書いた人")}
    return {**named, **others}.get(name, name)
