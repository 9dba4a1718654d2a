"""The shipped recall definitions (TOML), their clusters (CSV), and the reader of both."""
