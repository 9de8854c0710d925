"""What a channel hears of a project's spending, once a day or a week."""
