"""Companies: how they are called, found, and which of them are one family. What people do stands in accounts."""
