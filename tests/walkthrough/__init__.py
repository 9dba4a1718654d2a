"""Sessions of an admin and a receptionist, recorded in a real terminal (tmux)."""
