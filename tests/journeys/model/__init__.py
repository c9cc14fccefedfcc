"""What the contract and the notes on the law promise, written down a second time, apart from the service."""
