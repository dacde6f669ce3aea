"""Every recorded situation of IAM, re-enacted and compared: recorded/conformance.py."""

import pathlib

import iam_reasons
import iam_recorded
from recorded import conformance, recordings

for module in conformance.import_situations(pathlib.Path(__file__).parent):
    for function in getattr(module, "ALL", []):
        iam_recorded.situation(function)


def test_recorded_situations_of_iam(endpoint):
    def enact(name, recorded):
        head, _, parameter = name.partition("[")
        function = iam_recorded.EVERY_SITUATION.get(head.split("::")[-1])
        if function is None:
            return None
        account = conformance.fresh_account()
        stage = iam_recorded.RecordedStage(endpoint, account, [parameter.rstrip("]")] if parameter else [])
        return recordings.compare(recorded, function(stage), account, iam_recorded.IamComparison)

    conformance.check("iam", "IAM", __file__, enact, iam_reasons.REASONS.get)
