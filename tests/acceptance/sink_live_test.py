"""A live source with a journal into PostgreSQL: killed at each step on its files, and with a server that is away
for a minute while the other sinks go on."""

import csv
import itertools
import os
import shutil
import signal
import struct
import subprocess
import time

import postgres_cli
import tsflow_cli
from tsflow_cli import BUILD, FolderTest, TSFLOW

OUTAGE = int(os.environ.get("TSFLOW_OUTAGE", "60"))  # seconds
LIVE = BUILD / "tests" / "acceptance" / "live"
POLL = 2  # batches that the source sends in one poll

PIPELINE = """
[pipeline]
name = "{name}"
state_dir = "state"
checkpoint_interval = "{interval}"

[sources.live]
type = "numbers"
sent = "sent"
rows = {rows}
batch = {batch}
pause = "{pause}"
journal = true
"""

SINK = """
[sinks.{name}]
type = "timescale"
inputs = ["live"]
url = "{url}"
table = "{table}"
batch_interval = "5ms"
retry = {{ initial = "5ms", max = "200ms" }}
"""

CSV = """
[sinks.text]
type = "csv"
inputs = ["live"]
path = "out.csv"
"""


class SinkLive(FolderTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = postgres_cli.Server()
        cls.addClassCleanup(cls.server.close)

    def new_folder(self, name, *sinks, rows, batch, pause, interval):
        folder = self.folder / name
        folder.mkdir()
        text = PIPELINE.format(name=name, rows=rows, batch=batch, pause=pause, interval=interval)
        (folder / "live.toml").write_text(text + "".join(sinks))
        return folder

    def start(self, folder, step=0):
        environment = tsflow_cli.ending_at_step(step, folder / "state") if step > 0 else None
        return subprocess.Popen(
            [TSFLOW, "run", folder / "live.toml", "--plugin-dir", LIVE / "plugins", "--log-level", "error"],
            env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)

    def finish(self, process):
        _, stderr = process.communicate(timeout=300)
        self.assertEqual(process.returncode, 0, stderr)

    def stored(self, server, table):
        return [tuple(row) for row in
                server.query(f"SELECT number, life, name FROM {table} ORDER BY number")]

    def expected(self, folder, there, batch):
        """What was sent, but for the last poll of a life that was killed before anybody had seen it: of all but the
        last life."""
        head = struct.unpack_from("<1002q", (folder / "sent").read_bytes())
        rows, lives = head[:2]
        firsts = [*head[2:2 + lives], rows]
        expected = []
        for life, (first, end) in enumerate(itertools.pairwise(firsts), start=1):
            for number in range(first, end):
                if str(number) in there or number < end - POLL * batch or life == lives:
                    expected.append((str(number), str(life), f"n{number % 1000}"))
        return expected

    def test_killed_at_every_step(self):
        rows, batch = 200, 5
        for step in itertools.count(1):
            table = f"numbers_{step}"
            folder = self.new_folder(f"step-{step}", SINK.format(name="bars", url=self.server.url, table=table),
                                     rows=rows, batch=batch, pause="3ms", interval="10ms")
            process = self.start(folder, step)
            _, stderr = process.communicate(timeout=60)
            if process.returncode == 0:
                break
            self.assertEqual(process.returncode, -signal.SIGKILL, stderr)
            # The restart is killed at the same step of its own, and the one after that comes to its end.
            process = self.start(folder, step)
            process.communicate(timeout=60)
            self.finish(self.start(folder))
            there = self.stored(self.server, table)
            self.assertEqual(there, self.expected(folder, {row[0] for row in there}, batch),
                             f"after kills at step {step}")
            shutil.rmtree(folder)
        self.assertGreater(step, 20)
        print(f"killed at {step - 1} steps")

    def test_one_dead_sink_of_three(self):
        far = postgres_cli.Server()
        self.addCleanup(far.close)
        seconds = OUTAGE + 25
        batch, pause = 50, 0.02
        rate = POLL * batch / pause  # at the most; what it is, is measured
        folder = self.new_folder(
            "dead", CSV, SINK.format(name="near", url=self.server.url, table="near"),
            SINK.format(name="far", url=far.url, table="far"),
            rows=int(rate * seconds), batch=batch, pause=f"{pause * 1000:.0f}ms", interval="1s")
        process = self.start(folder)
        self.addCleanup(process.kill)

        def count(server, table):
            return int(server.query(f"SELECT count(*) FROM {table}")[0][0])

        def near_rate(during):
            before, begin = count(self.server, "near"), time.monotonic()
            during()
            return (count(self.server, "near") - before) / (time.monotonic() - begin)

        def memory():
            with open(f"/proc/{process.pid}/status", encoding="utf-8") as status:
                return int(status.read().split("VmRSS:")[1].split()[0])

        while not self.server.query("SELECT to_regclass('near')")[0][0] or count(self.server, "near") == 0:
            self.assertIsNone(process.poll())
        live = near_rate(lambda: time.sleep(8))
        before = memory()
        far.crash()
        away = near_rate(lambda: time.sleep(OUTAGE))
        grown = memory() - before
        lines = (folder / "out.csv").read_bytes().count(b"\n")
        near = count(self.server, "near")
        far.start()
        begin, behind = time.monotonic(), count(far, "far")
        # Until it has what the others had when it came back.
        while (drained := count(far, "far")) < near:
            self.assertIsNone(process.poll())
            time.sleep(0.05)
        drain = (drained - behind) / (time.monotonic() - begin)
        print(f"live {live:.0f} rows/s, with a dead sink {away:.0f}; {near - behind} rows drained at {drain:.0f} "
              f"rows/s; memory grew by {grown} KiB")
        self.assertGreaterEqual(away, 0.95 * live)
        self.assertGreaterEqual(lines, 0.95 * near)
        self.assertGreaterEqual(drain, 3 * live)
        if not tsflow_cli.SANITIZED:
            self.assertLess(grown, 64 * 1024)
        self.finish(process)
        whole = [(str(number), "1", f"n{number % 1000}") for number in range(int(rate * seconds))]
        self.assertEqual(self.stored(self.server, "near"), whole)
        self.assertEqual(self.stored(far, "far"), whole)
        with open(folder / "out.csv", newline="", encoding="utf-8") as file:
            text = [(row["number"], row["life"], row["name"]) for row in csv.DictReader(file)]
        self.assertEqual(text, whole)


if __name__ == "__main__":
    tsflow_cli.main()
