"""What stands between the bot and the workspace: doors, deliveries, limits, faults, and the ledger."""
