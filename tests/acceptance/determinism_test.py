"""The same file gives byte-identical csv, however the run is cut into queues and batches."""

import itertools
import unittest

import tsflow_cli
from tsflow_cli import FolderTest, STOCKS, needs_data, run

PIPELINE = """
[pipeline]
checkpoint_interval = "{interval}"

[sources.minutes]
type = "flat_file"
path = "{path}"
batch_rows = {rows}

[transforms.five]
type = "resample"
inputs = ["minutes"]
every = "5m"
{transform_queue}

[sinks.minutes_text]
type = "csv"
inputs = ["minutes"]
path = "minutes-{name}.csv"
queue = {{ batches = {batches} }}

[sinks.five_text]
type = "csv"
inputs = ["five"]
path = "five-{name}.csv"
queue = {{ batches = {batches} }}
"""


@needs_data
class Determinism(FolderTest):
    def test_queues_and_batches(self):
        seen = {"minutes": set(), "five": set()}
        cases = itertools.product((1, 3, 256), (64, 4096), ("10ms", "1h"), (False, True))
        for name, (batches, rows, interval, queued) in enumerate(cases):
            queue = f"queue = {{ batches = {batches} }}" if queued else ""
            run("run", self.write("p.toml", PIPELINE.format(
                path=STOCKS / "minute_aggs_v1", name=name, batches=batches, rows=rows,
                interval=interval, transform_queue=queue)))
            for table in seen:
                seen[table].add((self.folder / f"{table}-{name}.csv").read_bytes())
        self.assertEqual(len(seen["minutes"]), 1)
        self.assertEqual(len(seen["five"]), 1)
        self.assertEqual(next(iter(seen["minutes"])).count(b"\n"), 1 + 8_211 + 17_577)


if __name__ == "__main__":
    tsflow_cli.main()
