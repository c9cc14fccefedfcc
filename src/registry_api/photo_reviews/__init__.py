"""本院医师信息审核: the main institution decides on the photos of its doctors."""
