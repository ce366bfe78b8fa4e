"""A run that goes on, looked at over its control plane: metrics, health, status, top, tap, graph."""

import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import unittest

import tsflow_cli
from tsflow_cli import FolderTest, TSFLOW

PIPELINE = """
[pipeline]
name = "looked_at"
state_dir = "state"

[control]
listen = "127.0.0.1:0"
{control}

[sources.feed]
type = "generator"
rate = 5000
symbols = 5

[transforms.dear]
type = "filter"
inputs = ["feed"]
where = "close > 0"

[sinks.none]
type = "blackhole"
inputs = ["dear"]
"""


class Control(FolderTest):
    def start(self, control="", text=PIPELINE):
        self.file = self.write("p.toml", text.replace("{control}", control))
        process = subprocess.Popen([TSFLOW, "run", self.file, "--log-format", "json"],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.addCleanup(process.stderr.close)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        for line in process.stderr:
            if match := re.search(r"control: http://([0-9.:]+)/", line):
                self.address = match[1]
                break
        else:
            self.fail("the run told no address")
        while self.get("/readyz")[0] != 200:
            self.assertIsNone(process.poll())
        return process

    def get(self, path, **headers):
        connection = http.client.HTTPConnection(self.address, timeout=30)
        try:
            connection.request("GET", path, headers=headers)
            response = connection.getresponse()
            return response.status, response.headers.get("Content-Type", ""), response.read().decode()
        finally:
            connection.close()

    def end(self, process):
        process.send_signal(signal.SIGINT)
        process.stderr.read()
        self.assertEqual(process.wait(timeout=60), 0)

    def cli(self, *args, **options):
        return tsflow_cli.run(*args, "--connect", self.address, **options)

    def test_figures_grow_and_are_what_prometheus_reads(self):
        process = self.start()

        def rows():
            text = self.get("/metrics")[2]
            return int(re.search(r'tsflow_node_rows_in_total\{node="sinks\.none".*\} (\d+)', text)[1])

        before = rows()
        while rows() == before:
            self.assertIsNone(process.poll())
        status, kind, text = self.get("/metrics")
        self.assertEqual((status, kind), (200, "text/plain; version=0.0.4; charset=utf-8"))
        if shutil.which("promtool"):
            check = subprocess.run(["promtool", "check", "metrics"], input=text, text=True,
                                   capture_output=True)
            self.assertEqual(check.returncode, 0, check.stdout + check.stderr)
        _, kind, text = self.get("/metrics", Accept="application/openmetrics-text; version=1.0.0")
        self.assertTrue(kind.startswith("application/openmetrics-text; version=1.0.0"))
        self.assertTrue(text.endswith("\n# EOF\n"))
        self.end(process)

    def test_rules_and_dashboard_ask_only_for_figures_that_are_there(self):
        process = self.start()
        while "tsflow_checkpoint_timestamp" not in (text := self.get("/metrics")[2]) or \
                "commit_latency_seconds_count" not in text:
            self.assertIsNone(process.poll())
        there = set(re.findall(r"^([a-z_]+)[{ ]", text, re.M))
        docs = tsflow_cli.SOURCE / "docs"
        for name in ("alerts.yml", "grafana.json"):
            asked = re.findall(r"\b(?:tsflow|process)_[a-z_]+[a-z]\b", (docs / "monitoring" / name).read_text())
            self.assertGreater(len(asked), 5)
            self.assertEqual(set(asked) - there, set(), name)
        listed = (docs / "monitoring.md").read_text()
        families = set(re.findall(r"^# TYPE (\S+)", text, re.M))
        unlisted = {f for f in families if f not in listed and "…" + f.removeprefix("tsflow_node") not in listed}
        self.assertEqual(unlisted, set())
        if shutil.which("promtool"):
            for check in (["check", "rules", "alerts.yml"], ["check", "config", "prometheus.yml"]):
                result = subprocess.run(["promtool", *check], cwd=docs / "monitoring", text=True,
                                        capture_output=True)
                self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        self.end(process)

    def test_status_shows_every_node_and_edge(self):
        process = self.start()
        status = json.loads(self.get("/status.json")[2])
        while not all(node.get("rows_out_per_s", 0) > 0 for node in status["nodes"][:2]):
            status = json.loads(self.get("/status.json")[2])
        self.assertEqual(status["pipeline"], "looked_at")
        self.assertEqual(status["state"], "running")
        self.assertEqual([node["node"] for node in status["nodes"]],
                         ["sources.feed", "transforms.dear", "sinks.none"])
        self.assertEqual([(edge["from"], edge["to"], edge["queued"]) for edge in status["edges"]],
                         [("sources.feed.out", "transforms.dear", False),
                          ("transforms.dear.out", "sinks.none", True)])
        self.assertEqual(json.loads(self.get("/healthz")[2]),
                         {"ok": True, "state": "running", "failed": []})
        self.end(process)

    def test_a_failed_node_is_unhealthy(self):
        process = self.start(text=PIPELINE + """
[sinks.broken]
type = "csv"
inputs = ["feed"]
path = "/dev/full"
on_error = "isolate"
""")
        while self.get("/healthz")[0] == 200:
            self.assertIsNone(process.poll())
        status, _, text = self.get("/healthz")
        self.assertEqual(status, 503)
        self.assertEqual(json.loads(text)["failed"], ["sinks.broken"])
        process.send_signal(signal.SIGINT)
        process.stderr.read()
        self.assertEqual(process.wait(timeout=60), 1)

    def test_top_once(self):
        process = self.start()
        json_text = self.cli("top", "--once", "--format", "json").stdout
        self.assertEqual(json.loads(json_text)["pipeline"], "looked_at")
        text = self.cli("top", "--once", "--sort", "name", "--filter", "feed").stdout
        self.assertRegex(text, r"^looked_at  running  up ")
        self.assertRegex(text, r"\nsources\.feed +generator ")
        self.assertNotIn("sinks.none", text.split("\nqueue")[0])
        self.end(process)

    def test_tap_shows_rows_that_meet_a_condition(self):
        process = self.start()
        symbol = json.loads(self.cli("tap", "feed", "--limit", "1", "--format", "jsonl").stdout)["symbol"]
        out = self.cli("tap", "feed.out", "--where", f'symbol = "{symbol}"', "--limit", "20",
                       "--format", "jsonl").stdout
        rows = [json.loads(line) for line in out.splitlines()]
        self.assertEqual([row["symbol"] for row in rows], [symbol] * 20)
        table = self.cli("tap", "transforms.dear", "--limit", "3").stdout.splitlines()
        self.assertEqual(len(table), 4)
        self.assertTrue(table[0].startswith("symbol"))
        slow = self.cli("tap", "feed", "--rate", "10", "--limit", "11", "--format", "jsonl")
        self.assertEqual(len(slow.stdout.splitlines()), 11)
        self.assertIn("rows left out", slow.stderr)
        self.end(process)

    def test_mistakes_are_named(self):
        process = self.start()
        for args, message in (
                (("tap", "fed"), "the pipeline has no output 'fed'; did you mean 'feed'?"),
                (("tap", "feed", "--where", "clsoe > 1"), "where: "),
                (("tap", "sinks.none"), "the pipeline has no output 'sinks.none'"),
        ):
            with self.subTest(args):
                result = self.cli(*args, check=False)
                self.assertEqual(result.returncode, 1)
                self.assertIn(message, result.stderr)
        self.assertEqual(self.get("/tap?prot=feed")[0], 400)
        self.assertIn("did you mean 'port'?", self.get("/tap?prot=feed")[2])
        self.assertEqual(self.get("/graph?format=png")[0], 400)
        self.assertEqual(self.get("/nothing")[0], 404)
        self.assertEqual(self.get("/", Host="evil.example")[0], 403)
        nobody = tsflow_cli.run("top", "--once", "--connect", "127.0.0.1:1", check=False)
        self.assertEqual(nobody.returncode, 1)
        self.assertIn("127.0.0.1:1 does not answer", nobody.stderr)
        wrong = tsflow_cli.run("top", "--once", "--connect", "nowhere", check=False)
        self.assertEqual(wrong.returncode, 78)
        self.assertIn("--connect: expected ADDRESS:PORT", wrong.stderr)
        self.end(process)

    def test_a_token_is_asked_for(self):
        token = "a-token-of-good-length"
        process = self.start(f'token = "{token}"')
        self.assertEqual(self.get("/metrics")[0], 401)
        self.assertEqual(self.get("/healthz")[0], 200)
        self.assertEqual(self.get("/metrics", Authorization=f"Bearer {token}")[0], 200)
        refused = self.cli("top", "--once", check=False)
        self.assertEqual(refused.returncode, 1)
        self.assertIn("Authorization", refused.stderr)
        allowed = self.cli("top", "--once", env={**os.environ, "TSFLOW_CONTROL_TOKEN": token})
        self.assertIn("looked_at", allowed.stdout)
        self.end(process)

    def test_the_graph_shows_rates(self):
        process = self.start()
        port = self.address.rsplit(":", 1)[1]
        drawing = ""
        while "rows/s" not in drawing:
            self.assertIsNone(process.poll())
            drawing = tsflow_cli.run("graph", self.file, "--live", "--format", "mermaid",
                                     "--set", f"control.listen=127.0.0.1:{port}").stdout
        self.assertIn("feed<br/>generator<br/>", drawing)
        self.assertIn("/256", drawing)
        self.assertIn("<svg", self.get("/graph")[2])
        self.end(process)

    def test_an_address_in_use_stops_the_start(self):
        process = self.start()
        text = PIPELINE.replace("{control}", "").replace("127.0.0.1:0", self.address)
        other = self.write("other.toml", text.replace('"state"', '"state2"'))
        result = tsflow_cli.run("run", other, check=False)
        self.assertEqual(result.returncode, 1)
        self.assertIn(f"control: cannot listen on {self.address}: Address already in use", result.stderr)
        self.end(process)

    @unittest.skipUnless(shutil.which("tmux"), "tmux is not there")
    def test_top_on_a_terminal(self):
        process = self.start()
        tmux = ["tmux", "-S", str(self.folder / "tmux")]
        subprocess.run([*tmux, "new-session", "-d", "-x", "160", "-y", "40",
                        f"{TSFLOW} top --connect {self.address} --interval 100ms"], check=True)
        self.addCleanup(subprocess.run, [*tmux, "kill-server"], capture_output=True)

        def wait_for(text):
            while True:
                self.assertIsNone(process.poll())
                shown = subprocess.run([*tmux, "capture-pane", "-p"], capture_output=True,
                                       text=True).stdout
                if text in shown:
                    return shown

        self.assertIn("sources.feed", wait_for("sorted by plan"))
        subprocess.run([*tmux, "send-keys", "s"], check=True)
        wait_for("sorted by name")
        subprocess.run([*tmux, "send-keys", "/", "dear", "Enter"], check=True)
        shown = wait_for("only dear")
        self.assertNotIn("sources.feed  ", shown)
        subprocess.run([*tmux, "send-keys", "q"], check=True)
        while subprocess.run([*tmux, "has-session"], capture_output=True).returncode == 0:
            self.assertIsNone(process.poll())
        self.end(process)


if __name__ == "__main__":
    tsflow_cli.main()
