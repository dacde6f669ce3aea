"""Why recorded situations of EventBridge differ here: by the name of the test, with or without its class and parameters, or by its class."""

LATER = {
    "Lambda": ["TestEventsTargetLambda"],
    "Kinesis": ["TestEventsTargetKinesis"],
}
DIFFERS = {
    "TestArchive::test_list_archive_with_events[False-default]": "the account's other events of those minutes were archived on AWS too",
}


def reason_for(name):
    """The reason for a situation, or None. `name`: `Class::test_name[parameter]`."""
    case, _, test = name.partition("[")[0].rpartition("::")
    keys = [name, f"{case}::{test}", test, case]
    for key in keys:
        if key in DIFFERS:
            return f"differs: {DIFFERS[key]}"
    for issue, names in LATER.items():
        if any(key in names for key in keys):
            return f"later issue: {issue}"
    return None
