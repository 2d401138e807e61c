"""Made-up accounts for the property tests: counts of acts over a year and a half, policies, situations."""

from datetime import date, timedelta
from typing import TypeAlias

from hypothesis import strategies as st

from community.health.policy import FIRST_KINDS, KindTerms, PolicyTerms

Key: TypeAlias = tuple[int, str, date]

TODAY = date(2026, 11, 22)

members = st.integers(1, 6)
kinds = st.sampled_from(sorted(FIRST_KINDS))
days = st.integers(0, 540).map(lambda age: TODAY - timedelta(days=age))
keys = st.tuples(members, kinds, days)
counts = st.dictionaries(keys, st.integers(1, 12), max_size=40)
scales = st.floats(4, 200)

_points = st.floats(0.1, 60)
policies = st.builds(
    lambda terms, cap, segments: PolicyTerms.of(terms, segments, member_cap=cap),
    st.dictionaries(kinds, st.builds(KindTerms, _points, st.floats(5, 400), st.integers(1, 6)), min_size=1),
    st.floats(2, 60),
    st.fixed_dictionaries({"high": scales, "mid": scales, "digital": scales}),
)
