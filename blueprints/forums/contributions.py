"""What a person has contributed to the forum: the newest on their profile, all of it on pages of its own."""

from dataclasses import dataclass
from typing import Any

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from blueprints import times
from blueprints.access import signed_in_member, signed_in_only
from blueprints.room_parts import ProfileSection
from community import text
from community.accounts.names import author_label
from community.accounts.queries import get_profile
from community.forums.contributions import (
    Contribution,
    ContributionList,
    Counts,
    ReplyRow,
    count_contributions,
    list_contributions,
)
from community.forums.labels import category_name
from models.accounts import Member

from .bp import bp
from .loaders import viewer
from .topic_rows import show_topic_row

ON_PROFILE = 3
EXCERPT_LENGTH = 90
# Digits of a number that is an id in both databases for certain.
LONGEST_NUMBER = 18
LABELS = {
    Contribution.TOPICS: _l("質問・話題"),
    Contribution.REPLIES: _l("回答・返信"),
    Contribution.SOLVED: _l("回答で解決した質問"),
}


@dataclass(frozen=True)
class ShownContributions:
    """Contributions as the templates draw them: rows of topics, or rows of replies."""

    topics: list[dict[str, Any]]
    replies: list[dict[str, Any]]


@bp.get("/mine")
@signed_in_only
def list_own_contributions() -> ResponseReturnValue:
    """Show the member's own contributions, 「わたしの投稿」."""
    return _render_contributions(signed_in_member(), "forums.list_own_contributions")


@bp.get("/people/<handle>")
@signed_in_only
def list_contributions_of(handle: str) -> ResponseReturnValue:
    """Show all contributions of a person that the viewer may read."""
    person = get_profile(handle, seen_by=signed_in_member()) or abort(404)
    return _render_contributions(person, "forums.list_contributions_of", handle=handle)


def _render_contributions(person: Member, endpoint: str, **values: Any) -> str:  # noqa: ANN401  values of an address
    counts, what = count_contributions(viewer(), person), _parse_kind()
    found = list_contributions(viewer(), person, what, _parse_before())
    here: dict[str, Any] = {**values, "what": None if what == Contribution.TOPICS else what.value}
    return render_template(
        "forums/contributions.html",
        person=person,
        name=author_label(signed_in_member(), person),
        is_own=person.id == viewer().member_id,
        chips=[
            (
                f"{label} {counts.of(each)}",
                url_for(endpoint, **values, what=None if each == Contribution.TOPICS else each.value),
                each == what,
            )
            for each, label in LABELS.items()
        ],
        label=LABELS[what],
        shown=_show_contributions(found),
        older_url=url_for(endpoint, **here, before=found.older) if found.older else None,
        newest_url=url_for(endpoint, **here) if _parse_before() else None,
    )


def _parse_kind() -> Contribution:
    asked = request.args.get("what", "")
    return Contribution(asked) if asked in tuple(Contribution) else Contribution.TOPICS


def _parse_before() -> int | None:
    asked = request.args.get("before", "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) <= LONGEST_NUMBER else None


def _show_contributions(found: ContributionList) -> ShownContributions:
    return ShownContributions(
        [show_topic_row(row, row.created_at) for row in found.topics],
        [_show_reply(row) for row in found.replies],
    )


def _show_reply(row: ReplyRow) -> dict[str, Any]:
    category = viewer().categories[row.category_id]
    return {
        "href": url_for("forums.show_post", post_id=row.id),
        "title": row.title,
        "category": category_name(category),
        "private": category.account_id is not None,
        "excerpt": text.to_excerpt(row.html, EXCERPT_LENGTH),
        "age": times.age(row.created_at),
        "is_accepted": row.is_accepted,
        "is_answer": row.is_answer,
    }


# --- on a person's page


def show_on_profile(_looking: Member, person: Member) -> dict[str, object] | None:
    """Return the newest contributions of each kind; None if the viewer of this request may read none."""
    counts = count_contributions(viewer(), person)
    if not counts:
        return None
    return {"kinds": [_show_kind(person, what, counts) for what in Contribution if counts.of(what)]}


def _show_kind(person: Member, what: Contribution, counts: Counts) -> dict[str, object]:
    address = url_for("forums.list_contributions_of", handle=person.handle, what=what.value)
    return {
        "label": LABELS[what],
        "count": counts.of(what),
        "shown": _show_contributions(list_contributions(viewer(), person, what, limit=ON_PROFILE)),
        "more": address if counts.of(what) > ON_PROFILE else None,
    }


PROFILE_SECTION = ProfileSection(20, "forums/_on_profile.html", show_on_profile)
