"""Settlement: gives signals their order and has each reader of the ledger read, whatever happens to the others."""
