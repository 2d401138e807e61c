"""The accounts room: people, companies, sign-in, and who may do what."""
