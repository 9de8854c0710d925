"""A world out of a seed: ids from positions, references looked up, contradictions refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from dgbot.sandbox.deepgram.world.catalog import EVERYBODYS
from dgbot.sandbox.deepgram.world.holdings import Invite, Key, Member, is_secret
from dgbot.sandbox.deepgram.world.places import Place
from dgbot.sandbox.deepgram.world.records import add_credit, add_requests, add_stored, add_usage, catalog, member_of
from dgbot.sandbox.deepgram.world.seed import Seed, SeedError, SeedProject
from dgbot.sandbox.deepgram.world.seed_values import EPOCH
from dgbot.sandbox.deepgram.world.world import Project, World


def settle(world: World, seed: Seed, now: datetime, *, api_key: str | None, spare: str) -> str:
    """Put the *seed*'s projects into *world* and return the secret that callers use.

    *api_key* becomes the secret of the first key; *spare* is the secret of a key that has to be made. Raises SeedError.
    """
    if not seed.projects:
        raise SeedError("There must be a project - at `$.projects`")
    world.models = EVERYBODYS if seed.models is None else catalog(seed.models, -1)
    secrets: dict[str, Key] = {}
    for number, told in enumerate(seed.projects):
        place = Place("projects", number)
        project_id = place.fresh("project_id", told.project_id or place.id, world.projects)
        project = Project(project_id, told.name or f"project-{number + 1}", 0, EPOCH, counted=now)
        project.company, project.mip_opt_out = told.company, told.mip_opt_out
        world.projects[project_id] = project
        _add_people(project, told, number)
        _add_keys(project, told, number, secrets)
        add_credit(project, told, number)
        add_requests(project, told, number)
        add_usage(project, told, number, world.models)
        add_stored(project, told, number)
    _check_sights(world)
    return _callers_secret(world, seed, now, api_key, spare)


def _add_people(project: Project, told: SeedProject, number: int) -> None:
    if not told.members:
        raise SeedError(f"There must be a member - at `$.projects[{number}].members`")
    for n, one in enumerate(told.members):
        place = Place("members", n, number)
        member_id = place.fresh("member_id", one.member_id or place.id, project.members)
        if project.member_with(one.email):
            raise place.wrong("email", f"{one.email!r} is there twice")
        email, scopes = place.address(one.email), place.scopes("scopes", *one.scopes)
        project.members[member_id] = Member(member_id, email, one.first_name, one.last_name, scopes)
    for n, invite in enumerate(told.invites):
        place = Place("invites", n, number)
        email = place.fresh("email", place.address(invite.email).lower(), project.invites)
        [scope] = place.scopes("scope", invite.scope)
        project.invites[email] = Invite(invite.email, scope)


def _add_keys(project: Project, told: SeedProject, number: int, secrets: dict[str, Key]) -> None:
    for n, one in enumerate(told.keys):
        place = Place("keys", n, number)
        key_id = place.fresh("api_key_id", one.api_key_id or place.id, project.keys)
        secret = one.secret or place.secret
        if secret in secrets:
            raise place.wrong("secret", "It is another key's secret")
        if not is_secret(secret):
            raise place.wrong("secret", "It must be plain characters without spaces, since a header carries it")
        key = Key(
            api_key_id=key_id,
            secret=secret,
            member_id=member_of(project, one.member, place).member_id,
            comment=one.comment,
            scopes=place.scopes("scopes", *one.scopes),
            tags=one.tags,
            created=one.created,
            expires=one.expiration_date,
            sees=dict.fromkeys(one.sees).keys(),  # in their order, and found at once among thousands
        )
        project.keys[key_id] = secrets[secret] = key


def _check_sights(world: World) -> None:
    for number, project in enumerate(world.projects.values()):
        for n, key in enumerate(project.keys.values()):
            for seen in key.sees:
                other = world.projects.get(seen)
                if other is None or other.member_with(project.members[key.member_id].email) is None:
                    raise Place("keys", n, number).wrong("sees", f"{seen!r} is no project of the key's maker")


def _callers_secret(world: World, seed: Seed, now: datetime, api_key: str | None, spare: str) -> str:
    known = {key.secret for project in world.projects.values() for key in project.keys.values()}
    if api_key is not None and api_key in known:
        return api_key
    project = next(iter(world.projects.values()))
    living = [(n, key) for n, key in enumerate(project.keys.values()) if key.lives(now)]
    if living:
        n, first = living[0]
        if api_key is None:
            return first.secret
        if seed.projects[0].keys[n].secret is not None:
            raise Place("keys", n, 0).wrong("secret", "The key that callers use has a secret; give no other with it")
        project.keys[first.api_key_id] = replace(first, secret=api_key)
        return api_key
    if project.keys:
        raise SeedError("Every key has expired, and callers need one - at `$.projects[0].keys`")
    place = Place("keys", 0, 0)
    owner = member_of(project, None, place)
    made = Key(place.id, api_key or spare, owner.member_id, "sandbox", owner.scopes, (), EPOCH, None)
    project.keys[made.api_key_id] = made
    return made.secret
