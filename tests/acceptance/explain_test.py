"""Where a stored row came from, by the journal, in the words of `tsflow explain`."""

import json
import sqlite3
import unittest

import tsflow_cli
from tsflow_cli import FolderTest

PIPELINE = """
[pipeline]
name = "kept"
state_dir = "state"

[sources.feed]
type = "generator"
rows = 500
symbols = 5
{journal}

[sinks.bars]
type = "sqlite"
inputs = ["feed"]
path = "bars.sqlite"
table = "minutes"
"""


class Explain(FolderTest):
    def run_pipeline(self, journal):
        self.file = self.write("p.toml", PIPELINE.replace("{journal}", journal))
        tsflow_cli.run("run", self.file)
        with sqlite3.connect(self.folder / "bars.sqlite") as store:
            store.row_factory = sqlite3.Row
            self.row = dict(store.execute("SELECT * FROM minutes ORDER BY timestamp DESC, symbol LIMIT 1").fetchone())
        self.key = [f"symbol={self.row['symbol']}", f"timestamp={self.row['timestamp']}"]

    def explain(self, *args, check=True):
        return tsflow_cli.run("explain", self.file, *args, check=check)

    def test_a_row_is_traced_to_its_entry_in_the_journal(self):
        self.run_pipeline("journal = true")
        found = json.loads(self.explain("minutes", *self.key, "--format", "json").stdout)
        self.assertEqual(found["sink"], "sinks.bars")
        self.assertEqual(found["paths"][0]["path"], ["sources.feed", "sinks.bars"])
        (receipt,) = found["receipts"]
        self.assertEqual(receipt["source"], "sources.feed")
        for column in ("symbol", "timestamp", "close", "volume"):
            self.assertEqual(receipt["record"][column], self.row[column])
        runs = [json.loads(line) for line in (self.folder / "state" / "runs.jsonl").read_text().splitlines()]
        self.assertEqual(receipt["run"], runs[0])
        self.assertLessEqual(runs[0]["started"], receipt["appended"])
        # The journal's own tool finds the same entry there.
        line = json.loads(tsflow_cli.run("journal", "cat", self.file, "--from", receipt["offset"],
                                         "--to", receipt["offset"] + 1).stdout.splitlines()[0])
        self.assertEqual(line["offset"], receipt["offset"])
        text = self.explain("bars", *self.key).stdout
        self.assertIn("sources.feed → sinks.bars: effectively once", text)
        self.assertIn(f"offset {receipt['offset']} in {receipt['segment']}", text)
        self.assertIn(f"configuration {runs[0]['fingerprint']}", text)

    def test_without_a_journal_it_says_what_is_not_known(self):
        self.run_pipeline("")
        result = self.explain("minutes", *self.key, check=False)
        self.assertEqual(result.returncode, 1)
        self.assertIn("sources.feed has no journal", result.stdout)
        self.assertIn("the last run was tsflow", result.stdout)

    def test_mistakes_are_named(self):
        self.run_pipeline("journal = true")
        for args, message in (
                (("minuets", "symbol=A"), "no sink stores a table 'minuets'"),
                (("minutes", "symbl=A"), "sinks.bars gets no column 'symbl'; did you mean 'symbol'?"),
                (("minutes", "symbol"), "'symbol' is not of the form COLUMN=VALUE"),
        ):
            with self.subTest(args):
                result = self.explain(*args, check=False)
                self.assertEqual(result.returncode, 78)
                self.assertIn(message, result.stderr)


if __name__ == "__main__":
    tsflow_cli.main()
