"""Since when somebody rings whom no note is about."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from community.health.noted_leavers import find_unnoted_since

DAY = date(2026, 11, 22)
days = st.dictionaries(st.integers(1, 6), st.integers(0, 200).map(lambda n: DAY - timedelta(days=n)))


@given(days, days)
def test_a_note_is_about_its_people_and_about_nobody_else(core: dict[int, date], noted: dict[int, date]) -> None:
    since = find_unnoted_since(core, noted)
    assert (since is None) == all(member in noted and left <= noted[member] for member, left in core.items())
    assert since is None or since in core.values()


@given(days, days, st.integers(0, 6))
def test_who_fades_out_of_the_core_makes_nothing_ring(
    core: dict[int, date], noted: dict[int, date], faded: int
) -> None:
    rest = {member: left for member, left in core.items() if member != faded}
    before, after = find_unnoted_since(core, noted), find_unnoted_since(rest, noted)
    assert after is None or (before is not None and after <= before)


@given(days)
def test_with_a_note_about_all_nothing_rings(core: dict[int, date]) -> None:
    assert find_unnoted_since(core, dict.fromkeys(core, DAY)) is None
