"""Questions over a screen: each gives back an answer and does nothing itself."""
