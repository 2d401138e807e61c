"""What is typed where only ASCII is meant: addresses, codes, numbers, days, short names for addresses."""

import unicodedata

# What a Japanese keyboard gives for the full stop, the hyphen and the apostrophe, besides the full-width ones that NFKC
# folds. Lengthening marks and dashes are hyphens only where nothing but ASCII stands around them.
_TWINS = str.maketrans("。｡ーｰ‐‑‒–—―−﹣’‘＇", "..---------" + "-" + "'''")
# Of a text that was copied: zero-width spaces, byte order marks, soft hyphens, marks that turn the direction.
_UNSEEN = frozenset({"Cf"})


def fold_ascii(typed: str) -> str:
    """Return the ASCII that is meant, without spaces around it; what means something else is returned as it was typed.

    So a refused field shows again what its writer knows.
    """
    seen = "".join(sign for sign in typed if unicodedata.category(sign) not in _UNSEEN)
    folded = unicodedata.normalize("NFKC", seen.translate(_TWINS)).strip()
    return folded if folded.isascii() else typed.strip()
