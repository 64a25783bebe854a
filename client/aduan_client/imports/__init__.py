"""Taking a city's spreadsheet over: read, map, check, send, and go on after an interruption."""
