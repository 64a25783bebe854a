"""What people see: answers of the API as Rich renderables. No input or output here."""
