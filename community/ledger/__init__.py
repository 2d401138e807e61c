"""The ledger: what members did, append-only. The single source for scores, notifications and all that follows."""
