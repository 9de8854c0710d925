"""Deepgram's management API, as a table of contents."""

from __future__ import annotations

from dgbot.deepgram.endpoint import Endpoint, Listing, Methods, Recipe
from dgbot.deepgram.operations import (
    access,
    agents,
    billing,
    keys,
    models,
    people,
    projects,
    requests,
    selfhosted,
    usage,
)


class ManageEndpoints(Methods):
    """The methods that ManageClient and AsyncManageClient share."""

    get_projects = Endpoint(projects.get_projects)
    get_project = Endpoint(projects.get_project)
    update_project = Endpoint(projects.update_project)
    delete_project = Endpoint(projects.delete_project)
    leave_project = Endpoint(projects.leave_project)

    get_keys = Endpoint(keys.get_keys)
    get_key = Endpoint(keys.get_key)
    create_key = Endpoint(keys.create_key)
    delete_key = Endpoint(keys.delete_key)

    get_members = Endpoint(people.get_members)
    remove_member = Endpoint(people.remove_member)
    get_member_scopes = Endpoint(people.get_member_scopes)
    update_member_scope = Endpoint(people.update_member_scope)
    get_invites = Endpoint(people.get_invites)
    send_invite = Endpoint(people.send_invite)
    delete_invite = Endpoint(people.delete_invite)

    get_usage = Recipe(requests.get_usage)
    get_usage_request = Endpoint(requests.get_usage_request)
    get_usage_requests = Endpoint(requests.get_usage_requests)
    iter_usage_requests = Listing(requests.iter_usage_requests)
    get_usage_summary = Endpoint(usage.get_usage_summary)
    get_usage_breakdown = Endpoint(usage.get_usage_breakdown)
    get_usage_fields = Recipe(usage.get_usage_fields)

    get_balances = Endpoint(billing.get_balances)
    get_balance = Endpoint(billing.get_balance)
    get_purchases = Endpoint(billing.get_purchases)
    get_billing_breakdown = Endpoint(billing.get_billing_breakdown)
    get_billing_fields = Endpoint(billing.get_billing_fields)

    get_models = Endpoint(models.get_models)
    get_model = Endpoint(models.get_model)
    get_global_models = Endpoint(models.get_global_models)
    get_global_model = Endpoint(models.get_global_model)

    get_token_details = Endpoint(access.get_token_details)
    grant_token = Endpoint(access.grant_token)

    get_distribution_credentials = Endpoint(selfhosted.get_distribution_credentials)
    get_distribution_credential = Endpoint(selfhosted.get_distribution_credential)
    create_distribution_credential = Endpoint(selfhosted.create_distribution_credential)
    delete_distribution_credential = Endpoint(selfhosted.delete_distribution_credential)

    get_agents = Endpoint(agents.get_agents)
    get_agent = Endpoint(agents.get_agent)
    create_agent = Endpoint(agents.create_agent)
    update_agent = Endpoint(agents.update_agent)
    delete_agent = Endpoint(agents.delete_agent)
    get_agent_variables = Endpoint(agents.get_agent_variables)
    get_agent_variable = Endpoint(agents.get_agent_variable)
    create_agent_variable = Endpoint(agents.create_agent_variable)
    update_agent_variable = Endpoint(agents.update_agent_variable)
    delete_agent_variable = Endpoint(agents.delete_agent_variable)
