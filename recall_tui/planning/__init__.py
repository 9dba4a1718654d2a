"""The engine: frames in, frames out. Registers, schedules, completion, reasons with evidence."""
