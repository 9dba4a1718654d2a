"""Ways to send invites; the export file is the one that every practice has."""
