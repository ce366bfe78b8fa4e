"""A dry-run tells everything and touches nothing."""

import json
import os
import re
import shutil
import subprocess
import tomllib
import unittest

import tsflow_cli
from tsflow_cli import FolderTest, SOURCE, TSFLOW, run

PIPELINE = """
[pipeline]
state_dir = "var/state"

[sources.days]
type = "flat_file"
path = "no/such/folder"

[transforms.big]
type = "filter"
inputs = ["days"]
where = "close > 100"

[sinks.store]
type = "sqlite"
inputs = ["big"]
path = "out.sqlite"
table = "days"

[sinks.text]
type = "csv"
inputs = ["days"]
path = "out.csv"
"""


class DryRun(FolderTest):
    def test_plan_shows_nodes_schemas_stages_and_guarantees(self):
        text = run("run", self.write("p.toml", PIPELINE), "--dry-run").stdout
        for expected in ("sources.days", "transforms.big", "sinks.store", "sinks.text", "USD", "shares",
                         "event time", "Stages", "effectively once"):
            self.assertIn(expected, text)
        self.assertEqual(sorted(p.name for p in self.folder.iterdir()), ["p.toml"])

    def test_json_for_tools(self):
        answer = json.loads(run("validate", self.write("p.toml", PIPELINE), "--format", "json").stdout)
        self.assertTrue(answer["valid"])
        self.assertEqual(answer["problems"], [])

    @unittest.skipUnless(shutil.which("strace"), "strace is not installed")
    def test_opens_no_output_and_no_socket(self):
        trace = self.folder / "trace"
        # LeakSanitizer cannot work under strace, which is a tracer as it is.
        sanitizer = os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"
        subprocess.run(["strace", "-f", "-o", trace, "-e",
                        "trace=open,openat,creat,socket,connect,mkdir,mkdirat,rename,unlink,unlinkat",
                        TSFLOW, "run", self.write("p.toml", PIPELINE), "--dry-run"],
                       check=True, capture_output=True,
                       env={**os.environ, "ASAN_OPTIONS": sanitizer.lstrip(":")})
        calls = trace.read_text()
        self.assertIn("p.toml", calls)
        writing = [line for line in calls.splitlines()
                   if re.search(r"O_WRONLY|O_RDWR|O_CREAT|creat\(|socket\(|connect\(|mkdir|rename|unlink",
                                line) and "/dev/null" not in line
                   and "/tsan." not in line]  # ThreadSanitizer's own, before main()
        self.assertEqual(writing, [])

    def test_exit_codes(self):
        self.assertEqual(run("validate", self.write("p.toml", "[sources"), check=False).returncode, 78)
        self.assertEqual(run("validate", check=False).returncode, 2)
        self.assertEqual(run("--help").returncode, 0)
        self.assertEqual(run("no-such-command", check=False).returncode, 2)
        missing = run("run", self.folder / "missing.toml", check=False)
        self.assertEqual(missing.returncode, 78)
        self.assertIn("missing.toml", missing.stderr)

    def test_shipped_pipelines_are_valid(self):
        files = sorted((SOURCE / "pipelines").glob("*.toml"))
        self.assertGreaterEqual(len(files), 2)
        for file in files:
            run("validate", file, env={**os.environ, "MASSIVE_API_KEY": "any",
                                       "DATABASE_URL": "postgresql://db/market"})

    def test_single_and_multi_differ_in_the_source_alone(self):
        single, multi = (tomllib.loads((SOURCE / "pipelines" / name).read_text())
                         for name in ("single.toml", "multi.toml"))
        self.assertNotEqual(single.pop("sources"), multi.pop("sources"))
        self.assertEqual(single, multi)


class Start(FolderTest):
    def test_a_run_tells_at_its_start_how_often_a_row_arrives_and_why(self):
        sinks = {"kept": ('path = "kept.csv"', "effectively once"),
                 "lossy": ('path = "lossy.csv"\nqueue = { when_full = "drop_oldest" }', "at most once"),
                 "printed": ('path = "-"', "at least once")}
        text = '[pipeline]\nstate_dir = "state"\n[sources.bars]\ntype = "generator"\nrows = 10\n'
        for name, (options, _) in sinks.items():
            text += f'[sinks.{name}]\ntype = "csv"\ninputs = ["bars"]\n{options}\n'
        log = run("run", self.write("p.toml", text), "--log-format", "json").stderr.splitlines()
        told = {line["node"]: line["message"] for line in map(json.loads, log[:len(sinks)])}
        for name, (_, guarantee) in sinks.items():
            self.assertIn(f"rows of sources.bars arrive {guarantee}: ", told[f"sinks.{name}"])
        self.assertIn("the queue in front of sinks.lossy drops its oldest rows", told["sinks.lossy"])
        self.assertIn("sinks.printed keeps what it wrote after that", told["sinks.printed"])


if __name__ == "__main__":
    tsflow_cli.main()
