"""What nodes store of each symbol: the rows of rankings.ranks and stages.stages are what Python makes of the same daily
bars from the definitions, and each symbol's day is what SQL makes of its minutes."""

import collections
import csv
import datetime
import math
import sqlite3
import statistics

import tsflow_cli
from tsflow_cli import DATA, FolderTest, STOCKS, flat_file_rows, needs_data, run

SYMBOLS = ("AAPL", "AMZN", "CTAS", "GE", "MSFT", "NVDA", "TSLA", "XOM")
BENCHMARK = "MSFT"
NODES = """
[sources.history]
type = "flat_file"
path = "{days}"

[transforms.rankings]
type = "rankings"
inputs = {{ daily = "history" }}
splits = "{splits}"
symbols = [{symbols}]
benchmark = "{benchmark}"
publish_every = "0s"

[transforms.stages]
type = "stages"
inputs = {{ daily = "history" }}
splits = "{splits}"
symbols = [{symbols}]
publish_every = "0s"

[sinks.ranks]
type = "sqlite"
inputs = ["rankings.ranks"]
path = "{out}"
table = "ranks"

[sinks.stage_rows]
type = "sqlite"
inputs = ["stages.stages"]
path = "{out}"
table = "stages"
"""

MINUTES = """
[sources.minutes]
type = "flat_file"
path = "{path}"

[transforms.days]
type = "day_state"
inputs = ["minutes"]
publish_every = "0s"

[transforms.rankings]
type = "rankings"
inputs = ["minutes"]
publish_every = "0s"

[sinks.ranks]
type = "sqlite"
inputs = ["rankings.ranks"]
path = "{out}"
table = "ranks"

[sinks.day_rows]
type = "sqlite"
inputs = ["days"]
path = "{out}"
table = "days"

[sinks.minute_rows]
type = "sqlite"
inputs = ["minutes"]
path = "{out}"
table = "minutes"
"""

SESSION = """
WITH session AS (
    SELECT *, substr(timestamp, 1, 10) AS day,
           (substr(timestamp, 12, 2) - 13) * 60 + substr(timestamp, 15, 2) - 30 AS minute
    FROM minutes WHERE substr(timestamp, 12, 5) >= '13:30' AND substr(timestamp, 12, 5) < '20:00')
"""
# What a session has come to by each of its minutes.
DAYS_BY_SQL = SESSION + """
SELECT symbol, timestamp, first_value(open) OVER so_far AS open, max(high) OVER so_far AS high,
       min(low) OVER so_far AS low, close, sum(volume) OVER so_far AS volume, count(*) OVER so_far AS bars,
       minute + 1 - count(*) OVER so_far AS missing_minutes
FROM session WINDOW so_far AS (PARTITION BY symbol, day ORDER BY timestamp)
"""
# Whole sessions, and their last five minutes, against the mean of the ten sessions before.
VOLUMES_BY_SQL = SESSION + """,
by_day AS (SELECT symbol, day, sum(volume) AS whole, sum(volume) FILTER (WHERE minute >= 385) AS last,
                  sum(volume) * close AS dollars, max(minute)  -- of the last minute is the close
           FROM session GROUP BY symbol, day)
SELECT symbol, day, dollars, CASE count(*) OVER before WHEN 10 THEN whole / avg(whole) OVER before END,
       CASE count(*) OVER before WHEN 10 THEN last / avg(last) OVER before END
FROM by_day WINDOW before AS (PARTITION BY symbol ORDER BY day ROWS BETWEEN 10 PRECEDING AND 1 PRECEDING)
ORDER BY symbol, day
"""
VOLUMES_STORED = "SELECT symbol, trade_date, dollar_vol, rvol_cum, rvol_bar FROM ranks ORDER BY symbol, trade_date"
DAYS_STORED = "SELECT symbol, timestamp, open, high, low, last, volume, bars, missing_minutes FROM days"


def mean(values):
    return math.fsum(values) / len(values)  # exact, so that averages that are equal compare so


def wilder(values, n):
    """By value: none for the first n - 1, then the mean of the first n, smoothed from there."""
    result = [None] * (n - 1) + [mean(values[:n])] if len(values) >= n else [None] * len(values)
    for value in values[n:]:
        result.append(result[-1] + (value - result[-1]) / n)
    return result


def figures_of(bars, benchmark):
    """`bars`: (date, open, high, low, close), all in the terms of the last day; the benchmark's closes by date. By date
    what is known."""
    found = collections.defaultdict(dict)
    closes = [bar[4] for bar in bars]

    def put(name, age, values):
        for (date, *_), value in zip(bars[age:], values):
            if value is not None:
                found[date][name] = value

    moves = [after - before for before, after in zip(closes, closes[1:])]
    gains, losses = wilder([max(move, 0) for move in moves], 14), wilder([max(-move, 0) for move in moves], 14)
    put("rsi14", 1, [None if gain is None else 100 * gain / (gain + loss) for gain, loss in zip(gains, losses)])
    ranges = [max(high - low, abs(high - before), abs(low - before))
              for (_, _, high, low, _), before in zip(bars[1:], closes)]
    atr = wilder(ranges, 14)
    put("atr14", 1, atr)
    put("atr_pct", 1, [None if value is None else 100 * value / close for value, close in zip(atr, closes[1:])])

    def means(values, n):
        return [mean(values[at - n:at]) for at in range(n, len(values) + 1)]

    put("adr20_pct", 19, means([100 * (high / low - 1) for _, _, high, low, _ in bars], 20))
    logs = [math.log(after / before) for before, after in zip(closes, closes[1:])]
    put("hv20", 20, [statistics.stdev(logs[at - 20:at]) * math.sqrt(252) for at in range(20, len(logs) + 1)])
    averages = {n: dict(zip((bar[0] for bar in bars[n - 1:]), means(closes, n))) for n in (50, 150, 200)}
    put("ext_atr50", 49, [(close - average) / value for close, average, value
                          in zip(closes[49:], averages[50].values(), atr[48:])])
    pairs = [(bar[0], bar[4] / benchmark[bar[0]]) for bar in bars if bar[0] in benchmark]
    for (date, strength), average in zip(pairs[199:], means([ratio for _, ratio in pairs], 200)):
        found[date]["mansfield"] = 100 * (strength / average - 1)

    for at, (date, _, high, low, close) in enumerate(bars):
        sma50, sma150, sma200 = (averages[n].get(date) for n in (50, 150, 200))
        before = averages[200].get(bars[at - 21][0]) if at >= 21 else None
        year = bars[at - 251:at + 1] if at >= 251 else []
        rules = found[date]
        if sma50:
            rules["c5"] = close > sma50
        if sma200:
            rules["c1"] = close > sma150 and close > sma200
            rules["c2"] = sma150 > sma200
            rules["c4"] = sma50 > sma150 and sma50 > sma200
        if before:
            rules["c3"] = sma200 > before
        if year:
            rules["c6"] = close >= 1.3 * min(bar[3] for bar in year)
            rules["c7"] = close >= 0.75 * max(bar[2] for bar in year)
    return found


@needs_data
class Figures(FolderTest):
    def bars(self, splits):
        """By symbol, in the terms of the last day, and by symbol and date what turns those into that day's."""
        bars, ratios = collections.defaultdict(list), collections.defaultdict(dict)
        for row in flat_file_rows(STOCKS / "day_aggs_v1"):
            symbol = row["ticker"]
            if symbol in SYMBOLS:
                date = datetime.datetime.fromtimestamp(int(row["window_start"]) // 10**9,
                                                       datetime.timezone.utc).date().isoformat()
                ratio = math.prod(ratio for ex_date, ticker, ratio in splits if ticker == symbol and ex_date > date)
                ratios[symbol][date] = ratio
                bars[symbol].append((date, *(float(row[name]) / ratio for name in ("open", "high", "low", "close"))))
        return {symbol: sorted(rows) for symbol, rows in bars.items()}, ratios

    def test_indicators_and_trend_template(self):
        with open(DATA / "corporate_actions.csv", newline="") as file:
            splits = [(row["ex_date"], row["ticker"], float(row["value"]))
                      for row in csv.DictReader(file) if row["kind"] == "split"]
        out = self.folder / "figures.sqlite"
        run("run", self.write("figures.toml", NODES.format(
            days=STOCKS / "day_aggs_v1", splits=DATA / "corporate_actions.csv", out=out, benchmark=BENCHMARK,
            symbols=", ".join(f'"{symbol}"' for symbol in SYMBOLS))))
        database = sqlite3.connect(out)
        database.row_factory = sqlite3.Row
        stored = collections.defaultdict(dict)
        for row in database.execute("SELECT * FROM stages"):
            stored[row["symbol"], row["trade_date"]] |= dict(row)
        for row in database.execute("SELECT * FROM ranks"):
            stored[row["symbol"], row["trade_date"]] |= dict(row)

        bars, ratios = self.bars(splits)
        self.assertEqual(sorted(bars), sorted(SYMBOLS))
        benchmark = {bar[0]: bar[4] for bar in bars[BENCHMARK]}
        compared = collections.Counter()
        for symbol, rows in bars.items():
            found = figures_of(rows, benchmark)
            for date, *_ in rows:
                row = stored[symbol, date]
                for name in ("rsi14", "atr14", "atr_pct", "adr20_pct", "hv20", "ext_atr50", "mansfield"):
                    expected = found[date].get(name)
                    where = f"{name} of {symbol} on {date}"
                    if expected is None:
                        self.assertIsNone(row[name], where)
                        continue
                    if name == "atr14":
                        expected *= ratios[symbol][date]
                    # Of a difference of nearly equal numbers, the error is one of those.
                    scale = max(abs(expected), 100 if name == "mansfield" else 1)
                    self.assertAlmostEqual(row[name], expected, delta=1e-9 * scale, msg=where)
                    compared[name] += 1
                for name in ("c1", "c2", "c3", "c4", "c5", "c6", "c7"):
                    self.assertEqual(row[name], found[date].get(name), f"{name} of {symbol} on {date}")
                    compared[name] += row[name] is not None
        print(dict(compared))
        self.assertEqual(len(compared), 14)
        self.assertGreater(min(compared.values()), 4000)

    def test_days_and_volumes_by_sql(self):
        out = self.folder / "days.sqlite"
        run("run", self.write("days.toml", MINUTES.format(path=STOCKS / "minute_aggs_v1" / "2016", out=out)))
        database = sqlite3.connect(out)
        expected = sorted(database.execute(DAYS_BY_SQL))
        self.assertGreater(len(expected), 21 * 380)
        self.assertEqual(sorted(database.execute(DAYS_STORED)), expected)

        stored, expected = (database.execute(sql).fetchall() for sql in (VOLUMES_STORED, VOLUMES_BY_SQL))
        self.assertEqual(len(expected), 21)
        self.assertEqual(sum(row[3] is not None for row in stored), 11)
        for (*where, dollars, whole, last), (*_, by_dollars, by_whole, by_last) in zip(stored, expected, strict=True):
            for found, by_sql in ((dollars, by_dollars), (whole, by_whole), (last, by_last)):
                self.assertEqual(found is None, by_sql is None, where)
                if by_sql is not None:
                    self.assertAlmostEqual(found, by_sql, delta=1e-9 * by_sql, msg=where)


if __name__ == "__main__":
    tsflow_cli.main()
