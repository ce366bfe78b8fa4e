"""`tsflow journal` on what a live source left behind: seen, read, found damaged, repaired, trimmed."""

import json
import pathlib
import struct
import subprocess

import tsflow_cli
from tsflow_cli import BUILD, FolderTest, TSFLOW

LIVE = BUILD / "tests" / "acceptance" / "live"
ROWS = 20_000

PIPELINE = """
[pipeline]
state_dir = "state"
checkpoint_interval = "1h"

[sources.live]
type = "numbers"
sent = "sent"
rows = {rows}
batch = 100
pause = "{pause}"
journal = true

[sinks.text]
type = "csv"
inputs = ["live"]
path = "out.csv"
"""


class Journal(FolderTest):
    def make(self, rows=ROWS, pause="0ms"):
        (self.folder / "live.toml").write_text(PIPELINE.format(rows=rows, pause=pause))

    def start(self):
        return subprocess.Popen(
            [TSFLOW, "run", self.folder / "live.toml", "--plugin-dir", LIVE / "plugins"],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)

    def killed_run(self):
        """Leaves a journal that no checkpoint has trimmed."""
        self.make()
        process = self.start()
        sent = self.folder / "out.csv"
        while process.poll() is None and (not sent.exists() or sent.stat().st_size < 100_000):
            pass
        process.kill()
        process.communicate()

    def journal(self, action, *options):
        return subprocess.run(
            [TSFLOW, "journal", action, self.folder / "live.toml", "--plugin-dir",
             LIVE / "plugins", *options], capture_output=True, text=True, check=False)

    def segments(self):
        return sorted(pathlib.Path(self.folder, "state", "journal", "sources.live").glob("*.segment"))

    def rows(self):
        done = self.journal("cat")
        self.assertEqual(done.returncode, 0, done.stderr)
        entries = [json.loads(line) for line in done.stdout.splitlines()]
        return [entry["record"]["number"] for entry in entries if "record" in entry]

    def test_reads_finds_damage_and_repairs(self):
        self.killed_run()
        listed = self.journal("ls")
        self.assertEqual(listed.returncode, 0, listed.stderr)
        self.assertIn("sources.live: 1 segments", listed.stdout)

        numbers = self.rows()
        self.assertGreater(len(numbers), 1000)
        self.assertEqual(numbers, list(range(len(numbers))))
        self.assertEqual(self.journal("check").returncode, 0)

        [segment] = self.segments()
        content = bytearray(segment.read_bytes())
        middle = content.find(struct.pack("<3q", 550, 551, 552))  # inside of a batch's column
        self.assertGreater(middle, 0)
        content[middle:middle + 4] = bytes(byte ^ 0xFF for byte in content[middle:middle + 4])
        segment.write_bytes(content)
        damaged = self.journal("check")
        self.assertEqual(damaged.returncode, 1, damaged.stdout)
        self.assertIn(f"segment {segment.name}", damaged.stdout)

        repaired = self.journal("repair")
        self.assertEqual(repaired.returncode, 0, repaired.stderr)
        self.assertIn("moved to quarantine", repaired.stdout)
        self.assertTrue(list((segment.parent / "quarantine").iterdir()))
        self.assertEqual(self.journal("check").returncode, 0)
        left = self.rows()
        # One entry, a batch of 100 rows, is gone, and only that.
        self.assertEqual(len(left), len(numbers) - 100)
        self.assertLess(set(left), set(numbers))

    def test_leaves_the_journal_of_a_running_pipeline_alone(self):
        self.make(rows=10_000_000, pause="1ms")
        process = self.start()
        while not (self.folder / "out.csv").exists():
            self.assertIsNone(process.poll())
        for action in (["repair"], ["trim", "--before", "1"]):
            refused = self.journal(*action)
            self.assertEqual(refused.returncode, 1, refused.stdout)
            self.assertIn("state", refused.stderr)
        process.terminate()
        _, stderr = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 0, stderr)

    def test_says_when_there_is_nothing(self):
        self.make()
        nothing = self.journal("ls")
        self.assertNotEqual(nothing.returncode, 0)
        self.assertIn("journal", nothing.stderr)
        (self.folder / "live.toml").write_text(
            PIPELINE.format(rows=1, pause="0ms").replace('state_dir = "state"\n', "")
            .replace("journal = true\n", ""))
        without = self.journal("ls")
        self.assertEqual(without.returncode, 78)
        self.assertIn("has no state_dir", without.stderr)


if __name__ == "__main__":
    tsflow_cli.main()
