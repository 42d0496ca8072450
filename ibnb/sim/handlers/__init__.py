"""What the gateway answers, by domain: each function takes a client and a message and is registered by `handles`."""
