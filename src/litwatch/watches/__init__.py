"""The example watches that ship with litwatch, as commented YAML."""
