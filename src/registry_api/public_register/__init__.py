"""What everybody may know of the register: one doctor by name and place or number, and an institution's board."""
