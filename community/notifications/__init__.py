"""Notifying people of what became of their matters: who watches what, who was named, what each was notified of."""
