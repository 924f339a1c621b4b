import gzip
from pathlib import Path

from pipeline import bench
from pipeline.core import programme


def test_the_machine_is_named_without_a_path():
    assert "cores" in bench._machine() and "/" not in bench._machine().split("(")[0]


def test_a_plain_read_takes_time(tmp_path: Path):
    described = programme.load("perm_2016")
    source = Path("data/public/perm_2016/perm_2016.csv.gz")
    (tmp_path / source.name).write_bytes(gzip.compress(gzip.decompress(source.read_bytes())[:100_000] + b"\n"))
    assert bench._plain_read(described, tmp_path) > 0
