"""Hits as one reader sees them. Only what the search let through comes here; rooms say where it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import url_for

from blueprints import times
from blueprints.access import current_member
from blueprints.forums.finding import reader
from community.accounts import rules
from community.accounts.labels import KINDS, company_shown
from community.accounts.naming import author_label
from community.accounts.queries import list_accounts_by_id, list_members_by_id
from community.forums.labels import category_name
from community.forums.queries import Place, places_of
from community.search.marking import Parts, excerpt, mark
from community.search.queries import Hit
from community.search.words import Term
from models.accounts import Account, AccountKind, Member

from .asked import Kind, State


@dataclass(frozen=True)
class HitView:
    """What `templates/search/_hit.html` draws."""

    kind: str
    href: str
    title: Parts
    excerpt: Parts
    solved: bool
    notes: list[str]
    private: bool = False


@dataclass(frozen=True)
class _Things:
    """What the hits of a page are about, asked for at once."""

    places: Mapping[int, Place]
    people: Mapping[int, Member]
    accounts: Mapping[int, Account]


def show_hits(hits: Sequence[Hit], terms: Sequence[Term]) -> list[HitView]:
    """Three queries at most, whatever the number. What is gone since it was found is left out."""
    things = _Things(
        places_of([hit.thing_id for hit in hits if hit.kind == Kind.POST]),
        list_members_by_id({hit.author_id for hit in hits if hit.author_id is not None}),
        list_accounts_by_id([hit.thing_id for hit in hits if hit.kind == Kind.ACCOUNT]),
    )
    shown = (_show(hit, terms, things) for hit in hits)
    return [view for view in shown if view is not None]


def _show(hit: Hit, terms: Sequence[Term], things: _Things) -> HitView | None:
    if hit.kind == Kind.MEMBER:
        return _of_member(hit, terms, things.people.get(hit.thing_id))
    if hit.kind == Kind.ACCOUNT:
        return _of_account(hit, terms, things.accounts.get(hit.thing_id))
    return _of_forum(hit, terms, things)


def _of_forum(hit: Hit, terms: Sequence[Term], things: _Things) -> HitView | None:
    place = things.places.get(hit.thing_id) if hit.kind == Kind.POST else Place(hit.thing_id, hit.title)
    shelf = reader().shelves.get(hit.category_id)
    author = things.people.get(hit.author_id or 0)
    if place is None or shelf is None or author is None:
        return None
    return HitView(
        kind=hit.kind,
        href=url_for("forums.show_post", post_id=hit.thing_id)
        if hit.kind == Kind.POST
        else url_for("forums.show_topic", topic_id=hit.thing_id),
        title=mark(place.title, terms),
        excerpt=excerpt(hit.body, terms),
        solved=hit.state == State.SOLVED,
        notes=[category_name(shelf), author_label(current_member(), author), times.age(hit.written_at)],
        private=shelf.account_id is not None,
    )


def _of_member(hit: Hit, terms: Sequence[Term], person: Member | None) -> HitView | None:
    viewer = current_member()
    # Asked once more: the index may be older than what the person and the reader are today.
    if person is None or viewer is None or not rules.can_see_profile(viewer, person):
        return None
    return HitView(
        kind=hit.kind,
        href=url_for("accounts.show_profile", handle=person.handle),
        title=mark(hit.title, terms),
        excerpt=excerpt(hit.body, terms),
        solved=False,
        notes=[company_shown(person.account, viewer)],
    )


def _of_account(hit: Hit, terms: Sequence[Term], account: Account | None) -> HitView | None:
    """Customers lead to their scores, for those who may see them; the others to their people."""
    member = current_member()
    if account is None or member is None:
        return None
    scored = account.kind == AccountKind.CUSTOMER and rules.can_see_scores(member)
    return HitView(
        kind=hit.kind,
        href=url_for("health.show_account" if scored else "accounts.list_people", account_id=account.id),
        title=mark(hit.title, terms),
        excerpt=excerpt(hit.body, terms),
        solved=False,
        notes=[str(KINDS[account.kind])],
    )
