"""The search strategy: concepts in, each source's own query out."""
