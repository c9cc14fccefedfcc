"""What is printed: forms, licences and boards as PDF/A-2a and PDF/UA-1. Pure: content in, bytes out."""
