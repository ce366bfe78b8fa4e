"""Dead letters: kept, shown, replayed once and never twice, also over kill -9, and dropped."""

import csv
import itertools
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import time

import tsflow_cli
from tsflow_cli import BUILD, FolderTest, TSFLOW, run

KILLS = int(os.environ.get("TSFLOW_KILLS", "30"))
PLUGINS = BUILD / "test_plugins" / "refuse"

PIPELINE = """
[pipeline]
name = "mending"
state_dir = "state"
checkpoint_interval = "20ms"

[sources.bars]
type = "generator"
rows = {rows}
symbols = 5
{source}

[transforms.strict]
type = "refuse"
inputs = ["bars"]
column = "volume"
multiples_of = {multiples}
as = "{kind}"
{strict}

[sinks.text]
type = "csv"
inputs = ["strict"]
path = "out.csv"

[sinks.stored]
type = "sqlite"
inputs = ["strict"]
path = "out.sqlite"
table = "bars"

[sinks.whole]
type = "csv"
inputs = ["bars"]
path = "whole.csv"
"""


def pipeline(rows=2000, multiples=7, kind="row", source="", strict=""):
    return PIPELINE.format(rows=rows, multiples=multiples, kind=kind, source=source, strict=strict)


class DeadLetters(FolderTest):
    def tsflow(self, *args, folder=None, check=True):
        arguments = [*args, (folder or self.folder) / "p.toml", "--plugin-dir", PLUGINS]
        return run(*arguments, check=check)

    def configure(self, **options):
        self.write("p.toml", pipeline(**options))

    def letters(self, *filters, folder=None):
        shown = self.tsflow("dlq", "show", "--format", "jsonl", *filters, folder=folder).stdout
        return [json.loads(line) for line in shown.splitlines()]

    def rows(self, name, folder=None):
        with open((folder or self.folder) / name, newline="") as file:
            return sorted(tuple(row.items()) for row in csv.DictReader(file))

    def stored(self, folder=None):
        with sqlite3.connect((folder or self.folder) / "out.sqlite") as database:
            return database.execute("select symbol, timestamp, volume from bars "
                                    "order by symbol, timestamp").fetchall()

    def refused(self, multiples=7):
        """What the transform must have refused, by Python alone."""
        return [row for row in self.rows("whole.csv") if int(dict(row)["volume"]) % multiples == 0]

    def check_all_there(self, folder=None):
        whole = self.rows("whole.csv", folder)
        self.assertEqual(self.rows("out.csv", folder), whole)
        self.assertEqual(len(self.stored(folder)), len(whole))
        self.assertEqual([f"{volume:.0f}" for *_, volume in self.stored(folder)],
                         [dict(row)["volume"] for row in
                          sorted(whole, key=lambda r: (dict(r)["symbol"], dict(r)["timestamp"]))])

    def test_kept_with_all_that_a_person_wants_to_know(self):
        self.configure()
        result = self.tsflow("run", "--log-format", "json")
        refused = self.refused()
        letters = self.letters()
        self.assertEqual(len(letters), len(refused))
        self.assertEqual([letter["id"] for letter in letters], list(range(1, len(refused) + 1)))
        first = letters[0]
        self.assertEqual((first["node"], first["reason"], first["port"], first["replayable"]),
                         ("transforms.strict", "a multiple", "in", True))
        self.assertEqual(first["pipeline"]["name"], "mending")
        self.assertRegex(first["pipeline"]["config"], "^[0-9a-f]{16}$")
        self.assertEqual(sorted(f'{letter["record"]["volume"]:.0f}' for letter in letters),
                         sorted(dict(row)["volume"] for row in refused))
        groups = json.loads(self.tsflow("dlq", "ls", "--format", "json").stdout)
        self.assertEqual([(g["node"], g["reason"], g["letters"]) for g in groups],
                         [("transforms.strict", "a multiple", len(refused))])
        summary = json.loads(result.stderr.splitlines()[-1])
        node = next(n for n in summary["nodes"] if n["node"] == "transforms.strict")
        self.assertEqual((node["dead_letters"], node["dead_letters_waiting"]),
                         (len(refused), len(refused)))
        again = self.tsflow("run")
        self.assertIn(f"transforms.strict: {len(refused)} dead letters of transforms.strict wait; "
                      f"tsflow dlq ls", again.stderr)
        self.assertEqual(len(self.letters()), len(refused))

    def test_filters(self):
        self.configure()
        self.tsflow("run")
        letters = self.letters()
        self.assertEqual([l["id"] for l in self.letters("--id", 2, "--id", 5)], [2, 5])
        self.assertEqual(len(self.letters("--limit", 3)), 3)
        self.assertEqual(self.letters("--node", "sinks.text"), [])
        self.assertEqual(self.letters("--reason", "nothing of it"), [])
        self.assertEqual(len(self.letters("--since", letters[0]["time"])), len(letters))
        self.assertEqual(self.letters("--since", "2200-01-01"), [])
        self.assertEqual(self.tsflow("dlq", "ls", "--since", "soon", check=False).returncode, 2)
        self.assertIn("replayable  yes", self.tsflow("dlq", "show", "--limit", 1).stdout)

    def test_replay_of_mended_rows(self):
        self.configure()
        self.tsflow("run")
        refused = self.refused()
        self.configure(multiples=0)
        result = self.tsflow("dlq", "replay")
        self.assertIn(f"{len(refused)} dead letters replayed", result.stderr)
        self.check_all_there()
        self.assertEqual(self.letters(), [])
        self.assertEqual(self.tsflow("dlq", "ls").stdout, "no dead letters\n")
        again = self.tsflow("dlq", "replay", check=False)
        self.assertEqual((again.returncode, again.stderr), (1, "error: no dead letter matches\n"))
        # The sources go on where they stood.
        self.configure(rows=3000, multiples=0)
        self.tsflow("run")
        self.check_all_there()
        self.assertEqual(len(self.stored()), 3000)

    def test_replay_of_a_part(self):
        self.configure()
        self.tsflow("run")
        before = self.letters()
        self.configure(multiples=0)
        self.tsflow("dlq", "replay", "--id", before[1]["id"], "--id", before[3]["id"])
        after = self.letters()
        self.assertEqual(after, before[:1] + before[2:3] + before[4:])
        self.tsflow("dlq", "replay", "--limit", 10)
        self.assertEqual(self.letters(), after[10:])
        self.tsflow("dlq", "replay")
        self.check_all_there()

    def test_refused_again_stays_with_the_new_reason(self):
        self.configure()
        self.tsflow("run")
        refused = self.refused()
        self.configure(multiples=14, strict='reason = "still a multiple"')
        self.tsflow("dlq", "replay")
        letters = self.letters()
        self.assertEqual({letter["reason"] for letter in letters}, {"still a multiple"})
        self.assertEqual(len(letters), len(self.refused(14)))
        self.assertTrue(all(letter["id"] > len(refused) for letter in letters), "ids are not reused")
        self.configure(multiples=0)
        self.tsflow("dlq", "replay")
        self.check_all_there()

    def test_a_database_that_refuses_rows_and_is_mended(self):
        self.configure(multiples=0)
        with sqlite3.connect(self.folder / "out.sqlite") as database:
            database.execute("create table bars (symbol text, timestamp text, open real, high real,"
                             " low real, close real, volume real check (cast(volume as int) % 3 != 0),"
                             " transactions integer, primary key (symbol, timestamp))")
        self.tsflow("run")
        letters = self.letters()
        self.assertEqual({letter["node"] for letter in letters}, {"sinks.stored"})
        self.assertEqual(len(letters), len(self.refused(3)))
        self.tsflow("dlq", "replay")  # not mended: all are refused again
        self.assertEqual(len(self.letters()), len(letters))
        with sqlite3.connect(self.folder / "out.sqlite") as database:
            database.executescript(
                "alter table bars rename to old;"
                "create table bars (symbol text, timestamp text, open real, high real, low real,"
                " close real, volume real, transactions integer, primary key (symbol, timestamp));"
                "insert into bars select * from old; drop table old;")
        self.tsflow("dlq", "replay")
        self.check_all_there()
        self.assertEqual(self.letters(), [])

    def test_a_changed_schema_is_refused_and_named(self):
        self.configure()
        self.tsflow("run")
        count = len(self.letters())
        changed = pipeline(multiples=0).replace('inputs = ["bars"]\ncolumn',
                                                'inputs = ["lots"]\ncolumn')
        self.write("p.toml", changed + '\n[transforms.lots]\ntype = "refuse"\ninputs = ["bars"]\n'
                                       'column = "volume"\nunit = "lots"\n')
        result = self.tsflow("dlq", "replay", check=False)
        self.assertEqual(result.returncode, 1, result.stderr)
        self.assertIn(f"{count} of transforms.strict: transforms.strict takes other rows now",
                      result.stderr)
        self.assertIn("column 'volume' is float64 [shares] here and float64 [lots] there",
                      result.stderr)
        letters = self.letters()
        self.assertEqual(len(letters), count)
        self.assertFalse(letters[0]["replayable"])
        self.assertIn("takes other rows now", letters[0]["why"])

    def test_text_and_own_rows_cannot_be_replayed_and_say_why(self):
        for kind, why in (("text", "no source takes text back"), ("own", "of transforms.strict's own making")):
            shutil.rmtree(self.folder / "state", ignore_errors=True)
            self.configure(kind=kind)
            self.tsflow("run")
            letters = self.letters()
            self.assertEqual(len(letters), len(self.refused()))
            self.assertFalse(letters[0]["replayable"])
            self.assertIn(why, letters[0]["why"])
            result = self.tsflow("dlq", "replay", check=False)
            self.assertEqual(result.returncode, 1)
            self.assertIn(why, result.stderr)
            self.assertEqual(len(self.letters()), len(letters))
            if kind == "text":
                self.assertIn("raw_base64", letters[0])  # the byte 0xff is no UTF-8

    def test_drop(self):
        self.configure()
        self.tsflow("run")
        letters = self.letters()
        refusal = self.tsflow("dlq", "drop", "--id", 1, check=False)
        self.assertEqual(refusal.returncode, 2)
        self.assertEqual(refusal.stderr,
                         "error: 1 dead letter would be removed for good; repeat with --yes\n")
        self.assertEqual(self.letters(), letters)
        self.tsflow("dlq", "drop", "--yes", "--id", 1, "--id", 3)
        self.assertEqual(self.letters(), [letters[1]] + letters[3:])
        self.tsflow("dlq", "drop", "--yes")
        self.assertEqual(self.letters(), [])
        self.configure(rows=4000)
        self.tsflow("run")
        self.assertEqual(self.letters()[0]["id"], len(letters) + 1)
        self.assertEqual(len(self.rows("out.csv")) + len(self.refused()), 4000)

    def test_a_running_pipeline_keeps_the_list_to_itself(self):
        self.configure()
        self.tsflow("run")
        self.configure(rows=0, source="rate = 1000")
        running = subprocess.Popen([TSFLOW, "run", self.folder / "p.toml", "--plugin-dir", PLUGINS],
                                   stderr=subprocess.PIPE, text=True)
        try:
            for line in running.stderr:
                if "going on from checkpoint" in line:
                    break
            for verb in (("replay",), ("drop", "--yes")):
                result = self.tsflow("dlq", *verb, check=False)
                self.assertEqual(result.returncode, 1)
                self.assertIn(f"in use by process {running.pid}; stop it first", result.stderr)
            self.assertNotEqual(self.tsflow("dlq", "ls").stdout, "no dead letters\n")
        finally:
            running.send_signal(signal.SIGTERM)
            running.communicate(timeout=60)
        self.assertEqual(running.returncode, 0)

    def test_a_disk_that_cannot_be_written(self):
        """The node waits and says so; then every letter is there."""
        rows = 30_000  # more than fit into memory
        self.write("p.toml", pipeline(rows=rows, multiples=1).replace("20ms", "1h"))
        (self.folder / "state").mkdir()
        (self.folder / "state" / "dead_letters").write_text("in the way")
        running = subprocess.Popen([TSFLOW, "run", self.folder / "p.toml", "--plugin-dir", PLUGINS],
                                   stderr=subprocess.PIPE, text=True)
        for line in running.stderr:
            if "waiting until it can" in line:
                break
        self.assertIn("transforms.strict: cannot write the dead letters", line)
        (self.folder / "state" / "dead_letters").unlink()
        running.communicate(timeout=120)
        self.assertEqual(running.returncode, 0)
        groups = json.loads(self.tsflow("dlq", "ls", "--format", "json").stdout)
        self.assertEqual([group["letters"] for group in groups], [rows])

    def test_limits(self):
        limit = 'state_dir = "state"\ndead_letters = { max_bytes = "64KiB", when_full = "%s" }'
        self.write("p.toml", pipeline().replace('state_dir = "state"', limit % "drop_oldest"))
        result = self.tsflow("run")
        letters = self.letters()
        refused = len(self.refused())
        self.assertLess(len(letters), refused)
        self.assertGreater(len(letters), 20)
        self.assertEqual(letters[-1]["id"], refused, "the newest stay")
        self.assertIn(f"dead_letters_dropped {refused - len(letters)}", result.stderr)
        stored = list((self.folder / "state" / "dead_letters").iterdir())
        self.assertEqual(len(stored), 1, "old files are gone")
        self.assertLessEqual(stored[0].stat().st_size, 64 * 1024)

        shutil.rmtree(self.folder / "state")
        self.write("p.toml", pipeline().replace('state_dir = "state"', limit % "stop"))
        result = self.tsflow("run", check=False)
        self.assertEqual(result.returncode, 1)
        self.assertIn("transforms.strict: its dead letters have reached 'max_bytes', 65536",
                      result.stderr)
        # With the limit raised nothing is missing.
        self.configure()
        self.tsflow("run")
        self.assertEqual(len(self.letters()), refused)
        self.assertEqual(len(self.rows("out.csv")) + refused, 2000)

    def test_kill_nine_during_the_replay(self):
        rows = 20_000
        self.configure(rows=rows)
        self.tsflow("run")
        refused = len(self.refused())
        mended = pipeline(rows=rows, multiples=0)

        def fresh(name):
            folder = self.folder / name
            folder.mkdir()
            for item in ("state", "out.csv", "out.sqlite", "whole.csv"):
                copy = shutil.copytree if item == "state" else shutil.copy
                copy(self.folder / item, folder / item)
            (folder / "p.toml").write_text(mended)
            return folder

        def replay(folder):
            return subprocess.Popen(
                [TSFLOW, "dlq", "replay", folder / "p.toml", "--plugin-dir", PLUGINS,
                 "--log-level", "error"], stderr=subprocess.PIPE, text=True)

        folder = fresh("undisturbed")
        began = time.monotonic()
        process = replay(folder)
        _, stderr = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 0, stderr)
        whole = time.monotonic() - began
        self.check_all_there(folder)

        chance = random.Random(20261126)
        hit = halves = 0
        for turn in itertools.count():
            if hit >= KILLS:
                break
            folder = fresh(f"round-{turn}")
            while True:
                process = replay(folder)
                try:
                    _, stderr = process.communicate(timeout=chance.uniform(0.005, 1.2 * whole))
                except subprocess.TimeoutExpired:
                    process.send_signal(signal.SIGKILL)
                    process.communicate()
                    hit += 1
                    waiting = len(self.letters(folder=folder))
                    self.assertIn(waiting, (0, refused), "all letters wait, or none does")
                    if waiting == 0:
                        halves += 1
                        break
                    continue
                self.assertEqual(process.returncode, 0, stderr)
                break
            self.assertEqual(self.letters(folder=folder), [])
            # A run that goes on from there takes nothing back and adds nothing.
            self.tsflow("run", folder=folder)
            self.check_all_there(folder)
            shutil.rmtree(folder)
        print(f"killed {hit} times, {halves} of them behind the checkpoint")


if __name__ == "__main__":
    tsflow_cli.main()
