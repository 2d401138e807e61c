"""Notifications: who watches what, who was mentioned, and what each member was notified of."""
