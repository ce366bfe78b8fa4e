"""What the feed does when the pipeline itself is killed, a connection stays away, the universe changes, the
sink is too slow, or the line is encrypted.

    recovery_test.py [CLASS]
"""

import datetime
import json
import random
import signal
import sqlite3
import subprocess

from feed_kit import PATIENCE, FeedTest, wait_until
from tsflow_cli import STOCKS, main, needs_data, run

MARKET = {"start": "2024-03-04T14:30:00Z", "seed": 5, "missing_percent": 5}


class Restart(FeedTest):
    source = ""

    def test_killed_pipelines_miss_nothing(self):
        self.start_simulator(speed=600, minutes=200, symbols=",".join(self.symbols), faults="pause@150",
                             corrections_percent=5, start_when_subscriptions=len(self.symbols), **MARKET)
        file = self.pipeline(self.source)
        moments = random.Random(3)
        process = self.start(file)
        for _ in range(4):
            before = len(self.stored())
            wait_until(lambda: len(self.stored()) > before + 100 or
                       self.simulator.status()["state"] == "paused", "rows arrive")
            try:
                process.wait(moments.random())
            except subprocess.TimeoutExpired:
                pass
            process.kill()
            process.wait()
            process = self.start(file)
        self.go_on_when_all_are_back(process)
        self.await_end(process)
        self.assertIn("restart", {gap["cause"] for gap in self.gaps()})
        self.stop(process)


class Journal(Restart):
    """The same with a journal, and what only the journal can bring back."""

    source = "journal = true"

    def test_what_no_sink_had_stored_comes_from_the_journal(self):
        self.start_simulator(speed=1200, minutes=60, symbols=",".join(self.symbols),
                             corrections_percent=5, start_when_subscriptions=len(self.symbols), **MARKET)
        arrived = self.folder / "arrived.jsonl"
        file = self.pipeline("journal = true\nbackfill = false", sinks=f"""
[sinks.arrived]
type = "jsonl"
inputs = ["feed.minute"]
path = "{arrived}"
""")
        process = self.start(file)
        wait_until(lambda: self.stored(), "rows arrive")
        holder = sqlite3.connect(self.folder / "p.db", isolation_level=None, timeout=PATIENCE)
        self.addCleanup(holder.close)
        holder.execute("BEGIN IMMEDIATE")  # from here on the sink cannot write
        wait_until(lambda: self.simulator.status()["done"], "the simulated market ends")
        truth = self.simulator.bars(self.symbols)

        def rows(file):
            bars = {}
            for row in map(json.loads, file.read_text().splitlines()):
                at = datetime.datetime.fromisoformat(row["timestamp"][:19] + "+00:00")
                bars[row["symbol"], int(at.timestamp())] = tuple(
                    float(row[name]) for name in ("open", "high", "low", "close", "volume"))
            return {(*key, *bar) for key, bar in bars.items()}
        # The journal is written before any sink sees a row.
        wait_until(lambda: rows(arrived) == truth, "all rows have arrived")
        process.kill()
        process.wait()
        self.assertLess(len(self.stored()), len(truth), "the sink was not held up: the test tests nothing")
        holder.execute("ROLLBACK")
        process = self.start(file)
        wait_until(lambda: self.stored() == truth, "the table is complete")
        self.stop(process)
        self.assertRegex(self.log(), "replayed [0-9]+ rows from its journal")


class Failover(FeedTest):
    def test_tickers_of_a_dead_connection_flow_again_in_time(self):
        # A bar a second for each ticker, on the wall clock.
        self.start_simulator(speed=60, minutes=30, symbols=",".join(self.symbols),
                             start_when_subscriptions=len(self.symbols), start_when_clients=3,
                             faults="refuse_connections@9;seconds=10,drop@10;client=2",
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
    def write_group(self, *symbols):
        groups = self.folder / "groups"
        groups.mkdir(exist_ok=True)
        (groups / "groups.csv").write_text("name,type,environment,description\nmine,UNIVERSE,DEFAULT,x\n")
        (groups / "members.csv").write_text(
            "group,type,symbol,weight\n" + "".join(f"mine,UNIVERSE,{symbol},\n" for symbol in symbols))

    def start_with_group(self):
        self.write_group("AAPL", "MSFT")
        self.start_simulator(speed=60, symbols="AAPL,MSFT,NVDA", start=MARKET["start"])
        file = self.pipeline("reference = 'csv:groups'\nuniverse = 'mine'\n")
        file.write_text(file.read_text().replace(f"symbols = {json.dumps(self.symbols)}\n", ""))
        process = self.start(file)
        wait_until(lambda: {row[0] for row in self.stored()} == {"AAPL", "MSFT"}, "two tickers")
        return process

    def test_a_changed_universe_is_subscribed_without_a_reconnect(self):
        process = self.start_with_group()
        self.write_group("AAPL", "NVDA")
        process.send_signal(signal.SIGHUP)
        wait_until(lambda: "NVDA" in {row[0] for row in self.stored()}, "the third ticker")

        def subscriptions():
            return [client["subscriptions"] for client in self.simulator.status()["clients"]]
        wait_until(lambda: subscriptions() == [2], "MSFT is unsubscribed")
        self.stop(process)
        self.assertEqual(self.log().count(": connected"), 1, self.log())

    def test_a_ticker_that_leaves_while_it_is_dark_is_no_open_hole(self):
        process = self.start_with_group()
        self.simulator.control("refuse_connections", seconds=600)
        self.simulator.control("drop")

        def dark():
            return {gap["symbol"] for gap in self.gaps() if gap["state"] == "open"}
        wait_until(lambda: dark() == {"AAPL", "MSFT"}, "both are dark")
        self.write_group("AAPL")
        process.send_signal(signal.SIGHUP)
        wait_until(lambda: dark() == {"AAPL"}, "the hole of MSFT has ended")
        self.stop(process)


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
    def test_a_certificate_of_an_unknown_authority_is_refused(self):
        self.start_simulator(synthetic="true", symbols=",".join(self.symbols), **self.certificate())
        process = self.start(self.pipeline("backfill = false"))
        wait_until(lambda: "certificate verify failed" in self.log(), "the certificate is refused")
        self.stop(process)

    def test_a_certificate_of_another_host_is_refused(self):
        options = self.certificate("DNS:elsewhere.example")
        self.start_simulator(synthetic="true", symbols=",".join(self.symbols), **options)
        process = self.start(self.pipeline(f"backfill = false\nca_file = '{options['cert']}'"))
        wait_until(lambda: "certificate verify failed" in self.log(), "the certificate is refused")
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
