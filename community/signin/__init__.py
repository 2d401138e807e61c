"""How people get in and stay in: passwords, sessions, second factor, mail addresses, rights."""
