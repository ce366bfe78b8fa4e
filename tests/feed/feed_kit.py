"""What the tests of the feed share: the simulator and tsflow as processes, and the tables to compare."""

import json
import pathlib
import signal
import sqlite3
import ssl
import subprocess
import sys
import time
import urllib.parse
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "acceptance"))

from tsflow_cli import BUILD, TSFLOW, FolderTest  # noqa: E402

PATIENCE = 90  # seconds that something real may take on a busy machine
NAMES = ["AAPL", "AMZN", "BRK.B", "GOOGL", "META", "MSFT", "NFLX", "NVDA", "TSLA"]


def wait_until(condition, what, patience=PATIENCE):
    """Asks again until the condition holds; its value."""
    end = time.monotonic() + patience
    while not (value := condition()):
        if time.monotonic() > end:
            raise AssertionError(f"not within {patience} s: {what}")
        time.sleep(0.05)
    return value


class Simulator:
    """massive-sim as a process of its own."""

    def __init__(self, **options):
        self.options = options
        arguments = [f"--{name}={value}" for name, value in options.items()]
        self.process = subprocess.Popen([BUILD / "bin" / "massive-sim", *arguments],
                                        stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        if not line:
            raise AssertionError(f"massive-sim {arguments} did not start")
        self.urls = json.loads(line)
        self.tls = ssl.create_default_context(cafile=options["cert"]) if "cert" in options else None

    def __getitem__(self, name):
        return self.urls[name]

    def control(self, command, **parameters):
        url = f"{self['control']}/{command}?{urllib.parse.urlencode(parameters)}"
        method = "GET" if command == "status" else "POST"
        request = urllib.request.Request(url, method=method)
        with urllib.request.urlopen(request, timeout=30, context=self.tls) as answer:
            return json.load(answer)

    def status(self):
        return self.control("status")

    def bars(self, symbols, first="2000-01-01", last="2037-12-31"):
        """What the REST service has for minute bars: the truth to compare with."""
        rows = set()
        for symbol in symbols:
            url = (f"{self['rest']}/v2/aggs/ticker/{symbol}/range/1/minute/{first}/{last}"
                   "?adjusted=false&sort=asc&limit=50000&apiKey=k")
            while url:
                with urllib.request.urlopen(url, timeout=30, context=self.tls) as answer:
                    page = json.load(answer)
                for bar in page.get("results", []):
                    rows.add((symbol, bar["t"] // 1000, *(float(bar[f]) for f in "ohlcv")))
                url = page.get("next_url")
                url = url and url + "&apiKey=k"
        return rows

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(PATIENCE)
        self.process.stdout.close()


class FeedTest(FolderTest):
    """A simulator, a pipeline with the feed and a SQLite table, and what ends up there."""

    symbols = NAMES

    def start_simulator(self, **options):
        self.simulator = Simulator(**options)
        self.addCleanup(self.simulator.stop)
        return self.simulator

    def certificate(self, names="DNS:localhost,IP:127.0.0.1"):
        """A key and a certificate of these names that signs itself, as options of the simulator."""
        key, cert = self.folder / "key.pem", self.folder / "cert.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
                        "-keyout", key, "-out", cert, "-subj", "/CN=localhost",
                        "-addext", f"subjectAltName={names}"],
                       check=True, capture_output=True)
        return {"key": key, "cert": cert}

    def pipeline(self, source="", multi=False, name="p", sinks=""):
        """Writes a pipeline file; `source` is further text of the source's table, `sinks` of the file."""
        tables = f"symbols = {json.dumps(self.symbols)}\n"
        if multi:
            third = (len(self.symbols) + 2) // 3
            tables = "".join(
                f"[[sources.feed.connections]]\nname = 'c{i}'\n"
                f"symbols = {json.dumps(self.symbols[i * third:(i + 1) * third])}\n"
                for i in range(3))
        return self.write(f"{name}.toml", f"""
[pipeline]
name = "{name}"
state_dir = "state-{name}"
[sinks.bars]
type = "sqlite"
inputs = ["feed.minute"]
path = "{name}.db"
table = "ohlcv_1min"
timestamps = "unix_ns"
{sinks}
[sources.feed]
type = "massive"
url = "{self.simulator['websocket']}"
rest_url = "{self.simulator['rest']}"
api_key = "planted-key"
{source}
{tables}""")

    def start(self, file, *arguments):
        log = open(file.with_suffix(".log"), "a")
        process = subprocess.Popen([TSFLOW, "run", file, "--no-progress", *arguments],
                                   stdout=log, stderr=log)
        log.close()

        def end():
            if process.poll() is None:
                process.kill()
                process.wait()
        self.addCleanup(end)
        return process

    def stop(self, process, name="p", code=0):
        process.send_signal(signal.SIGINT)
        self.assertEqual(process.wait(PATIENCE), code, self.log(name))

    def log(self, name="p"):
        return (self.folder / f"{name}.log").read_text()

    def query(self, sql, name="p", file=None):
        path = file or self.folder / f"{name}.db"
        if not path.exists():
            return []
        database = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=PATIENCE)
        try:
            return database.execute(sql).fetchall()
        except sqlite3.OperationalError as error:
            if "no such table" in str(error):
                return []
            raise
        finally:
            database.close()

    def stored(self, name="p"):
        return {(row[0], row[1] // 10**9, *map(float, row[2:])) for row in self.query(
            "SELECT symbol, timestamp, open, high, low, close, volume FROM ohlcv_1min", name)}

    def gaps(self, name="p"):
        """The ledger's rows, as `tsflow gaps` lists them."""
        answer = subprocess.run([TSFLOW, "gaps", self.folder / f"{name}.toml", "--format", "json"],
                                capture_output=True, text=True)
        if answer.returncode != 0:
            raise AssertionError(answer.stderr)
        return json.loads(answer.stdout)

    def unsettled(self, name="p"):
        """Holes that are not filled yet, read where they lie: it is asked often."""
        ledger = self.folder / f"state-{name}" / "nodes" / "sources.feed" / "gaps.sqlite"
        return self.query("SELECT * FROM gaps WHERE state IN ('open', 'filling')", file=ledger)

    def go_on_when_all_are_back(self, process, name="p"):
        """Of a market that pauses after its faults: plays on once all tickers are subscribed again. So what
        is lost depends on the market's time, and what recovery takes on a busy machine on nothing."""
        wait_until(lambda: process.poll() is not None or self.simulator.status()["state"] == "paused",
                   "the market pauses")

        def all_are_back():
            self.assertIsNone(process.poll(), self.log(name))
            return sum(client["subscriptions"] for client in self.simulator.status()["clients"]
                       if not client["stalled"]) >= len(self.symbols)
        wait_until(all_are_back, f"all tickers are subscribed again: {self.log(name)}")
        self.simulator.control("resume")

    def await_end(self, process, name="p"):
        """Waits until the market is over, no hole is open, and the table is complete."""
        wait_until(lambda: process.poll() is not None or self.simulator.status()["done"],
                   "the simulated market ends")
        self.assertIsNone(process.poll(), self.log(name))
        truth = set()
        try:
            wait_until(lambda: not self.unsettled(name), "all holes are filled")
            # Not sooner: it asks the same service, and would be given the errors meant for the pipeline.
            truth = self.simulator.bars(self.symbols)
            self.assertTrue(truth)
            wait_until(lambda: self.stored(name) == truth, "the table is complete")
        except AssertionError as error:
            stored = self.stored(name)
            self.fail(f"{error}: {len(truth - stored)} rows missing or wrong, such as "
                      f"{sorted(truth - stored)[:3]}; {len(stored - truth)} too many, such as "
                      f"{sorted(stored - truth)[:3]}; open holes: {self.unsettled(name)[:3]}\n{self.log(name)}")
        return truth
