"""Signing in and staying signed in: passwords, sessions, second factor, mail addresses, rights."""
