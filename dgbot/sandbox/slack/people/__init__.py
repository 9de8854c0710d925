"""The people of the workspace and their hands."""
