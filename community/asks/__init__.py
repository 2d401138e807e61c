"""The ask budget: how often a person, and a company, may be asked for talks, interviews and quotations."""
