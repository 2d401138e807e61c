"""How people come in: invitations, links, lists, requests, terms and the welcome."""
