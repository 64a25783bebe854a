"""What can be typed: one module per subject, each command a plain function."""
