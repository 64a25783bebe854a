"""Jobs that run by the clock. Each takes its `now` from the event, so it can be run for any day."""
