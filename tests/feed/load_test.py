"""Sixty seconds of 100,000 trades a second, with a sink that stands still for ten of them: nothing is lost, the
reader keeps up, memory stays bounded. Takes some minutes; figures are printed."""

import pathlib
import sqlite3
import time

from feed_kit import FeedTest, wait_until
from tsflow_cli import SANITIZED, main

# Trades a second; a sanitizer slows the program down, and finds what it finds with fewer.
RATE = 20_000 if SANITIZED else 100_000
SECONDS = 60
STALL = 10         # seconds
EVENT_BYTES = 200  # of a trade on the wire, at most
BUFFER = 512       # MiB
OTHERS = 300       # MiB that the program may take besides its buffers: queues, SQLite's cache, code


def resident(pid):
    """Resident memory of a process, MiB."""
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise AssertionError("no VmRSS")


class Soak(FeedTest):
    symbols = [f"T{i:03}" for i in range(100)]

    def client(self):
        return self.simulator.status()["clients"][0]

    def test_a_minute_of_trades_with_a_sink_that_stalls(self):
        self.start_simulator(synthetic="true", symbols=",".join(self.symbols), trades_per_second=RATE,
                             speed=1, start="2024-03-04T15:00:00Z", start_when_clients=1,
                             start_when_subscriptions=len(self.symbols))
        file = self.pipeline(f"channels = ['T']\nbackfill = false\nbuffer = '{BUFFER}MiB'")
        text = file.read_text().replace("feed.minute", "feed.trades").replace("ohlcv_1min", "trades")
        file.write_text(text)
        process = self.start(file)
        wait_until(lambda: self.query("SELECT 1 FROM trades LIMIT 1"), "trades arrive")
        begin = time.monotonic()
        most_memory = most_waiting = 0
        holder = sqlite3.connect(self.folder / "p.db", isolation_level=None, timeout=60)
        stalls = [begin + 20, begin + 20 + STALL]
        while time.monotonic() < begin + SECONDS:
            self.assertIsNone(process.poll(), self.log())
            most_memory = max(most_memory, resident(process.pid))
            most_waiting = max(most_waiting, self.client()["bytes_waiting"])
            if stalls and time.monotonic() > stalls[0]:
                holder.execute("BEGIN IMMEDIATE" if len(stalls) == 2 else "ROLLBACK")
                stalls.pop(0)
            time.sleep(0.05)
        holder.close()
        self.simulator.control("pause")
        sent = self.client()["events_sent"]
        wait_until(lambda: self.query("SELECT count(*) FROM trades")[0][0] >= sent, "all trades are stored")
        self.stop(process)
        stored = self.query("SELECT count(*) FROM trades")[0][0]
        print(f"\nsent {sent:,}, stored {stored:,}; memory at most {most_memory:.0f} MiB; waiting in the "
              f"server at most {most_waiting / 1024:.0f} KiB")
        self.assertGreater(sent, RATE * SECONDS * 0.9, "the simulator could not keep the rate")
        self.assertEqual(stored, sent)
        self.assertLess(most_waiting, RATE * EVENT_BYTES * 0.1, "the reader was behind by more than 100 ms")
        if not SANITIZED:
            self.assertLess(most_memory, BUFFER + OTHERS)


if __name__ == "__main__":
    main()
