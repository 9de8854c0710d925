from dgbot.deepgram import DeepgramApiError, DeepgramClient

client = DeepgramClient()
project_id = client.manage.get_projects().projects[0].project_id

try:
    for balance in client.manage.get_balances(project_id).balances:
        print(f"Balance {balance.balance_id}: {balance.amount} {balance.units}")
        if balance.purchase:
            print(f"  Purchase: {balance.purchase}")
except DeepgramApiError as error:
    print(f"Failed: {error}")
