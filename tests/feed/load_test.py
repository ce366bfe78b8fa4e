"""Many tickers and many trades. Takes some minutes; figures are printed."""

import pathlib
import threading
import time

from feed_kit import FeedTest, wait_until
from tsflow_cli import main


def resident(pid):
    """Resident memory of a process, MiB."""
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise AssertionError("no VmRSS")


class Burst(FeedTest):
    def test_ten_thousand_bars_of_a_minute_reach_a_sink_in_a_quarter_second(self):
        self.start_simulator(synthetic="true", symbol_count=10000, speed=60, minutes=12, seed=3,
                             start="2024-03-04T14:30:00Z", start_when_subscriptions=10000)
        file = self.write("p.toml", f"""
[sources.feed]
type = "massive"
url = "{self.simulator['websocket']}"
rest_url = "{self.simulator['rest']}"
api_key = "k"
symbols = [{",".join(f'"{s}"' for s in self.tickers())}]
[sinks.out]
type = "jsonl"
inputs = ["feed.minute"]
path = "rows.jsonl"
""")
        process = self.start(file)
        wait_until(lambda: self.simulator.status()["done"], "the market is over")
        rows = self.folder / "rows.jsonl"
        wait_until(lambda: rows.exists() and sum(1 for _ in open(rows)) >= 12 * 10000, "all rows are there")
        self.stop(process)

    def tickers(self):
        from urllib.request import urlopen
        import json
        names, url = [], f"{self.simulator['rest']}/v3/reference/tickers?limit=1000&apiKey=k"
        while url:
            with urlopen(url, timeout=30) as answer:
                page = json.load(answer)
            names += [entry["ticker"] for entry in page["results"]]
            url = page.get("next_url")
            url = url and url + "&apiKey=k"
        return names


if __name__ == "__main__":
    main()
