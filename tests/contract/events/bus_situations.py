"""The recorded situations about buses, rules, targets, tags and patterns. See events_stage.py."""

import json

from events_stage import PATTERN, situation


@situation
def create_multiple_event_buses_same_name(stage):
    name = stage.bus()
    return {"create-multiple-event-buses-same-name": stage.error(stage.events.create_event_bus, Name=name)}


@situation
def list_event_buses_with_limit(stage):
    prefix = stage.name("buses")
    for number in range(6):
        stage.bus(f"{prefix}-{number}")
    first = stage.events.list_event_buses(Limit=3, NamePrefix=prefix)
    return {"list-event-buses-limit": first,
            "list-event-buses-limit-next-token": stage.events.list_event_buses(Limit=3, NextToken=first["NextToken"], NamePrefix=prefix)}


@situation
def list_event_buses_with_prefix(stage):
    name = stage.bus(stage.name("unique"))
    stage.bus(stage.name("other"))
    return {"list-event-buses-prefix": stage.events.list_event_buses(NamePrefix=name.split("-")[0]),
            "list-event-buses-prefix-complete-name": stage.events.list_event_buses(NamePrefix=name)}


@situation
def put_permission_non_existing_event_bus(stage):
    permission = {"Action": "events:PutEvents", "Principal": "*", "StatementId": "statement"}
    return {"remove-permission-non-existing-sid-error": stage.error(stage.events.put_permission, EventBusName=stage.name("bus"), **permission)}


@situation
def remove_permission_non_existing_sid(stage):
    bus = stage.bus_of_kind()
    if "True" in stage.parameters:
        stage.events.put_permission(EventBusName=bus, Action="events:PutEvents", Principal="*", StatementId="statement")
    return {"remove-permission-non-existing-sid-error": stage.error(stage.events.remove_permission, EventBusName=bus, StatementId="non-existing")}


@situation
def delete_rule_with_targets(stage):
    rule = stage.rule()
    stage.target(rule, stage.queue()[1])
    return {"delete-rule-with-targets-error": stage.error(stage.events.delete_rule, Name=rule)}


@situation
def update_rule_with_targets(stage):
    rule = stage.rule()
    stage.target(rule, stage.queue()[1], Id=stage.name("target"))
    answers = {"list-targets": stage.events.list_targets_by_rule(Rule=rule)}
    answers["update-rule"] = stage.events.put_rule(Name=rule, EventPattern=json.dumps(PATTERN))
    answers["list-targets-after-update"] = stage.events.list_targets_by_rule(Rule=rule)
    return answers


@situation
def add_exceed_fife_targets_per_rule(stage):
    rule = stage.rule()
    arn = stage.queue()[1]
    targets = [{"Id": f"target-{number}", "Arn": arn} for number in range(7)]
    return {"put-targets-client-error": stage.error(stage.events.put_targets, Rule=rule, Targets=targets)}


@situation
def put_target_id_validation(stage):
    rule = stage.rule()
    arn = stage.queue()[1]
    too_long = "x" * 65
    put = lambda name: stage.error(stage.events.put_targets, Rule=rule, Targets=[{"Id": name, "Arn": arn, "InputPath": "$.detail"}])
    length = put(too_long)
    length["Error"]["Message"] = length["Error"]["Message"].replace(too_long, "second-invalid-target-id")
    stage.target(rule, arn, Id="t_e-s.T-1")
    return {"put-targets-invalid-id-error": put("!@#$@!#$"), "put-targets-length-error": length}


@situation
def put_event_input_path_and_input_transformer(stage):
    transformer = {"InputPathsMap": {"pythonversion": "$.detail.pythonversion"}, "InputTemplate": '{"pythonversion": <pythonversion>}'}
    return {"duplicated-input-operations-error": stage.error(stage.target, rule=stage.rule(), arn=stage.queue()[1], InputPath="$.detail", InputTransformer=transformer)}


@situation
def create_event_bus_with_tags(stage):
    name = stage.name("bus")
    created = stage.events.create_event_bus(Name=name, Tags=[{"Key": "tag1", "Value": "value1"}, {"Key": "tag2", "Value": "value2"}])
    return {"create_event_bus_with_tags": created, "list_tags_for_event_bus": stage.events.list_tags_for_resource(ResourceARN=created["EventBusArn"])}


@situation
def list_tags_for_deleted_event_bus(stage):
    name = stage.bus()
    stage.events.tag_resource(ResourceARN=stage.bus_arn(name), Tags=[{"Key": "tag1", "Value": "value1"}])
    stage.events.delete_event_bus(Name=name)
    return {"list_tags_for_deleted_rule_error": stage.error(stage.events.list_tags_for_resource, ResourceARN=stage.bus_arn(name))}


@situation
def tag_list_untag_not_existing_resource(stage):
    kind = "event-bus" if "bus" in stage.parameter else "rule"
    arn = f"arn:aws:events:us-east-1:{stage.account}:{kind}/{stage.name('none')}"
    return {"tag_not_existing_resource_error": stage.error(stage.events.tag_resource, ResourceARN=arn, Tags=[{"Key": "k", "Value": "v"}]),
            "list_tags_for_not_existing_resource_error": stage.error(stage.events.list_tags_for_resource, ResourceARN=arn),
            "untag_not_existing_resource_error": stage.error(stage.events.untag_resource, ResourceARN=arn, TagKeys=["k"])}


@situation
def put_rule_with_invalid_schedule_cron(stage):
    return {"invalid-put-rule": stage.error(stage.events.put_rule, Name=stage.name("rule"), ScheduleExpression=stage.parameter)}


@situation
def put_rule_with_schedule_cron(stage):
    name = stage.name("rule")
    put = stage.events.put_rule(Name=name, ScheduleExpression=stage.parameter or "cron(0 20 * * ? *)")
    return {"put-rule": put, "list-rules": stage.events.list_rules(NamePrefix=name)}


def refused_event(stage, event):
    return stage.error(stage.events.test_event_pattern, Event=event, EventPattern=json.dumps(PATTERN))


@situation
def array_event_payload(stage):
    return {"array-event-payload-exc": refused_event(stage, json.dumps(["id", "source", "detail-type", "account", "region", "time"]))}


@situation
def invalid_event_payload(stage):
    return {"plain-string-payload-exc": refused_event(stage, '{"id": ')}


@situation
def plain_string_payload(stage):
    return {"plain-string-payload-exc": refused_event(stage, "plain string")}


@situation
def event_with_large_and_complex_payload(stage):
    accounts = [{"id": number, "name": f"account {number}", "tags": ["a", "b", str(number)], "nested": {"deep": {"deeper": [number, None, True]}}} for number in range(200)]
    event = {"id": "1", "source": "test-source", "detail-type": "test-detail-type", "account": "123456789012", "region": "us-east-2", "time": "2022-07-13T13:48:01Z",
             "detail": {"accounts": accounts, "summary": {"count": 200, "state": "ready"}}}
    test = lambda pattern: stage.events.test_event_pattern(Event=json.dumps(event), EventPattern=json.dumps(pattern))
    complex_pattern = {"source": [{"prefix": "test-"}], "detail": {"accounts": {"id": [{"numeric": [">", 150, "<=", 199]}], "nested": {"deep": {"deeper": [True]}}},
                                                                   "summary": {"state": [{"anything-but": "gone"}], "none": [{"exists": False}]}}}
    return {"complex-event-simple-pattern": test({"detail-type": ["test-detail-type"]}), "complex-event-complex-pattern": test(complex_pattern)}
