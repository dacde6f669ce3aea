"""Every recorded situation of EventBridge, re-enacted and compared: recorded/conformance.py."""

import pathlib

import events_reasons
import events_stage
from recorded import conformance, recordings

for _ in conformance.import_situations(pathlib.Path(__file__).parent):
    pass


class EventsComparison(recordings.Comparison):
    ANYTHING = {"timestamp", "datetime", "date", "m-d5-of-body", "receipt-handle", "<md5-hash>", "api-destination-arn", "connection-arn"}

    def compare_text(self, recorded, actual, where):
        if where.endswith("NextToken") and actual:
            return
        super().compare_text(recorded, actual, where)

    def compare_object(self, recorded, actual, where):
        # Which members of a message a situation kept is not the service's.
        if isinstance(actual, dict) and "ReceiptHandle" in actual:
            actual = {key: value for key, value in actual.items() if key in recorded}
        super().compare_object(recorded, actual, where)


def key_of(name):
    # A parameter may hold `::` and brackets of its own.
    return events_stage.key_of(name.partition("[")[0].split("::")[-1])


def test_recorded_situations_of_eventbridge(endpoint):
    def enact(name, recorded):
        function = events_stage.EVERY_SITUATION.get(key_of(name))
        if function is None:
            return None
        stage = events_stage.Stage(endpoint, conformance.fresh_account(), name.partition("[")[2].removesuffix("]"))
        return recordings.compare(recorded, function(stage), stage.account, EventsComparison)

    conformance.check("events", "EventBridge", __file__, enact, events_reasons.reason_for)


def test_every_function_is_a_recorded_situation():
    conformance.skip_without("events")
    assert set(events_stage.EVERY_SITUATION) - {key_of(name) for _, name, _ in conformance.every_situation("events")} == set()
