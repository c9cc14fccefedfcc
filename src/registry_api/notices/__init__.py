"""What people are told about their cases."""
