"""Screens: messages become commands, snapshots go to widgets."""
