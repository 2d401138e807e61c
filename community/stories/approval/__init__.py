"""Approvers without log-in: requests, links, answers; ends and withdrawals of consents."""
