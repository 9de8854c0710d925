from datetime import datetime, timedelta

from dgbot.deepgram import DeepgramApiError, DeepgramClient, UsageRequestOptions, UsageSummaryOptions

client = DeepgramClient()
project_id = client.manage.get_projects().projects[0].project_id

end = datetime(2026, 11, 30, 12, 30, 15, 123456)  # noqa: DTZ001 (naive, as the page has it)
start = end - timedelta(days=30)

try:
    options = UsageRequestOptions(start=start.isoformat(), end=end.isoformat(), limit=100)
    usage = client.manage.get_usage(project_id, options)
    print(f"Usage from {usage.start} to {usage.end}: {len(usage.results)} requests")

    requests = client.manage.get_usage_requests(project_id, options)
    print(f"Page {requests.page}, limit {requests.limit}")
    for request in requests.requests[:3]:
        print(f"Request {request.request_id}: {request.path} at {request.created}")
    one = client.manage.get_usage_request(project_id, requests.requests[-1].request_id)
    print(f"One: {one.path}, {one.response}")

    summary = client.manage.get_usage_summary(
        project_id,
        UsageSummaryOptions(start=start.isoformat(), end=end.isoformat(), punctuate=True, interim_results=False),
    )
    for result in summary.results[:3]:
        print(f"{result.start} to {result.end}: {result.hours:.2f} h, {result.requests}, {result.tokens} tokens")

    fields = client.manage.get_usage_fields(project_id, options)
    stt, tts = fields.stt, fields.tts
    print(f"Speech to text: {stt.requests} requests, {stt.hours:.2f} h, {stt.tokens.tokens} tokens")
    print(f"Text to speech: {tts.requests} requests, {tts.characters} characters")
except DeepgramApiError as error:
    print(f"Failed: {error}")
