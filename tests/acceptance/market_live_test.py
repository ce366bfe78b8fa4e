"""The state of a market of 500 symbols, as minutes close at their real pace: on the page within a second."""

import datetime
import json
import subprocess
import time
import unittest
import urllib.error
import urllib.request

from tsflow_cli import TSFLOW, FolderTest

SYMBOLS = 500
FIRST = "AAAA"  # of them
MINUTES = 2
BOUND = 1.0  # seconds
TABLES = {"breadth": "breadth.ad", "day_state": "day_state", "ranks": "rankings.ranks",
          "rankings": "rankings.top", "stages": "stages.stages"}

PIPELINE = f"""
[pipeline]
name = "live"
state_dir = "state"

[sources.feed]
type = "massive"
url = "sim:?synthetic=true&symbol_count={SYMBOLS}&speed=1&start=2025-11-03T14:30:00Z&seed=7"
symbols = ["*"]
backfill = false

[transforms]
breadth = {{ type = "breadth", inputs = ["feed.minute"] }}
day_state = {{ type = "day_state", inputs = ["feed.minute"] }}
rankings = {{ type = "rankings", inputs = ["feed.minute"], rank_by = ["from_open"] }}
stages = {{ type = "stages", inputs = ["feed.minute"] }}

[sinks.page]
type = "http"
listen = "127.0.0.1:0"
requests_per_second = 1000
inputs = {{ bars = "feed.minute", {", ".join(f'{name} = "{port}"' for name, port in TABLES.items())} }}
"""


def instant(text):
    """Seconds since 1970 of `2025-11-03T14:30:00.123456789Z`."""
    return datetime.datetime.fromisoformat(text[:26].rstrip("Z") + "+00:00").timestamp()


class LiveMarket(FolderTest):
    def start(self):
        log = open(self.folder / "log.txt", "w+")
        self.addCleanup(log.close)
        run = subprocess.Popen([TSFLOW, "run", self.write("live.toml", PIPELINE), "--no-progress", "--log-format",
                                "json"], stdout=log, stderr=log)
        self.addCleanup(run.wait)
        self.addCleanup(run.terminate)
        serving = "serving on "
        while run.poll() is None:
            text = (self.folder / "log.txt").read_text()
            if serving in text:
                self.url = text.split(serving, 1)[1].split("/\"", 1)[0].split("/ ", 1)[0].rstrip("/")
                return
            time.sleep(0.05)
        self.fail((self.folder / "log.txt").read_text())

    def get(self, path):
        with urllib.request.urlopen(self.url + path, timeout=10) as answer:
            return json.load(answer)

    def newest(self, table):
        """How far a table is: the newest minute of its rows (some may have no news in it), and how many there are."""
        rows, after = [], ""
        while after is not None:
            page = self.get(f"/api/tables/{table}?limit=1000{after}")
            rows += page["rows"]
            after = f"&after={page['next']}" if page["next"] else None
        return (max((row["timestamp"] for row in rows), default=""), len(rows))

    def test_all_tables_tell_of_a_minute_within_a_second_of_its_close(self):
        self.start()
        for minute in range(MINUTES):
            stamp = f"2025-11-03T14:{30 + minute}:00Z"
            deadline = time.monotonic() + 90
            # The simulator sends the bars when their minute has closed.
            while True:
                bars = self.get(f"/api/tables/bars?symbol={FIRST}")["rows"]
                if bars and bars[-1]["timestamp"] == stamp:
                    break
                self.assertLess(time.monotonic(), deadline, "no bars")
                time.sleep(0.02)
            closed = instant(bars[-1]["received"])
            waiting = dict(TABLES)
            while waiting:
                for table in list(waiting):
                    minute_told, count = self.newest(table)
                    whole = {"breadth": 1, "rankings": 1}.get(table, SYMBOLS)
                    if minute_told == stamp and count >= whole:
                        late = time.time() - closed
                        self.assertLess(late, BOUND, f"{table} at {stamp}")
                        print(f"{stamp} {table}: {late * 1e3:.0f} ms behind the first of its bars", flush=True)
                        del waiting[table]
                self.assertLess(time.time() - closed, 30, f"{waiting} at {stamp}")
                time.sleep(0.02)


if __name__ == "__main__":
    unittest.main()
