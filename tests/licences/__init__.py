"""Keys, tokens, signed PDFs and the offline verifier: no database, no server."""
