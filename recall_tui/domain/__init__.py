"""Pure rules of recall: no clock, no files, no database, no screen."""
