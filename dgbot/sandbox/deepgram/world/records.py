"""What a seed tells of money, requests, usage, models and agents, as a project keeps it."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from dgbot.sandbox.deepgram.world.catalog import Catalog, Model
from dgbot.sandbox.deepgram.world.chronicle import Callback, Entry
from dgbot.sandbox.deepgram.world.holdings import Agent, Credential, Credit, Member, Order, Variable
from dgbot.sandbox.deepgram.world.places import Place
from dgbot.sandbox.deepgram.world.seed import SeedProject
from dgbot.sandbox.deepgram.world.seed_parts import SeedModel, SeedModels, SeedUsage, SeedVoice
from dgbot.sandbox.deepgram.world.usage import Slice, Use
from dgbot.sandbox.deepgram.world.world import Project


def add_credit(project: Project, told: SeedProject, number: int) -> None:
    """What was bought, and what is left of it."""
    orders: dict[str, Order] = {}
    for n, one in enumerate(told.purchases):
        place = Place("purchases", n, number)
        order_id = place.fresh("order_id", one.order_id or place.id, orders)
        amount = Decimal(one.amount)
        orders[order_id] = Order(order_id, one.order_type, amount, one.created, one.expiration, one.units)
    credits: dict[str, Credit] = {}
    for n, balance in enumerate(told.balances):
        place = Place("balances", n, number)
        balance_id = place.fresh("balance_id", balance.balance_id or place.id, credits)
        order_id = balance.purchase_order_id or Place("purchases", n, number).id
        amount = Decimal(balance.amount)
        credits[balance_id] = Credit(balance_id, order_id, amount, balance.units)
    project.orders, project.credits = list(orders.values()), list(credits.values())


def add_requests(project: Project, told: SeedProject, number: int) -> None:
    """The log."""
    first_key = next(iter(project.keys), None)
    entries: dict[str, Entry] = {}
    for n, one in enumerate(told.requests):
        place, back = Place("requests", n, number), one.callback
        request_id = place.fresh("request_id", one.request_id or place.id, entries)
        entries[request_id] = Entry(
            request_id=request_id,
            created=one.created,
            accessor=one.api_key_id or first_key,
            endpoint=one.endpoint,
            method=one.method,
            deployment=one.deployment,
            path=one.path,
            code=one.code,
            response=one.response,
            callback=None if back is None else Callback(back.url, back.attempts, back.code, back.completed),
        )
    project.entries = list(entries.values())


def add_usage(project: Project, told: SeedProject, number: int, everybodys: Catalog) -> None:
    """The days, and the models that they name."""
    project.own_models = catalog(told.models, number)
    models = everybodys + project.own_models
    for one in told.usage:
        project.days.append(
            Slice(
                day=one.date,
                use=_use(one, models, next(iter(project.keys), None)),
                requests=one.requests,
                speeches=one.tts_requests,
                characters=one.tts_characters,
                tokens_in=one.tokens_in,
                tokens_out=one.tokens_out,
                hours=Decimal(one.hours),
                total_hours=Decimal(one.hours if one.total_hours is None else one.total_hours),
                agent_hours=Decimal(one.agent_hours),
                dollars=Decimal(one.dollars),
            )
        )


def add_stored(project: Project, told: SeedProject, number: int) -> None:
    """What is stored for agents, and the credentials of self-hosted Deepgrams."""
    for n, agent in enumerate(told.agents):
        place = Place("agents", n, number)
        agent_id = place.fresh("agent_id", agent.agent_id or place.id, project.agents)
        stored = Agent(agent_id, agent.config, agent.metadata, agent.created_at, agent.updated_at)
        project.agents[agent_id] = stored
    for n, variable in enumerate(told.variables):
        place = Place("variables", n, number)
        variable_id = place.fresh("variable_id", variable.variable_id or place.id, project.variables)
        place.fresh("key", variable.key, {known.key: known for known in project.variables.values()})
        kept = Variable(variable_id, variable.key, variable.value, variable.created_at, variable.updated_at)
        project.variables[variable_id] = kept
    for n, one in enumerate(told.credentials):
        place = Place("credentials", n, number)
        credential_id = one.distribution_credentials_id or place.id
        place.fresh("distribution_credentials_id", credential_id, project.credentials)
        maker = member_of(project, one.member, place)
        project.credentials[credential_id] = Credential(
            credential_id, maker.member_id, maker.email, one.provider, one.comment, one.scopes, one.created
        )


def member_of(project: Project, name: str | None, place: Place) -> Member:
    """The member whom the item at *place* names by e-mail or id; the first owner, or else member, without a name."""
    if name is None:
        return next(iter((*project.owners(), *project.members.values())))
    found = project.members.get(name) or project.member_with(name)
    if found is None:
        raise place.wrong("member", f"{name!r} is neither the e-mail nor the id of a member")
    return found


def catalog(told: SeedModels, number: int) -> Catalog:
    """The models, as the wire shows them; *number* is their project's, -1 for everybody's."""
    models: dict[str, Model] = {}
    kinds: dict[str, list[Model]] = {"stt": [], "tts": []}
    outdated: set[str] = set()
    pairs: Iterable[tuple[str, int, SeedModel | SeedVoice]] = (
        *(("stt", n, model) for n, model in enumerate(told.stt)),
        *(("tts", n, voice) for n, voice in enumerate(told.tts)),
    )
    for kind, n, one in pairs:
        place = Place(kind, n, number)
        uuid = place.fresh("uuid", one.uuid or place.id, models)
        shown = _model(one, uuid)
        models[uuid] = shown
        kinds[kind].append(shown)
        if one.outdated:
            outdated.add(uuid)
    return Catalog(tuple(kinds["stt"]), tuple(kinds["tts"]), frozenset(outdated))


def _model(one: SeedModel | SeedVoice, uuid: str) -> Model:
    shown: Model = {
        "name": one.name,
        "canonical_name": one.canonical_name or one.name,
        "architecture": one.architecture or one.name,
        "languages": list(one.languages),
        "version": one.version,
        "uuid": uuid,
    }
    if isinstance(one, SeedVoice):
        return {**shown, "metadata": one.metadata}
    return {**shown, "batch": one.batch, "streaming": one.streaming, "formatted_output": one.formatted_output}


def _use(one: SeedUsage, models: Catalog, first_key: str | None) -> Use:
    model = (models.find(one.model_id) if one.model_id else models.named(one.model)) or {}
    line_item = one.line_item or f"{one.method}::{one.model}"
    return Use(
        accessor=one.accessor or first_key,
        endpoint=one.endpoint,
        method=one.method,
        model=one.model,
        model_id=one.model_id or str(model.get("uuid", one.model)),
        language=one.language,
        version=one.version or str(model.get("version", "")),
        tags=one.tags,
        features=frozenset(one.features),
        line_item=line_item,
        label=one.label or line_item,
        deployment=one.deployment,
    )
