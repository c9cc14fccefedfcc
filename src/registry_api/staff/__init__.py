"""Staff accounts: who invites, changes and disables whom, and how an invited person begins."""
