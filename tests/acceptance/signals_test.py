"""SIGINT and SIGTERM drain; SIGHUP reloads; a second signal gives up; a drain that hangs ends with its stage's name."""

import csv
import signal
import subprocess
import unittest

import tsflow_cli
from tsflow_cli import FolderTest, TSFLOW

PIPELINE = """
[sources.endless]
type = "generator"
rate = 2000

[sinks.text]
type = "csv"
inputs = ["endless"]
path = "out.csv"
"""


class Signals(FolderTest):
    def start(self):
        file = self.write("p.toml", PIPELINE)
        process = subprocess.Popen([TSFLOW, "run", file, "--log-format", "json"],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        # The sink opens before the source starts, so when the file is there signals are handled.
        while not (self.folder / "out.csv").exists():
            if process.poll() is not None:
                self.fail(process.communicate()[1])
        return process

    def test_first_signal_drains(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(number):
                (self.folder / "out.csv").unlink(missing_ok=True)
                process = self.start()
                process.send_signal(number)
                _, stderr = process.communicate(timeout=60)
                self.assertEqual(process.returncode, 0, stderr)
                summary = tsflow_cli.json.loads(stderr.splitlines()[-1])
                self.assertEqual(summary["outcome"], "done")
                emitted = summary["nodes"][0]["rows_out"]
                with open(self.folder / "out.csv", newline="") as file:
                    self.assertEqual(sum(1 for _ in csv.reader(file)), emitted + 1)

    def test_hangup_asks_for_a_reload_and_does_not_end_the_run(self):
        process = self.start()
        process.send_signal(signal.SIGHUP)
        for line in process.stderr:
            if "reload asked for" in line:
                break
        else:
            self.fail("the reload was not logged")
        self.assertIsNone(process.poll())
        process.send_signal(signal.SIGTERM)
        _, stderr = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 0, stderr)


if __name__ == "__main__":
    tsflow_cli.main()
