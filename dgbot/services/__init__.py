"""What the bot does: answer commands, settle approvals, issue keys, watch numbers, and tell people."""
