"""Every fault of the simulator, with one connection and with three: after recovery and backfill the table
equals what the market really did, and the ledger shows each hole once, filled.

    faults_test.py [FAULT [single|multi]]
"""

import collections
import sys
import unittest

import feed_kit
from feed_kit import FeedTest, wait_until

# name: (faults of the simulator, options of the source, whether data are lost meanwhile)
FAULTS = {
    "none": ("", "", False),
    "drop_with_close": ("drop@20;client=1;code=1011", "", True),
    "drop_without_close": ("drop@20;client=1", "", True),
    "drop_with_reset": ("drop@20;client=1;reset", "", True),
    "drop_mid_frame": ("drop@20;client=1;mid_frame", "", True),
    "drop_for_minutes": ("drop@20;client=1;minutes=7", "", True),
    "stall": ("stall@20;client=1;lose", "liveness = '2s'", True),
    "slow": ("slow@20;bytes_per_second=20000,clear@40", "", False),
    "garbage_text": ("garbage@20;kind=text;count=3", "", False),
    "garbage_truncated": ("garbage@20;kind=truncated", "", False),
    "garbage_nested": ("garbage@20;kind=nested", "", False),
    "garbage_events": ("garbage@20;kind=unknown_event,garbage@21;kind=bad_fields", "", False),
    "garbage_binary": ("garbage@20;kind=binary", "", False),
    "garbage_utf8": ("garbage@20;kind=invalid_utf8", "", True),
    "garbage_opcode": ("garbage@20;kind=reserved_opcode", "", True),
    "fragments": ("fragment@10;bytes=7;pings", "", False),
    "duplicates": ("duplicate@5;percent=50", "", False),
    "reordered": ("reorder@5;percent=50", "", False),
    "rest_429": ("rest_error@19;status=429;count=3;retry_after=1,drop@20;client=1", "", True),
    "rest_429_empty": ("rest_error@19;status=429;count=2;empty_body,drop@20;client=1", "", True),
    "rest_503": ("rest_error@19;status=503;count=3,drop@20;client=1", "", True),
    "rest_cut_short": ("rest_error@19;cut_short;count=2,drop@20;client=1", "", True),
    "encrypted": ("drop@20;client=1", "", True),  # all over TLS with a certificate of its own
    "all_connections_twice": ("drop@20,drop@45;minutes=3", "", True),
}


class Faults(FeedTest):
    fault = "none"
    multi = False

    def test_fault(self):
        faults, source, loses = FAULTS[self.fault]
        self.start_simulator(speed=2400, minutes=100, seed=11, start="2024-03-04T14:30:00Z",
                             late_percent=3, corrections_percent=5, missing_percent=5,
                             symbols=",".join(self.symbols), start_when_clients=3 if self.multi else 1,
                             start_when_subscriptions=len(self.symbols),
                             faults=f"{faults},pause@60" if faults else "pause@60",
                             **(self.certificate() if self.fault == "encrypted" else {}))
        if "cert" in self.simulator.options:
            self.assertTrue(self.simulator["websocket"].startswith("wss://"))
            source = f"ca_file = '{self.simulator.options['cert']}'"
        process = self.start(self.pipeline(source, self.multi))
        self.go_on_when_all_are_back(process)
        self.await_end(process)
        gaps = self.gaps()
        self.assertEqual({gap["state"] for gap in gaps} - {"filled"}, set())
        holes = collections.Counter((gap["symbol"], gap["from"]) for gap in gaps)
        self.assertEqual([hole for hole, times in holes.items() if times > 1], [])
        if loses:
            self.assertTrue(gaps, "the ledger shows no hole")
        self.stop(process)
        self.assertNotIn("planted-key", self.log())


class Refusals(FeedTest):
    def test_a_refused_key_is_terminal_and_clear(self):
        self.start_simulator(synthetic="true", api_keys="another", symbols="AAPL")
        for name, multi in (("single", False), ("multi", True)):
            with self.subTest(name):
                process = self.start(self.pipeline(name=name, multi=multi))
                self.assertEqual(process.wait(feed_kit.PATIENCE), 1)
                self.assertIn("the feed refuses the key", self.log(name))
                self.assertNotIn("planted-key", self.log(name))

    def test_a_service_that_is_away_is_awaited(self):
        self.start_simulator(speed=480, minutes=20, start="2024-03-04T14:30:00Z", missing_percent=5,
                             symbols=",".join(self.symbols), start_when_subscriptions=len(self.symbols))
        self.simulator.control("refuse_connections", how="503")
        process = self.start(self.pipeline())
        wait_until(lambda: "next attempt in" in self.log(), "it is refused")
        self.simulator.control("clear")
        self.await_end(process)
        self.stop(process)


def main():
    suite = unittest.TestSuite()
    wanted = sys.argv[1:]
    if wanted == ["refusals"]:
        suite.addTests(unittest.defaultTestLoader.loadTestsFromTestCase(Refusals))
    for fault in FAULTS:
        for multi in (False, True):
            mode = "multi" if multi else "single"
            if wanted in ([], [fault], [fault, mode]):
                case = type(f"{fault}_{mode}", (Faults,), {"fault": fault, "multi": multi})
                suite.addTest(case("test_fault"))
    result = unittest.TextTestRunner(verbosity=2).run(suite)
    sys.exit(0 if result.wasSuccessful() and result.testsRun else 1)


if __name__ == "__main__":
    main()
