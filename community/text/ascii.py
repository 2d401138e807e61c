"""Fields where only ASCII is meant: addresses, codes, numbers, days, handles."""

import unicodedata

# What a Japanese keyboard types for the full stop, the hyphen and the apostrophe, besides the full-width ones that NFKC
# folds. Lengthening marks and dashes are hyphens only among ASCII.
_TWINS = str.maketrans("。｡ーｰ‐‑‒–—―−﹣’‘＇", "..---------" + "-" + "'''")
# In copied text: zero-width spaces, byte order marks, soft hyphens, directional marks.
_UNSEEN = frozenset({"Cf"})


def fold_ascii(typed: str) -> str:
    """Return the ASCII that is meant, stripped; other text is returned stripped as it was typed.

    So a refused field shows its writer's own text.
    """
    seen = "".join(sign for sign in typed if unicodedata.category(sign) not in _UNSEEN)
    folded = unicodedata.normalize("NFKC", seen.translate(_TWINS)).strip()
    return folded if folded.isascii() else typed.strip()
