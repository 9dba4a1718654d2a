"""recall-tui: the annual plan of every patient, one month at a time. This file imports nothing."""
