"""People and companies on the search page, and the filter by author."""

from collections.abc import Mapping, Sequence

from flask import url_for

from blueprints.access import current_member
from blueprints.fields import _
from blueprints.search_parts import Facet, HitView, SearchPart
from community.accounts import rules
from community.accounts.indexing import ACCOUNT, MEMBER
from community.accounts.labels import KINDS, company_shown
from community.accounts.names import author_label
from community.accounts.queries import list_accounts_by_id
from community.accounts.suggestions import suggest_people
from community.room import Condition, Key
from community.search.conditions import is_by
from community.search.marking import excerpt, mark
from community.search.queries import Hit
from community.search.words import Term
from community.text import cut, fold
from models.accounts import Account, AccountKind, Member

# Of whom nobody has written so much that they would look for it among more.
MOST_NAME = 64


def show_hits(hits: Sequence[Hit], terms: Sequence[Term], authors: Mapping[int, Member]) -> Mapping[Key, HitView]:
    """Return people and companies as the viewer may see them, by kind and id; none for guests. One query."""
    viewer = current_member()
    if viewer is None:
        return {}
    accounts = list_accounts_by_id([hit.thing_id for hit in hits if hit.kind == ACCOUNT])
    views = {}
    for hit in hits:
        person, account = authors.get(hit.thing_id), accounts.get(hit.thing_id)
        # Asked once more: the index may be older than what the person and the viewer are today.
        if hit.kind == MEMBER and person is not None and rules.can_see_profile(viewer, person):
            views[hit.kind, hit.thing_id] = _show_member(hit, terms, person, viewer)
        elif hit.kind == ACCOUNT and account is not None:
            views[hit.kind, hit.thing_id] = _show_account(hit, terms, account, viewer)
    return views


def _show_member(hit: Hit, terms: Sequence[Term], person: Member, viewer: Member) -> HitView:
    return HitView(
        href=url_for("accounts.show_profile", handle=person.handle),
        title=mark(hit.title, terms),
        excerpt=excerpt(hit.body, terms),
        notes=[company_shown(person.account, viewer)],
    )


def _show_account(hit: Hit, terms: Sequence[Term], account: Account, viewer: Member) -> HitView:
    """Return the hit of a company: it links to its scores for viewers who may see them, else to its people."""
    scored = account.kind == AccountKind.CUSTOMER and rules.can_see_scores(viewer)
    return HitView(
        href=url_for("health.show_account" if scored else "accounts.list_people", account_id=account.id),
        title=mark(hit.title, terms),
        excerpt=excerpt(hit.body, terms),
        notes=[str(KINDS[account.kind])],
    )


def _is_written_by(typed: str) -> Condition | None:
    """Return the condition on authors whose name begins like this and whom the viewer may know; None for guests."""
    member = current_member()
    if member is None:
        return None
    known = [person.id for person in suggest_people(cut(typed, MOST_NAME), member)]
    return is_by([*known, member.id] if _is_meant(member, typed) else known)


def _is_meant(member: Member, typed: str) -> bool:
    """Return whether the member typed their own handle, or the beginning of their own name."""
    name = fold(typed)
    return name == member.handle or fold(author_label(member, member)).startswith(name)


SEARCH = SearchPart(
    kinds=(MEMBER, ACCOUNT),
    show=show_hits,
    facets=(
        Facet(
            "author",
            _("書いた人"),
            _is_written_by,
            example=_("名前、よみがな"),
            is_offered=lambda: current_member() is not None,
        ),
    ),
)
