"""What the reader is told: composed, put into words, rendered. Pure; nothing here asks a store or a network."""
