"""A plan that allows fewer connections than the pipeline, or several pipelines, ask for. Takes some minutes."""

import re
import time

from feed_kit import FeedTest, wait_until
from tsflow_cli import main

MARKET = {"start": "2024-03-04T14:30:00Z", "seed": 5, "synthetic": "true"}


class Limits(FeedTest):
    evict = "older"

    def test_three_connections_settle_on_the_one_that_is_allowed(self):
        for evict in ("older", "newcomer"):
            for code in (1008, 0):
                with self.subTest(evict=evict, code=code):
                    self.settle(evict, code)

    def settle(self, evict, code):
        name = f"p-{evict}-{code}"
        self.start_simulator(speed=60, symbols=",".join(self.symbols), limit=1, evict=evict,
                             evict_code=code, **MARKET)
        process = self.start(self.pipeline(multi=True, name=name))
        wait_until(lambda: [client["subscriptions"] for client in self.simulator.status()["clients"]]
                   == [len(self.symbols)], f"one connection has all tickers: {self.log(name)}")
        wait_until(lambda: {row[0] for row in self.stored(name)} == set(self.symbols), "all tickers flow")
        self.assertIn("the plan allows fewer connections than the pipeline has", self.log(name))
        attempts = self.simulator.status()["connections"]
        self.stop(process, name)
        self.assertLessEqual(attempts, 6, self.log(name))
        self.simulator.stop()

    def test_two_pipelines_do_not_evict_each_other_for_ever(self):
        self.start_simulator(speed=60, symbols=",".join(self.symbols), limit=1, evict="older", **MARKET)
        first = self.start(self.pipeline(name="first"))
        wait_until(lambda: self.stored("first"), "the first has rows")
        second = self.start(self.pipeline(name="second"))
        wait_until(lambda: "refused" in self.log("first"), "the first is evicted")
        time.sleep(120)  # the time that the requirement names
        for process, name in ((first, "first"), (second, "second")):
            self.assertIsNone(process.poll(), self.log(name))
            connected = len(re.findall(r"connection main: connected", self.log(name)))
            self.assertLess(connected - 1, 3, self.log(name))
            self.stop(process, name)
        self.assertIn("the plan allows no further connection", self.log("first"))


if __name__ == "__main__":
    main()
