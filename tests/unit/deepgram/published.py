"""The published contract, as data: the names that callers of Deepgram's own SDK page rely on.

A bare ``?`` after a type means that the attribute is None in the documented answer of the test: the page lists it as
optional and the answer leaves it out, or Deepgram sends it nowhere.
"""

METHODS = {
    "get_projects": "",
    "get_project": "project_id",
    "update_project": "project_id options",
    "delete_project": "project_id",
    "get_keys": "project_id",
    "get_key": "project_id key_id",
    "create_key": "project_id options",
    "delete_key": "project_id key_id",
    "get_members": "project_id",
    "remove_member": "project_id member_id",
    "get_member_scopes": "project_id member_id",
    "update_member_scope": "project_id member_id options",
    "get_invites": "project_id",
    "send_invite": "project_id options",
    "delete_invite": "project_id email",
    "get_usage": "project_id options",
    "get_usage_request": "project_id request_id",
    "get_usage_requests": "project_id options",
    "get_usage_summary": "project_id options",
    "get_usage_fields": "project_id options",
    "get_balances": "project_id",
    "get_models": "project_id",
    "get_model": "project_id model_id",
}

OPTIONS = {
    "ProjectOptions": "name company",
    "KeyOptions": "comment scopes tags time_to_live_in_seconds",
    "ScopeOptions": "scope!",
    "InviteOptions": "email! scope!",
    "UsageRequestOptions": "start end limit status",
    "UsageSummaryOptions": "start end accessor tag method model multichannel interim_results punctuate ner diarize "
    "search redact alternatives numerals smart_format",
    "UsageFieldsOptions": "start end",
}

RESPONSES = {
    "ProjectsResponse": "projects:list[Project]",
    "Project": "project_id:str name:str company:str? created:str? updated:str?",
    "Message": "message:str",
    "KeysResponse": "api_keys:list[Key]",
    "KeyResponse": "api_key:Key",
    "Key": "api_key_id:str key:Secret comment:str created:str scopes:list[str] tags:list[str]",
    "MembersResponse": "members:list[Member]",
    "Member": "member_id:str email:str first_name:str last_name:str scopes:list[str]",
    "ScopesResponse": "scopes:list[str]",
    "InvitesResponse": "invites:list[Invite]",
    "Invite": "email:str scope:str sent:str?",
    "UsageResponse": "start:str end:str resolution:Resolution results:list[UsageRequest]",
    "UsageRequestsResponse": "page:int limit:int requests:list[UsageRequest]",
    "UsageRequest": "request_id:str created:str path:str accessor:str response:dict callback:Callback",
    "UsageSummaryResponse": "start:str end:str resolution:Resolution results:list[UsageSummaryResults]",
    "UsageFieldsResponse": "stt:STTDetails tts:TTSDetails",
    "BalancesResponse": "balances:list[Balance]",
    "Balance": "balance_id:str amount:float units:str purchase:str",
    "UsageSummaryResults": "start:str end:str hours:float total_hours:float requests:int tokens:int",
    "Resolution": "units:str amount:int",
    "STTDetails": "requests:int hours:float tokens:STTTokens",
    "TTSDetails": "requests:int characters:int tokens:TTSTokens",
    "TTSMetadata": "model:str? characters:int? duration:float?",
    "STTUsageDetails": "model:str language:str version:str uuid:str batch:bool streaming:bool method:str "
    "multichannel:bool alternatives:int numerals:bool punctuate:bool profanity_filter:bool redaction:bool "
    "diarization:bool ner:bool search:bool keywords:bool sentiment:bool topics:bool intents:bool custom_topics:bool "
    "custom_intents:bool",
    "TTSUsageDetails": "model:str method:str",
    "STTTokens": "tokens:int",
    "TTSTokens": "tokens:int",
    "UsageModel": "name:str canonical_name:str? architecture:str? language:str version:str uuid:str batch:bool? "
    "streaming:bool?",
    "Callback": "url:str method:str",
    "TokenDetail": "feature:str input:int output:int model:str",
    "SpeechSegment": "start:float? end:float? confidence:float? text:str?",
    "Config": "key:str value:str",
    "ModelsResponse": "stt_models:list[ModelInfo] tts_models:list[ModelInfo]",
    "ModelResponse": "name:str canonical_name:str architecture:str languages:list[str] version:str uuid:str batch:bool "
    "streaming:bool",
    "ModelInfo": "name:str canonical_name:str architecture:str language:str version:str uuid:str batch:bool "
    "streaming:bool",
}
