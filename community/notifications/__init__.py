"""Telling people what became of their matters: who follows what, who was named, what each person was told."""
