"""Gives pending signals their order and runs each projection of the ledger, whatever happens to the others."""
