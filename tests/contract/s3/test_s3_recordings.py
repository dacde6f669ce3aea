"""Every recorded situation of S3, re-enacted and compared: recorded/conformance.py."""

import pathlib
import re

import s3_reasons
import s3_stage
from recorded import conformance, recordings

for _ in conformance.import_situations(pathlib.Path(__file__).parent):
    pass


class S3Comparison(recordings.Comparison):
    ANYTHING = {"timestamp", "datetime", "date", "last-modified", "server", "id-2", "request-id", "host-id", "bucket", "display-name", "owner-id", "i-d", "role", "id", "dest-bucket"}

    def compare_object(self, recorded, actual, where):
        # botocore's own remark, where a situation recorded all metadata of an answer: no call is repeated here.
        if isinstance(actual, dict):
            actual = {key: value for key, value in actual.items() if key != "MaxAttemptsReached"}
        super().compare_object(recorded, actual, where)

    def binds(self, name):
        """`<owner-id>` stands for any, `<owner-id:1>` and `<region-1>` for one."""
        return name[-2].isdigit()


class RandomEtags(S3Comparison):
    FORM = re.compile(r'"[0-9a-f]{32}(-[0-9]+)?"')

    def compare_text(self, recorded, actual, where):
        if where.endswith(".ETag") and recorded != actual:
            recorded, actual = (self.FORM.sub(r"hex\1", text) for text in (recorded, actual))
        super().compare_text(recorded, actual, where)


def test_recorded_situations_of_s3(endpoint):
    def enact(name, recorded):
        case, _, parameter = name.partition("[")
        function = s3_stage.EVERY_SITUATION.get(case) or s3_stage.EVERY_SITUATION.get(case.split("::")[-1])
        if function is None:
            return None
        stage = s3_stage.Stage(endpoint, conformance.fresh_account(), parameter.removesuffix("]"))
        kind = RandomEtags if case.split("::")[-1] in s3_stage.RANDOM_ETAGS else S3Comparison
        return recordings.compare(recorded, function(stage), stage.account, kind)

    conformance.check("s3", "S3", __file__, enact, s3_reasons.reason_for, " Where AWS's answer is known to have changed since, the reason says so.")


def test_every_function_is_a_recorded_situation():
    conformance.skip_without("s3")
    cases = {name.partition("[")[0] for _, name, _ in conformance.every_situation("s3")}
    recorded = cases | {case.split("::")[-1] for case in cases}
    assert set(s3_stage.EVERY_SITUATION) - recorded == set()


def test_xml_is_read_as_it_was_recorded():
    text = '<A xmlns="ns"><B/><C>1</C><D><E>2</E></D><D><E>3</E></D></A>'
    assert s3_stage.Stage.tree(text) == {"A": {"@xmlns": "ns", "B": None, "C": "1", "D": [{"E": "2"}, {"E": "3"}]}}
