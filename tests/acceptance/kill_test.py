"""kill -9 at random moments of a replay, restarted until done, gives what an undisturbed run gives."""

import hashlib
import itertools
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import time
import unittest

import tsflow_cli
from tsflow_cli import FolderTest, STOCKS, TSFLOW, needs_data

KILLS = int(os.environ.get("TSFLOW_KILLS", "50"))

PIPELINE = """
[pipeline]
state_dir = "state"
checkpoint_interval = "20ms"

[sources.days]
type = "flat_file"
path = "{path}"

[transforms.weeks]
type = "resample"
inputs = ["days"]
every = "7d"
timezone = "America/New_York"

[sinks.keyed]
type = "sqlite"
inputs = ["days"]
path = "out.sqlite"
table = "days"

[sinks.keyed_weeks]
type = "sqlite"
inputs = ["weeks"]
path = "weeks.sqlite"
table = "weeks"

[sinks.text]
type = "csv"
inputs = ["days"]
path = "out.csv"

[sinks.resampled]
type = "csv"
inputs = ["weeks"]
path = "weeks.csv"

[sinks.lines]
type = "jsonl"
inputs = ["days"]
path = "out.jsonl"
"""


def digest_of_table(path, table):
    rows = sqlite3.connect(path).execute(f"select * from {table} order by symbol, timestamp")
    digest = hashlib.sha256()
    for row in rows:
        digest.update(repr(row).encode())
    return digest.hexdigest()


@needs_data
class KillNine(FolderTest):
    def setUp(self):
        super().setUp()
        # One year of days: long enough to be hit in all phases, short enough for many rounds.
        self.text = PIPELINE.format(path=STOCKS / "day_aggs_v1" / "2018")

    def outputs(self, folder):
        files = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest()
                 for name in ("out.csv", "weeks.csv", "out.jsonl")}
        files["out.sqlite"] = digest_of_table(folder / "out.sqlite", "days")
        files["weeks.sqlite"] = digest_of_table(folder / "weeks.sqlite", "weeks")
        return files

    def start(self, folder):
        return subprocess.Popen([TSFLOW, "run", folder / "kill.toml", "--log-level", "error"],
                                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)

    def finish(self, process):
        _, stderr = process.communicate(timeout=120)
        self.assertEqual(process.returncode, 0, stderr)

    def new_folder(self, name):
        folder = self.folder / name
        folder.mkdir()
        (folder / "kill.toml").write_text(self.text)
        return folder

    def test_random_moments(self):
        folder = self.new_folder("undisturbed")
        began = time.monotonic()
        self.finish(self.start(folder))
        whole = time.monotonic() - began
        expected = self.outputs(folder)

        chance = random.Random(20261122)
        hit = 0
        for turn in itertools.count():
            if hit >= KILLS:
                break
            folder = self.new_folder(f"round-{turn}")
            # Each round is killed until it comes to its end before its moment does.
            while True:
                process = self.start(folder)
                try:
                    process.wait(timeout=chance.uniform(0.005, whole))
                except subprocess.TimeoutExpired:
                    process.send_signal(signal.SIGKILL)
                    process.communicate()
                    hit += 1
                    continue
                self.finish(process)
                break
            self.assertEqual(self.outputs(folder), expected, f"after {hit} kills")
            shutil.rmtree(folder)
        print(f"killed {hit} times")


if __name__ == "__main__":
    tsflow_cli.main()
