"""Telling: the message's bytes, the mail relay, the folder copy. The outbox that survives a crash is in the store."""
