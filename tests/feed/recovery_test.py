"""What the feed does when the pipeline itself is killed, a connection stays away, the universe changes, the
sink is too slow, or the line is encrypted."""

import datetime
import json
import random
import signal
import subprocess

from feed_kit import FeedTest, wait_until
from tsflow_cli import STOCKS, main, needs_data, run

MARKET = {"start": "2024-03-04T14:30:00Z", "seed": 5, "missing_percent": 5}


class Restart(FeedTest):
    def test_killed_pipelines_miss_nothing(self):
        self.start_simulator(speed=600, minutes=300, symbols=",".join(self.symbols),
                             corrections_percent=5, start_when_subscriptions=len(self.symbols), **MARKET)
        file = self.pipeline()
        moments = random.Random(3)
        process = self.start(file)
        for _ in range(4):
            before = len(self.stored())
            wait_until(lambda: len(self.stored()) > before + 100 or self.simulator.status()["done"],
                       "rows arrive")
            try:
                process.wait(moments.random())
            except subprocess.TimeoutExpired:
                pass
            process.kill()
            process.wait()
            process = self.start(file)
        self.await_end(process)
        self.assertIn("restart", {gap["cause"] for gap in self.gaps()})
        self.stop(process)


class Failover(FeedTest):
    def test_tickers_of_a_dead_connection_flow_again_in_time(self):
        # A bar a second for each ticker, on the wall clock.
        self.start_simulator(speed=60, minutes=45, symbols=",".join(self.symbols),
                             start_when_subscriptions=len(self.symbols), start_when_clients=3,
                             faults="refuse_connections@9;seconds=15,drop@10;client=2",
                             start=MARKET["start"], seed=5)
        arrived = self.folder / "arrived.jsonl"
        process = self.start(self.pipeline("failover_after = '2s'", multi=True, sinks=f"""
[sinks.arrived]
type = "jsonl"
inputs = ["feed.minute"]
path = "{arrived}"
"""))
        self.await_end(process)
        # The back-off may have grown to a minute by now.
        wait_until(lambda: "takes its tickers back" in self.log(), "the connection is back")
        self.stop(process)
        last, longest, connections = {}, {}, {}
        for line in arrived.read_text().splitlines():
            row = json.loads(line)
            if row["connection"] == "rest":
                continue
            symbol = row["symbol"]
            at = datetime.datetime.fromisoformat(row["received"][:26] + "+00:00")
            longest[symbol] = max(longest.get(symbol, 0), (at - last.get(symbol, at)).total_seconds())
            last[symbol] = at
            connections.setdefault(symbol, set()).add(row["connection"])
        # failover_after + 2 s, and the second between two bars.
        self.assertLess(max(longest.values()), 2 + 2 + 1, longest)
        self.assertGreater(max(longest.values()), 2, "no ticker was ever dark: the test tests nothing")
        self.assertTrue(any(len(names) == 2 for names in connections.values()), "no ticker moved")


class Universe(FeedTest):
    def test_a_changed_universe_is_subscribed_without_a_reconnect(self):
        groups = self.folder / "groups"
        groups.mkdir()
        (groups / "groups.csv").write_text("name,type,environment,description\nmine,UNIVERSE,DEFAULT,x\n")
        members = "group,type,symbol,weight\nmine,UNIVERSE,AAPL,\n"
        (groups / "members.csv").write_text(members + "mine,UNIVERSE,MSFT,\n")
        self.start_simulator(speed=60, symbols="AAPL,MSFT,NVDA", start=MARKET["start"])
        file = self.pipeline(f"reference = 'csv:{groups}'\nuniverse = 'mine'\n")
        file.write_text(file.read_text().replace(f"symbols = {json.dumps(self.symbols)}\n", ""))
        process = self.start(file)
        wait_until(lambda: {row[0] for row in self.stored()} == {"AAPL", "MSFT"}, "two tickers")
        (groups / "members.csv").write_text(members + "mine,UNIVERSE,NVDA,\n")
        process.send_signal(signal.SIGHUP)
        wait_until(lambda: "NVDA" in {row[0] for row in self.stored()}, "the third ticker")

        def subscriptions():
            return [client["subscriptions"] for client in self.simulator.status()["clients"]]
        wait_until(lambda: subscriptions() == [2], "MSFT is unsubscribed")
        self.stop(process)
        self.assertEqual(self.log().count(": connected"), 1, self.log())


class SlowPipeline(FeedTest):
    def test_what_the_buffer_cannot_hold_is_fetched_later(self):
        self.symbols = [f"T{i:03}" for i in range(200)]
        self.start_simulator(speed=600, minutes=120, symbols=",".join(self.symbols),
                             start_when_subscriptions=len(self.symbols), **MARKET)
        file = self.pipeline("buffer = '1MiB'")
        lock = self.folder / "p.db"
        process = self.start(file)
        wait_until(lambda: len(self.stored()) > 0, "rows arrive")
        # A writer beside tsflow holds the database's lock, so the sink has to wait.
        holder = subprocess.Popen(
            ["python3", "-c", "import sqlite3,sys; d=sqlite3.connect(sys.argv[1],isolation_level=None,timeout=60);"
             "d.execute('BEGIN IMMEDIATE'); print('held',flush=True); sys.stdin.read()", str(lock)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.addCleanup(holder.stdout.close)
        self.assertEqual(holder.stdout.readline().strip(), "held")
        try:
            wait_until(lambda: "buffer is full" in self.log() or process.poll() is not None or
                       self.simulator.status()["done"], "the buffer is full")
        finally:
            holder.stdin.close()
            holder.wait()
        self.await_end(process)
        self.stop(process)


class Encrypted(FeedTest):
    def test_tls_with_its_own_authority_and_none_without(self):
        key, cert = self.folder / "key.pem", self.folder / "cert.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
                        "-keyout", key, "-out", cert, "-subj", "/CN=localhost",
                        "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"],
                       check=True, capture_output=True)
        self.start_simulator(speed=600, minutes=20, symbols=",".join(self.symbols), cert=cert, key=key,
                             start_when_subscriptions=len(self.symbols), **MARKET)
        self.assertTrue(self.simulator["websocket"].startswith("wss://"))
        distrusting = self.pipeline("backfill = false", name="q")
        process = self.start(distrusting)
        wait_until(lambda: "certificate verify failed" in self.log("q"), "the certificate is refused")
        self.stop(process, "q")
        file = self.pipeline(f"ca_file = '{cert}'")
        process = self.start(file)
        wait_until(lambda: len(self.stored()) > 100, "rows arrive")
        self.stop(process)


class RealData(FeedTest):
    @needs_data
    def test_the_real_minute_files_come_out_as_flat_file_reads_them(self):
        self.symbols = ["MSFT", "SPY"]
        self.start_simulator(data=STOCKS, speed=0, start_when_subscriptions=2)
        process = self.start(self.pipeline())
        wait_until(lambda: len(self.stored()) >= 8211 + 17577, "all bars are stored")
        self.stop(process)
        file = self.write("files.toml", f"""
[sources.files]
type = "flat_file"
path = "{STOCKS / 'minute_aggs_v1'}"
[sinks.bars]
type = "sqlite"
inputs = ["files"]
path = "files.db"
table = "ohlcv_1min"
timestamps = "unix_ns"
""")
        run("run", file, "--no-progress")
        files = self.stored("files")
        self.assertEqual(len(files), 8211 + 17577)
        self.assertEqual(self.stored(), files)


class Stop(FeedTest):
    def test_a_stop_says_goodbye_to_the_feed(self):
        self.start_simulator(speed=60, symbols=",".join(self.symbols), start=MARKET["start"])
        process = self.start(self.pipeline())
        wait_until(lambda: self.stored(), "rows arrive")
        self.stop(process)
        wait_until(lambda: not self.simulator.status()["clients"], "the connection is closed")


if __name__ == "__main__":
    main()
