"""The state of the market as pipelines/backtest.toml stores it, and each symbol's day, are what Python makes of
the same files by brute force."""

import bisect
import collections
import csv
import datetime
import sqlite3
import unittest

import tsflow_cli
from tsflow_cli import DATA, FolderTest, SOURCE, STOCKS, flat_file_rows, needs_data, run

EVERY = 10  # of the symbols, each so many-th: all of them take a minute in Python
PRICES = ("open", "high", "low", "close")


def ticks(price):
    return int(price * 10_000 + 0.5)


def day_of(row):
    return datetime.datetime.fromtimestamp(
        int(row["window_start"]) // 10**9, datetime.timezone.utc).date().isoformat()


class Symbol:
    """All sessions so far of one symbol, in today's terms."""

    def __init__(self):
        self.closes, self.highs, self.lows, self.closed = [], [], [], []

    def split(self, ratio):
        for name in ("closes", "highs", "lows"):
            setattr(self, name, [price / ratio for price in getattr(self, name)])
        self.closed = [ticks(price) for price in self.closes]

    def add(self, bar):
        self.closes.append(bar["close"])
        self.closed.append(ticks(bar["close"]))
        self.highs.append(bar["high"])
        self.lows.append(bar["low"])


def brute_force(days, splits):
    """By day the counts that breadth publishes."""
    symbols = collections.defaultdict(Symbol)
    line, past, result = 0, "", {}
    for day in sorted(days):
        for date, symbol, ratio in splits:
            if past and past < date <= day:
                symbols[symbol].split(ratio)
        count = collections.Counter()
        for name, bar in days[day].items():
            symbol = symbols[name]
            close = ticks(bar["close"])
            if symbol.closed:
                side = "adv" if close > symbol.closed[-1] else "dec" if close < symbol.closed[-1] else "unch"
                count[side] += 1
                count[side + "_vol"] += bar["volume"]
            for window in (20, 50, 200):
                before = symbol.closed[-(window - 1):]
                if len(before) == window - 1:
                    count[f"reporting{window}"] += 1
                    count[f"above{window}"] += close * (window - 1) > sum(before)
            if len(symbol.highs) >= 252:
                count["reporting_year"] += 1
                count["new_high"] += ticks(bar["high"]) > ticks(max(symbol.highs[-252:]))
                count["new_low"] += ticks(bar["low"]) < ticks(min(symbol.lows[-252:]))
        for name, bar in days[day].items():
            symbols[name].add(bar)
        line += count["adv"] - count["dec"]
        count["line"] = line
        result[day], past = count, day
    return result


class Exponential:
    """Begins with the mean of its first values."""

    def __init__(self, period):
        self.period, self.first, self.value = period, [], None

    def add(self, value):
        if self.value is None:
            self.first.append(value)
            if len(self.first) == self.period:
                self.value = sum(self.first) / self.period
        else:
            self.value += 2 / (self.period + 1) * (value - self.value)
        return self.value


def sentiment(counts):
    """By day the mean of the parts that are known, from the counts of brute_force()."""
    fast, slow, result = Exponential(19), Exponential(39), {}
    for day, count in sorted(counts.items()):
        def percent(part, other):
            return 100 * count[part] / (count[part] + count[other]) if count[part] + count[other] else None

        parts = [percent("adv", "dec"), percent("adv_vol", "dec_vol"), percent("new_high", "new_low")]
        parts += [100 * count[f"above{window}"] / count[f"reporting{window}"] for window in (50, 200)
                  if count[f"reporting{window}"]]
        if count["adv"] + count["dec"] > 0:
            net = 1000 * (count["adv"] - count["dec"]) / (count["adv"] + count["dec"])
            short, long = fast.add(net), slow.add(net)
            if long is not None:
                parts.append(50 + 50 * max(-1, min(1, (short - long) / 100)))
        known = [part for part in parts if part is not None]
        result[day] = sum(known) / len(known) if known else None
    return result


@needs_data
class Backtest(FolderTest):
    def test_breadth(self):
        days, names = collections.defaultdict(dict), set()
        for row in flat_file_rows(STOCKS / "day_aggs_v1"):
            names.add(row["ticker"])
            days[day_of(row)][row["ticker"]] = {
                column: float(row[column]) for column in PRICES + ("volume",)}
        with open(DATA / "corporate_actions.csv", newline="") as file:
            splits = sorted((row["ex_date"], row["ticker"], float(row["value"]))
                            for row in csv.DictReader(file) if row["kind"] == "split")
        chosen = set(sorted(names)[::EVERY]) | {symbol for _, symbol, _ in splits}
        days = {day: {name: bar for name, bar in bars.items() if name in chosen}
                for day, bars in days.items()}
        expected = brute_force(days, [split for split in splits if split[1] in chosen])

        path = self.folder / "state.sqlite"
        names = ", ".join(f'"{name}"' for name in sorted(chosen))
        run("run", SOURCE / "pipelines" / "backtest.toml", "--set",
            f"transforms.breadth.symbols=[{names}]",
            env=dict(tsflow_cli.os.environ, TSFLOW_DATA=str(DATA), TSFLOW_DATABASE=str(path)))
        database = sqlite3.connect(path)

        rows = database.execute("SELECT trade_date, n_members, n_reporting, adv, dec, unch, up_vol, dn_vol, "
                                "trin, ad_line FROM breadth_ad WHERE n_eligible > 0").fetchall()
        self.assertEqual(len(rows), len(days) - 1)
        for day, members, reporting, adv, dec, unch, up_vol, dn_vol, trin, line in rows:
            count = expected[day]
            self.assertEqual(members, len(chosen))
            self.assertEqual((adv, dec, unch, line),
                             (count["adv"], count["dec"], count["unch"], count["line"]), day)
            self.assertEqual(reporting, adv + dec + unch)
            self.assertEqual((up_vol, dn_vol), (count["adv_vol"], count["dec_vol"]), day)
            if adv * dec * up_vol * dn_vol:
                self.assertAlmostEqual(trin, (adv / dec) / (up_vol / dn_vol), delta=1e-9 * trin)
            else:
                self.assertIsNone(trin)

        rows = database.execute("SELECT trade_date, window, n_reporting, above FROM breadth_ma "
                                "WHERE average IN ('sma20', 'sma50', 'sma200') AND n_reporting > 0").fetchall()
        self.assertEqual(len(rows), sum(count[f"reporting{window}"] > 0 for count in expected.values()
                                        for window in (20, 50, 200)))
        for day, window, reporting, above in rows:
            count = expected[day]
            self.assertEqual((reporting, above), (count[f"reporting{window}"], count[f"above{window}"]), day)

        rows = database.execute("SELECT trade_date, n_reporting, new_high, new_low FROM breadth_hl "
                                "WHERE n_reporting > 0").fetchall()
        self.assertEqual(len(rows), len(days) - 252)
        for day, *found in rows:
            count = expected[day]
            self.assertEqual(found, [count["reporting_year"], count["new_high"], count["new_low"]], day)

        rows = database.execute("SELECT trade_date, score FROM sentiment WHERE n_eligible > 0").fetchall()
        self.assertEqual(len(rows), len(days) - 1)
        moods = sentiment(expected)
        for day, score in rows:
            self.assertAlmostEqual(score, moods[day], delta=1e-9 * score, msg=day)


DAYS = """
[sources.minutes]
type = "flat_file"
path = "{path}"

[transforms.days]
type = "day_state"
inputs = ["minutes"]
publish_every = "0s"

[sinks.table]
type = "sqlite"
inputs = ["days"]
path = "{out}"
table = "days"
"""


@needs_data
class DayState(FolderTest):
    def test_minutes_of_msft(self):
        """Every minute of 21 sessions, in daylight time: 13:30 to 20:00 UTC."""
        path = STOCKS / "minute_aggs_v1" / "2016"
        out = self.folder / "days.sqlite"
        run("run", self.write("days.toml", DAYS.format(path=path, out=out)))
        stored = {row[0]: row[1:] for row in sqlite3.connect(out).execute(
            "SELECT timestamp, open, high, low, last, volume, bars, missing_minutes, prev_close_adj FROM days")}

        days = collections.defaultdict(list)
        for row in flat_file_rows(path):
            start = datetime.datetime.fromtimestamp(int(row["window_start"]) // 10**9, datetime.timezone.utc)
            if datetime.time(13, 30) <= start.time() < datetime.time(20):
                bisect.insort(days[start.date()], (start, tuple(float(row[c]) for c in PRICES + ("volume",))))
        expected, before = {}, None
        for day in sorted(days):
            bars = [bar for _, bar in days[day]]
            for count, (start, _) in enumerate(days[day], 1):
                so_far = bars[:count]
                minute = (start.hour - 13) * 60 + start.minute - 30
                expected[start.strftime("%Y-%m-%dT%H:%M:%SZ")] = (
                    so_far[0][0], max(bar[1] for bar in so_far), min(bar[2] for bar in so_far), so_far[-1][3],
                    sum(bar[4] for bar in so_far), count, minute + 1 - count, before)
            before = bars[-1][3]
        self.assertEqual(len(stored), len(expected))
        self.assertEqual(stored, expected)


if __name__ == "__main__":
    tsflow_cli.main()
