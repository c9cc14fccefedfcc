"""What is printed, read back as people and machines do: as text, as a picture, by a scanner."""
