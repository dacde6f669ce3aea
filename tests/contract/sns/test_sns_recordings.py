"""Every recorded situation of SNS, re-enacted and compared: recorded/conformance.py."""

import pathlib

import sns_reasons
import sns_recorded
from recorded import conformance, recordings

for module in conformance.import_situations(pathlib.Path(__file__).parent):
    for function in getattr(module, "ALL", []):
        sns_recorded.situation(function)


def test_recorded_situations_of_sns(endpoint):
    def enact(name, recorded):
        head, _, parameter = name.partition("[")
        function = sns_recorded.EVERY_SITUATION.get(head.split("::")[-1])
        if function is None:
            return None
        account = conformance.fresh_account()
        stage = sns_recorded.RecordedStage(endpoint, account, [parameter.rstrip("]")] if parameter else [])
        try:
            return recordings.compare(recorded, function(stage), account, sns_recorded.SnsComparison)
        finally:
            stage.close()

    conformance.check("sns", "SNS", __file__, enact, sns_reasons.REASONS.get)
