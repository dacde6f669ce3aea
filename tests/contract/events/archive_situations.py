"""The recorded situations about archives as such, and replays that are refused. See events_stage.py."""

import datetime
import json

from events_stage import PATTERN, World, situation

NOW = datetime.datetime.now(datetime.timezone.utc)
HOUR = datetime.timedelta(hours=1)


def archive(stage, bus, **more):
    name = stage.name("archive")
    stage.events.create_archive(ArchiveName=name, EventSourceArn=stage.bus_arn(bus), Description="description of the archive", RetentionDays=1, **more)
    return name


@situation
def create_archive_error_unknown_event_bus(stage):
    return {"create-archive-unknown-event-bus-error": stage.error(
        stage.events.create_archive, ArchiveName=stage.name("archive"), EventSourceArn=stage.bus_arn(stage.name("bus")), EventPattern=json.dumps(PATTERN), RetentionDays=1)}


@situation
def describe_archive_error_unknown_archive(stage):
    return {"describe-archive-unknown-archive-error": stage.error(stage.events.describe_archive, ArchiveName=stage.name("archive"))}


@situation
def list_archive_error_unknown_source_arn(stage):
    return {"list-archives-unknown-event-bus-error": stage.error(stage.events.list_archives, EventSourceArn=stage.bus_arn(stage.name("bus")))}


@situation
def list_archive_with_name_prefix(stage):
    name = archive(stage, stage.bus_of_kind())
    return {"list-archives-not-existing-archive": stage.events.list_archives(NamePrefix="doesnotexist"),
            "list-archives-with-full-name": stage.events.list_archives(NamePrefix=name),
            "list-archives-with-name-prefix": stage.events.list_archives(NamePrefix=name[:-4])}


@situation
def list_archive_with_source_arn(stage):
    bus = stage.bus_of_kind()
    archive(stage, bus)
    return {"list-archives-with-source-arn": stage.events.list_archives(EventSourceArn=stage.bus_arn(bus))}


def replay(stage, archive_name, bus, name):
    return {"ReplayName": name, "EventSourceArn": f"arn:aws:events:us-east-1:{stage.account}:archive/{archive_name}", "EventStartTime": NOW - HOUR, "EventEndTime": NOW,
            "Destination": {"Arn": stage.bus_arn(bus)}}


@situation
def start_replay_error_duplicate_name_same_archive(stage):
    bus = stage.bus()
    request = replay(stage, archive(stage, bus), bus, stage.name("replay"))
    stage.events.start_replay(**request)
    return {"start-replay-duplicate-error": stage.error(stage.events.start_replay, **request)}


@situation
def start_replay_error_unknown_event_bus(stage):
    name = archive(stage, stage.bus())
    unknown = stage.name("none")
    return {"start-replay-unknown-event-bus-error": stage.error(stage.events.start_replay, **replay(stage, name, unknown, stage.name("replay"))),
            "start-replay-wrong-event-bus-error": stage.error(stage.events.start_replay, **replay(stage, name, "default", stage.name("replay")))}


@situation
def concurrency_error_too_many_active_replays(stage):
    # In a world whose clock stands still no replay is over before all were started.
    with World(stage.endpoint) as world:
        world.freeze()
        stage.account, stage.events = world.account, world.client("events")
        bus = stage.bus()
        name = archive(stage, bus)
        for number in range(10):
            stage.events.start_replay(**replay(stage, name, bus, f"replay-{number}"))
        return {"list-replays-with-limit": stage.error(stage.events.start_replay, **replay(stage, name, bus, "replay-10"))}
