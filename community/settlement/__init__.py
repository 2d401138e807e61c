"""Settlement: gives signals their order and lets each reader of the ledger read, whatever happens to the others."""
