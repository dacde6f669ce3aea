"""The distiller of AWS's managed policies: what it wrote is read back, and the same facts are the same file."""
import importlib.util
import json
import pathlib
import tarfile

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]


def load_distiller():
    spec = importlib.util.spec_from_file_location("distill_managed_policies", ROOT / "src/tools/distill_managed_policies.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


distiller = load_distiller()


@pytest.fixture(scope="module")
def facts():
    return list(distiller.read(distiller.OUTPUT))


def test_the_file_is_small_and_holds_the_policies_that_everybody_knows(facts):
    assert distiller.OUTPUT.stat().st_size < 600 * 1024
    by_name = {distiller.PATHS[path] + name: (version, json.loads(document)) for name, path, version, _, _, document in facts}
    assert len(by_name) == len(facts) > 1500
    assert by_name["/AdministratorAccess"] == (1, {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})
    assert {"/ReadOnlyAccess", "/AmazonS3ReadOnlyAccess", "/service-role/AWSLambdaBasicExecutionRole"} < by_name.keys()
    assert all(isinstance(document["Statement"], (list, dict)) for _, document in by_name.values())


def test_the_same_facts_are_read_back_from_what_they_were_written_to(facts, tmp_path):
    distiller.write(facts, tmp_path / "again.bin")
    assert list(distiller.read(tmp_path / "again.bin")) == facts == sorted(facts)


def package(folder, **changes):
    policy = {"arn": "arn:aws:iam::aws:policy/job-function/Tester", "latestVersionId": "v3", "createdDate": "2020-01-02T03:04:05.000Z",
              "versions": {"v3": {"createdDate": "2021-01-02T03:04:05.000Z", "document": {"Version": "2012-10-17", "Statement": []}}}, **changes}
    (folder / "policies.json").write_text(json.dumps({"Tester": policy}))
    with tarfile.open(folder / "package.tgz", "w:gz") as archive:
        archive.add(folder / "policies.json", distiller.MEMBER)
    return folder / "package.tgz"


def test_of_a_package_the_default_version_is_kept(tmp_path):
    assert distiller.read_package(package(tmp_path)) == [("Tester", 2, 3, 1577934245, 1609556645, '{"Version":"2012-10-17","Statement":[]}')]


def test_a_policy_of_a_kind_that_nobody_knew_stops_it(tmp_path):
    with pytest.raises(SystemExit, match="something new"):
        distiller.read_package(package(tmp_path, arn="arn:aws:iam::aws:policy/new-kind/Tester"))
