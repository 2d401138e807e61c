"""What the TOML files say hangs together, whatever the day of loading."""

import re
from collections import Counter
from datetime import date, timedelta

import pytest

from community.accounts.names import HANDLE, RESERVED_HANDLES
from community.demo.cast import read_companies, read_people
from community.forums.sample.conversations import Conversation, read_categories, read_conversations
from community.sample_calendar import workday_before

PEOPLE = {person.handle: person for person in read_people()}
COMPANIES = {company.key: company for company in read_companies()}
CONVERSATIONS = read_conversations()
RESERVED_DOMAINS = (".example.jp", ".example.com")
FULL_TOPIC = range(3, 10)


def test_the_community_has_the_size_it_is_meant_to_have() -> None:
    assert len(COMPANIES) == len(read_companies()) == 64
    assert len(PEOPLE) == len(read_people()) == 397
    assert sum(len(talk.posts) in FULL_TOPIC for talk in CONVERSATIONS) >= 40
    kinds = Counter(company.kind for company in COMPANIES.values())
    assert kinds == {"vendor": 1, "customer": 54, "partner": 4, "prospect": 5}
    roles = Counter(person.staff for person in PEOPLE.values() if person.staff)
    assert roles == {"administrator": 1, "community_manager": 2, "cs": 5, "moderator": 1}


def test_no_name_is_everywhere_and_every_reading_can_be_read() -> None:
    names = Counter(person.family_name for person in PEOPLE.values())
    assert names.most_common(1)[0][1] <= 4
    assert len({(person.family_name, person.given_name) for person in PEOPLE.values()}) == len(PEOPLE)
    for person in PEOPLE.values():
        assert re.fullmatch("[ァ-ヶー]{2,}", person.family_reading + person.given_reading), person.handle
    for company in COMPANIES.values():
        assert re.fullmatch("[ァ-ヶー]{2,}", company.reading), company.key


def test_addresses_and_handles_are_nobodys_own() -> None:
    for company in COMPANIES.values():
        assert all(domain.endswith(RESERVED_DOMAINS) for domain in company.domains)
    for handle in PEOPLE:
        assert HANDLE.fullmatch(handle)
        assert handle not in RESERVED_HANDLES


def test_one_contract_is_over_and_its_people_are_silent() -> None:
    assert [company.key for company in COMPANIES.values() if company.ended is not None] == ["yukitsubaki"]


def test_every_company_looked_after_has_a_contact_at_the_vendor() -> None:
    for company in COMPANIES.values():
        if company.kind != "vendor":
            assert company.csm is not None
            assert PEOPLE[company.csm].staff == "cs"


def test_no_two_posts_and_no_two_introductions_are_the_same() -> None:
    bodies = [post.body for talk in CONVERSATIONS for post in talk.posts]
    assert len(set(bodies)) == len(bodies)
    introductions = [person.about for person in PEOPLE.values() if person.about]
    assert len(set(introductions)) == len(introductions) >= 25


@pytest.mark.parametrize("talk", CONVERSATIONS, ids=lambda talk: talk.key)
def test_a_topic_names_only_people_and_categories_that_exist(talk: Conversation) -> None:
    assert talk.category in {category.key for category in read_categories()}
    for post in talk.posts:
        reacting = {handle for _, handle in post.reactions}
        named = set(re.findall(r"@([a-z][a-z-]+)", post.body))
        assert {post.author} | reacting | named <= PEOPLE.keys()
        assert post.author not in reacting
        assert len(set(post.reactions)) == len(post.reactions)


@pytest.mark.parametrize("talk", CONVERSATIONS, ids=lambda talk: talk.key)
def test_a_topic_goes_forward_and_ends_before_the_day_of_loading(talk: Conversation) -> None:
    moments = [(post.at.day, post.at.time) for post in talk.posts]
    assert moments == sorted(moments)
    assert moments[-1][0] < talk.opened
    if talk.answer and talk.answered:
        answer = talk.posts[talk.answer - 1]
        assert talk.answer > 1
        assert (talk.answered.day, talk.answered.time) >= (answer.at.day, answer.at.time)
        assert talk.answered.day < talk.opened


@pytest.mark.parametrize("day", [date(2026, 1, 5) + timedelta(days=31 * n) for n in range(13)], ids=date.isoformat)
def test_nobody_speaks_before_they_came(day: date) -> None:
    for talk in CONVERSATIONS:
        for post in talk.posts:
            age = (day - workday_before(day, talk.opened - post.at.day)).days
            for handle in (post.author, *(who for _, who in post.reactions)):
                assert age < PEOPLE[handle].joined, (talk.key, handle)


def test_one_company_only_asks_and_two_partners_answer_everybody() -> None:
    """What docs/sample-community.md promises of 谷町つづら薬局, よりあい設計 and 結い目ラボ."""
    answered: Counter[str] = Counter()
    for talk in CONVERSATIONS:
        asker = PEOPLE[talk.posts[0].author].company
        authors = {PEOPLE[post.author].company for post in talk.posts}
        assert "tanimachi" not in authors or asker == "tanimachi", talk.key
        if talk.answer:
            answered[PEOPLE[talk.posts[talk.answer - 1].author].company] += 1
    assert min(answered["yoriai"], answered["yuime"]) >= 2
    assert answered["yoriai"] == max(count for company, count in answered.items() if company != "kumihimo")


def test_nobody_came_before_their_company() -> None:
    for person in PEOPLE.values():
        first = COMPANIES[person.former_company or person.company]
        assert person.joined <= first.joined, person.handle
