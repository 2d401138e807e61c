"""The outbox: mails are written as rows and sent after the commit."""
