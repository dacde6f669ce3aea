"""Data tools reading and writing over S3: pyarrow, pandas with s3fs, DuckDB. They are large, so `make test` does not install them: what is not there is skipped."""

import urllib.parse

import pytest


@pytest.fixture
def netloc(endpoint):
    return urllib.parse.urlsplit(endpoint).netloc


@pytest.fixture
def arrow(netloc, account):
    filesystems = pytest.importorskip("pyarrow.fs", reason="pyarrow is not installed")
    return filesystems.S3FileSystem(endpoint_override=netloc, scheme="http", access_key=account, secret_key="test", region="us-east-1")


@pytest.fixture
def storage_options(endpoint, account):
    return {"key": account, "secret": "test", "client_kwargs": {"endpoint_url": endpoint, "region_name": "us-east-1"}}


def test_pyarrow_writes_and_reads_parquet(arrow, bucket):
    import pyarrow
    import pyarrow.dataset
    import pyarrow.parquet
    table = pyarrow.table({"id": list(range(200_000)), "name": [f"n{n % 20}" for n in range(200_000)]})
    pyarrow.parquet.write_table(table, f"{bucket}/a/t.parquet", filesystem=arrow)
    assert pyarrow.parquet.read_table(f"{bucket}/a/t.parquet", filesystem=arrow).equals(table)
    assert pyarrow.parquet.read_table(f"{bucket}/a/t.parquet", filesystem=arrow, columns=["id"], filters=[("id", "<", 5)]).num_rows == 5
    pyarrow.dataset.write_dataset(table, f"{bucket}/parts", filesystem=arrow, format="parquet", partitioning=["name"])
    parts = pyarrow.dataset.dataset(f"{bucket}/parts", filesystem=arrow, format="parquet", partitioning=["name"])
    assert (len(parts.files), parts.count_rows()) == (20, 200_000)


def test_pyarrow_streams_and_deletes(arrow, bucket):
    with arrow.open_output_stream(f"{bucket}/folder/large") as out:
        for _ in range(12):
            out.write(b"x" * (1 << 20))
    assert arrow.get_file_info(f"{bucket}/folder/large").size == 12 << 20
    arrow.copy_file(f"{bucket}/folder/large", f"{bucket}/copy")
    arrow.delete_dir(f"{bucket}/folder")
    assert [arrow.get_file_info(f"{bucket}/{name}").is_file for name in ("folder/large", "copy")] == [False, True]


def test_pandas_reads_what_it_wrote(bucket, storage_options):
    pytest.importorskip("s3fs", reason="s3fs is not installed")
    pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    pandas = pytest.importorskip("pandas", reason="pandas is not installed")
    frame = pandas.DataFrame({"a": [1, 2, 3], "b": ["x", "y", "é"]})
    frame.to_parquet(f"s3://{bucket}/p.parquet", storage_options=storage_options)
    assert pandas.read_parquet(f"s3://{bucket}/p.parquet", storage_options=storage_options).equals(frame)
    frame.to_csv(f"s3://{bucket}/p.csv", index=False, storage_options=storage_options)
    assert pandas.read_csv(f"s3://{bucket}/p.csv", storage_options=storage_options).equals(frame)


def test_s3fs_moves_copies_and_removes(bucket, storage_options):
    files = pytest.importorskip("s3fs", reason="s3fs is not installed").S3FileSystem(**storage_options)
    files.pipe(f"{bucket}/a/b", b"body")
    files.copy(f"{bucket}/a/b", f"{bucket}/c/d")
    files.mv(f"{bucket}/c/d", f"{bucket}/e/d")
    assert files.ls(f"{bucket}/e") == [f"{bucket}/e/d"] and files.cat(f"{bucket}/e/d") == b"body"
    files.rm(f"{bucket}/e", recursive=True)
    assert not files.exists(f"{bucket}/e") and files.exists(f"{bucket}/a/b")


def test_duckdb_queries_csv(s3, bucket, netloc, account):
    duckdb = pytest.importorskip("duckdb", reason="duckdb is not installed")
    connection = duckdb.connect()
    try:
        connection.execute("LOAD httpfs")
    except duckdb.Error:
        pytest.skip("DuckDB's extension httpfs, which it downloads, is not installed")
    s3.put_object(Bucket=bucket, Key="t.csv", Body="a,b\n1,x\n2,y\n")
    connection.execute(f"CREATE SECRET (TYPE s3, KEY_ID '{account}', SECRET 'test', REGION 'us-east-1', ENDPOINT '{netloc}', URL_STYLE 'path', USE_SSL false)")
    assert connection.execute(f"SELECT count(*), max(a) FROM 's3://{bucket}/*.csv'").fetchall() == [(2, 2)]
