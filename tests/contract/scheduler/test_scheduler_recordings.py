"""Every recorded situation of EventBridge Scheduler, re-enacted and compared: recorded/conformance.py."""

from recorded import conformance, recordings

INVALID = "tests_create_schedule_with_invalid_schedule_expression["


def test_recorded_situations_of_scheduler(client, account):
    scheduler = client("scheduler")

    def enact(name, recorded):
        if not name.startswith(INVALID):
            return None
        answer = recordings.refusal(
            scheduler.create_schedule, Name="schedule", ScheduleExpression=name.removeprefix(INVALID).removesuffix("]"), FlexibleTimeWindow={"Mode": "OFF"},
            Target={"Arn": f"arn:aws:lambda:us-east-1:{account}:function:f", "RoleArn": f"arn:aws:iam::{account}:role/r"})
        return recordings.compare(recorded, {"invalid-schedule-expression": answer}, account)

    conformance.check("scheduler", "EventBridge Scheduler", __file__, enact)
