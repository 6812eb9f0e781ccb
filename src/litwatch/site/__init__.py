"""The static site and its Atom feed: what the watch knows, as pages that need no server. Pages are pure."""
