"""The mail room: mails are written as rows, and leave after the commit."""
