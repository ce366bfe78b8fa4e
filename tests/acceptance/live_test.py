"""A live source with a journal, killed at random moments and at every step on its files, with a sink down."""

import csv
import itertools
import os
import random
import shutil
import signal
import sqlite3
import struct
import subprocess
import time
import unittest

import tsflow_cli
from tsflow_cli import BUILD, FolderTest, TSFLOW

KILLS = int(os.environ.get("TSFLOW_KILLS", "100"))
LIVE = BUILD / "tests" / "acceptance" / "live"
POLL = 2  # batches that the source sends in one poll

PIPELINE = """
[pipeline]
state_dir = "state"
checkpoint_interval = "10ms"

[sources.live]
type = "numbers"
sent = "sent"
rows = {rows}
batch = {batch}
pause = "{pause}"
journal = {journal}

[sinks.text]
type = "csv"
inputs = ["live"]
path = "out.csv"

[sinks.keyed]
type = "sqlite"
inputs = ["live"]
path = "out.sqlite"
table = "numbers"
queue = {{ batches = 4 }}
retry = {{ initial = "5ms", max = "20ms" }}
"""


class Live(FolderTest):
    def new_folder(self, name, rows, batch, pause, journal="true"):
        folder = self.folder / name
        folder.mkdir()
        text = PIPELINE.format(rows=rows, batch=batch, pause=pause, journal=journal)
        (folder / "live.toml").write_text(text)
        return folder

    def start(self, folder, step=0, level="error"):
        environment = tsflow_cli.ending_at_step(step, folder / "state") if step > 0 else None
        return subprocess.Popen(
            [TSFLOW, "run", folder / "live.toml", "--plugin-dir", LIVE / "plugins",
             "--log-level", level], env=environment, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, text=True)

    def finish(self, process):
        _, stderr = process.communicate(timeout=120)
        self.assertEqual(process.returncode, 0, stderr)
        return stderr

    def check(self, folder, rows, batch, when):
        """Each number is there once and as it was sent, but for the last poll of a life that was killed: all but
        the last life."""
        head = struct.unpack_from("<1002q", (folder / "sent").read_bytes())
        self.assertEqual(head[0], rows)
        lives = head[1]
        firsts = [*head[2:2 + lives], rows]
        with open(folder / "out.csv", newline="", encoding="utf-8") as file:
            stored = [(int(row["number"]), int(row["life"]), row["name"])
                      for row in csv.DictReader(file)]
        numbers = [number for number, _, _ in stored]
        self.assertEqual(numbers, sorted(set(numbers)), f"doubled or out of order {when}")
        there = set(numbers)
        expected = {}
        for life, (first, end) in enumerate(itertools.pairwise(firsts), start=1):
            lost = [number for number in range(first, end) if number not in there]
            unseen = POLL * batch if life < lives else 0
            self.assertTrue(all(number >= end - unseen for number in lost),
                            f"lost {lost} of {first} to {end} {when}")
            expected |= {number: (number, life, f"n{number % 1000}") for number in range(first, end)}
        self.assertEqual(stored, [expected[number] for number in numbers], f"wrong {when}")
        table = sqlite3.connect(folder / "out.sqlite").execute(
            "select number, life, name from numbers order by number").fetchall()
        self.assertEqual(table, stored, f"sinks differ {when}")

    def test_random_moments_with_a_sink_that_is_down_half_of_the_time(self):
        rows, batch = 200_000, 50
        folder = self.new_folder("random", rows, batch, "1ms")
        chance = random.Random(20261126)
        for hit in range(KILLS):
            process = self.start(folder)
            lock = None
            if hit % 2 == 1:
                lock = self.lock(folder)
            try:
                process.wait(timeout=chance.uniform(0.01, 0.3))
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
            process.communicate()
            if lock is not None:
                lock.rollback()
                lock.close()
        self.finish(self.start(folder))
        self.check(folder, rows, batch, f"after {KILLS} kills")

    def lock(self, folder):
        """Keeps the sink from writing, once it is there."""
        out = folder / "out.csv"
        before = out.stat().st_size if out.exists() else 0
        until = time.monotonic() + 10
        while time.monotonic() < until and (not out.exists() or out.stat().st_size == before):
            time.sleep(0.002)
        lock = sqlite3.connect(folder / "out.sqlite", isolation_level=None, timeout=10)
        lock.execute("begin exclusive")
        return lock

    def test_every_step(self):
        rows, batch = 200, 5
        for step in itertools.count(1):
            folder = self.new_folder(f"step-{step}", rows, batch, "3ms")
            process = self.start(folder, step)
            _, stderr = process.communicate(timeout=60)
            if process.returncode == 0:
                break
            self.assertEqual(process.returncode, -signal.SIGKILL, stderr)
            # The restart is killed at the same step of its own, and the one after that comes to its end.
            process = self.start(folder, step)
            process.communicate(timeout=60)
            self.finish(self.start(folder))
            self.check(folder, rows, batch, f"after kills at step {step}")
            shutil.rmtree(folder)
        self.assertGreater(step, 20)
        print(f"killed at {step - 1} steps")

    def test_disk_full(self):
        rows, batch = 1_000_000, 500
        folder = self.new_folder("full", rows, batch, "0s", '{ max_bytes = "32MiB" }')
        self.mount_small_disk(folder / "state", "20m")
        process = self.start(folder, level="info")
        lock = self.lock(folder)
        told = []
        for line in process.stderr:
            told.append(line)
            if "No space left on device" in line:
                break
        self.assertIn("No space left on device", "".join(told[-1:]), "".join(told))
        lock.rollback()
        lock.close()
        self.finish(process)
        self.check(folder, rows, batch, "after the disk was full")


if __name__ == "__main__":
    tsflow_cli.main()
