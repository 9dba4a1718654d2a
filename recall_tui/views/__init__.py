"""What screens and the command line show: frozen values, already decided."""
