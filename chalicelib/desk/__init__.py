"""What people and machines do with complaints: intake, casework, forwarding, notices."""
