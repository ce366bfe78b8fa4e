"""Whatever ends tsflow or its database server, the rows are in the table once, and those that it refuses
are among the dead letters."""

import gzip
import itertools
import json
import os
import random
import signal
import subprocess
import time

import postgres_cli
import tsflow_cli
from tsflow_cli import FolderTest, SOURCE, TSFLOW

KILLS = int(os.environ.get("TSFLOW_KILLS", "100"))
FILES = 12
SYMBOLS = 60
MINUTES = 100
BAD_EVERY = 1_000  # one row of so many has a volume that the table refuses
BAD_VOLUME = 13
SECRET = "planted-S3cret"

FORBIDDEN = (
    "DELETE FROM bars", "TRUNCATE bars", "DROP TABLE bars", "ALTER TABLE bars ADD COLUMN x int",
    "CREATE INDEX ON bars (close)", "CREATE TABLE public.x (a int)", "CREATE SCHEMA x", "CREATE DATABASE x",
    "SELECT * FROM others", "INSERT INTO others VALUES (1)", "CREATE ROLE x", "SET ROLE tsflow",
    "SELECT rolpassword FROM pg_authid", "COPY bars TO PROGRAM 'true'", "SELECT pg_read_file('PG_VERSION')")

PIPELINE = """
[pipeline]
name = "faults"
state_dir = "state"
checkpoint_interval = "20ms"

[sources.minutes]
type = "flat_file"
path = "minutes"

[sinks.bars]
type = "timescale"
inputs = ["minutes"]
url = "{url}"
table = "bars"
batch_rows = 500
batch_interval = "5ms"
retry = {{ initial = "10ms", max = "200ms" }}
{more}
"""

TABLE = """
CREATE TABLE bars (symbol text, "timestamp" timestamptz, open float8, high float8, low float8, close float8,
    volume float8 CHECK (volume <> {bad}), transactions bigint, PRIMARY KEY (symbol, "timestamp"))
"""


class SinkFaults(FolderTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = postgres_cli.Server()
        cls.addClassCleanup(cls.server.close)

    def setUp(self):
        super().setUp()
        self.server.query("DROP TABLE IF EXISTS bars")
        self.server.query("DROP SCHEMA IF EXISTS tsflow CASCADE")
        self.server.query(TABLE.format(bad=BAD_VOLUME))
        self.good, self.bad = self.write_minutes()

    def write_minutes(self):
        """Flat files of random bars; the rows that the table takes, and the keys of the others."""
        chance = random.Random(4)
        good, bad = {}, set()
        (self.folder / "minutes").mkdir()
        for day in range(FILES):
            lines = ["ticker,volume,open,close,high,low,window_start,transactions"]
            for minute, symbol in itertools.product(range(MINUTES), range(SYMBOLS)):
                name = f"S{symbol}"
                start = 1_700_000_000 // 60 * 60 + day * 86_400 + minute * 60
                prices = [round(chance.uniform(1, 500), 4) for _ in range(4)]
                volume = chance.randrange(100, 10_000)
                if len(good) % BAD_EVERY == BAD_EVERY // 2:
                    volume = BAD_VOLUME
                values = [volume, *prices, start * 10**9, 7]
                lines.append(",".join([name, *map(str, values)]))
                if volume == BAD_VOLUME and (name, start) not in bad:
                    bad.add((name, start))
                    good[(None, len(bad))] = None  # keeps the count moving
                else:
                    opened, closed, high, low = prices
                    good[(name, start)] = (opened, high, low, closed, float(volume), 7)
            path = self.folder / "minutes" / f"day-{day:02}.csv.gz"
            path.write_bytes(gzip.compress("\n".join(lines).encode() + b"\n", 1))
        return {key: row for key, row in good.items() if row is not None}, bad

    def start(self, more="", level="error"):
        self.write("faults.toml", PIPELINE.format(url=self.server.url, more=more))
        return subprocess.Popen(
            [TSFLOW, "run", self.folder / "faults.toml", "--log-level", level],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)

    def finish(self, process):
        _, stderr = process.communicate(timeout=120)
        self.assertEqual(process.returncode, 0, stderr)

    def check(self):
        """0 lost, 0 doubled, 0 wrong."""
        rows = self.server.query(
            'SELECT symbol, extract(epoch FROM "timestamp")::bigint, open, high, low, close, volume, '
            "transactions FROM bars")
        there = {(row[0], int(row[1])): (*map(float, row[2:7]), int(row[7])) for row in rows}
        self.assertEqual(len(there), len(rows))
        self.assertEqual(there, self.good)
        letters = (self.folder / "state" / "dead_letters").glob("sinks.bars.*.jsonl")
        records = [json.loads(line) for file in letters for line in file.read_text().splitlines()]
        for letter in records:
            self.assertIn("23514", letter["reason"])
        refused = {self.key_of(letter) for letter in records}
        self.assertEqual(refused, self.bad)

    @staticmethod
    def key_of(letter):
        record = letter["record"]
        start = time.strptime(record["timestamp"], "%Y-%m-%dT%H:%M:%SZ")
        return record["symbol"], int(time.mktime(start)) - time.timezone

    def test_undisturbed(self):
        self.finish(self.start())
        self.check()

    def test_kill_nine_of_tsflow(self):
        chance = random.Random(20261126)
        began = time.monotonic()
        self.finish(self.start("connections = 2"))
        whole = time.monotonic() - began
        hit = 0
        while hit < KILLS:
            self.setUpAgain()
            while True:
                process = self.start("connections = 2" if hit % 2 else "")
                try:
                    process.wait(timeout=chance.uniform(0.005, whole))
                except subprocess.TimeoutExpired:
                    process.send_signal(signal.SIGKILL)
                    process.communicate()
                    hit += 1
                    continue
                self.finish(process)
                break
            self.check()
        print(f"killed {hit} times")

    def setUpAgain(self):
        self.server.query("TRUNCATE bars")
        self.server.query("TRUNCATE tsflow.checkpoints")
        subprocess.run(["rm", "-rf", self.folder / "state"], check=True)

    def test_kill_nine_of_the_server(self):
        chance = random.Random(26)
        process = self.start()
        crashes = 0
        while process.poll() is None and crashes < 8:
            time.sleep(chance.uniform(0.01, 0.15))  # the random moment
            self.server.crash()
            crashes += 1
            time.sleep(chance.uniform(0, 0.3))  # the server is away
            self.server.start()
        self.finish(process)
        self.assertGreater(crashes, 0)
        self.check()

    def wait_for(self, words, process):
        """Reads on until a line has them."""
        told = []
        for line in process.stderr:
            told.append(line)
            if words in line:
                return
        self.fail(f"'{words}' is not in:\n{''.join(told)}")

    def test_the_disk_of_the_server_is_full(self):
        disk = self.folder / "disk"
        self.mount_small_disk(disk, "96m")
        self.folder.chmod(0o711)  # the server is another user
        self.server = postgres_cli.Server(TMPDIR=str(disk))
        self.addCleanup(self.server.close)
        self.server.query(TABLE.format(bad=BAD_VOLUME))
        ballast = self.fill_disk(disk, 4 << 20)
        process = self.start(level="warning")
        self.wait_for("No space left on device", process)
        ballast.unlink()
        self.server.start()  # when it could not write its log, it has ended itself
        self.finish(process)
        self.check()

    def test_the_disk_of_state_dir_is_full(self):
        state = self.folder / "state"
        self.mount_small_disk(state, "4m")
        ballast = self.fill_disk(state, 64 << 10)
        process = self.start(level="warning")
        self.wait_for("No space left on device", process)
        ballast.unlink()
        self.finish(process)
        self.check()

    def make_role(self, name):
        script = SOURCE / "docs" / "timescale_roles.sql"
        result = subprocess.run(["psql", "-X", "-q", "-v", f"role={name}", "-v", "table=public.bars", "-f", script,
                                 self.server.url], capture_output=True, text=True)
        self.assertEqual((result.returncode, result.stderr), (0, ""))

    def test_second_role_of_least_rights(self):
        """The schema tsflow, and the tables in it, are then another role's."""
        self.finish(self.start())
        self.make_role("second")
        self.setUpAgain()
        owner = self.server.url
        try:
            self.server.url = owner.replace("tsflow@", "second@")
            self.finish(self.start("create = false"))
            for forbidden in (*FORBIDDEN, "DROP TABLE tsflow.checkpoints", "CREATE TABLE tsflow.x (a int)"):
                with self.assertRaisesRegex(AssertionError, "permission denied|must be owner|must be superuser"):
                    self.server.query(forbidden)
        finally:
            self.server.url = owner
        self.check()

    def test_role_of_least_rights(self):
        self.server.query("DROP TABLE IF EXISTS others; CREATE TABLE others (a int)")
        self.make_role("writer")
        owner = self.server.url
        try:
            self.server.url = owner.replace("tsflow@", "writer@")
            self.finish(self.start("create = false"))
            for forbidden in FORBIDDEN:
                with self.assertRaisesRegex(AssertionError, "permission denied|must be owner|must be superuser"):
                    self.server.query(forbidden)
        finally:
            self.server.url = owner
        self.check()

    def test_secrets_are_shown_nowhere(self):
        plain = self.server.url
        shown = []
        wrong = plain.replace("tsflow@", f"nobody:{SECRET}@")
        unread = f"postgresql://tsflow:{SECRET}%zz@/test"
        self.write("secret.toml", PIPELINE.format(url="${DATABASE_URL}", more=""))
        right = plain.replace("tsflow@", f"tsflow:{SECRET}@")
        for url, command in ((right, "run --log-level debug"), (right, "run --log-format json --log-level debug"),
                             (right, "validate --online"), (right, "validate --format json"), (right, "graph"),
                             (wrong, "run --log-level debug"), (wrong, "validate --online"), (unread, "run")):
            name, *flags = command.split()
            result = subprocess.run(
                [TSFLOW, name, self.folder / "secret.toml", *flags],
                env=dict(os.environ, DATABASE_URL=url), capture_output=True, text=True, timeout=120)
            shown.append(result.stdout + result.stderr)
        for path in (self.folder / "state").rglob("*"):
            if path.is_file():
                shown.append(path.read_bytes().decode(errors="replace"))
        for text in shown:
            self.assertNotIn(SECRET, text)
        self.assertTrue(any('role "nobody" does not exist' in text for text in shown))


if __name__ == "__main__":
    tsflow_cli.main()
