"""Rankings, sectors and stages as pipelines/backtest.toml stores them are what Python makes of the same files by
brute force, from the definitions alone; and all of its tables are what SQL makes of them."""

import collections
import csv
import datetime
import sqlite3
import unittest

import sql_oracle
import tsflow_cli
from tsflow_cli import DATA, FolderTest, SOURCE, STOCKS, flat_file_rows, needs_data, run

EVERY = 12  # of the symbols, each so many-th
SCORE = ((0.4, 63), (0.2, 126), (0.2, 189), (0.2, 252))
METRICS_BY_SQL = 60
COLUMNS = ("ticker", "open", "high", "low", "close", "volume")
BACK = {"ret_1": 1, "ret_21": 21, "rs_score": 252}


def value_of(metric, closes):
    """Of the closes up to and with today's."""
    if len(closes) <= BACK[metric]:
        return None
    past = lambda sessions: closes[-1] / closes[-1 - sessions] - 1
    return sum(weight * past(n) for weight, n in SCORE) if metric == "rs_score" else past(BACK[metric])


class Stage:
    """stage_v1 over weekly closes, from its description."""

    def __init__(self):
        self.closes, self.stage, self.wanted, self.times = [], 0, 0, 0

    def split(self, ratio):
        self.closes = [close / ratio for close in self.closes]

    def week(self, close):
        self.closes.append(close)
        if len(self.closes) < 34:
            return None
        now, then = sum(self.closes[-30:]) / 30, sum(self.closes[-34:-4]) / 30
        slope, distance = now / then - 1, close / now - 1
        if slope >= .02 and distance >= .03:
            target = 2
        elif slope <= -.02 and distance <= -.03:
            target = 4
        elif self.stage == 2 and (abs(slope) < .01 or slope < 0 or distance <= -.03):
            target = 3
        elif self.stage == 4 and (abs(slope) < .01 or slope > 0 or distance >= .03):
            target = 1
        else:
            target = self.stage
        before = self.stage
        if target == self.stage:
            self.wanted, self.times = 0, 0
        else:
            self.times = self.times + 1 if target == self.wanted else 1
            self.wanted = target
            if self.times >= (1 if self.stage == 0 else 2):
                self.stage, self.wanted, self.times = target, 0, 0
        return (before, self.stage) if self.stage != before else None


def monday(day):
    date = datetime.date.fromisoformat(day)
    return date - datetime.timedelta(days=date.weekday())


@needs_data
class Backtest(FolderTest):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        rows = list(flat_file_rows(STOCKS / "day_aggs_v1"))
        with open(DATA / "corporate_actions.csv", newline="") as file:
            cls.splits = sorted((row["ex_date"], row["ticker"], float(row["value"]))
                                for row in csv.DictReader(file) if row["kind"] == "split")
        with open(DATA / "sp500_sectors.csv", newline="") as file:
            cls.sector = {row["symbol"].replace("-", "."): row["sector"] for row in csv.DictReader(file)}
        chosen = set(sorted({row["ticker"] for row in rows})[::EVERY])
        chosen |= {symbol for _, symbol, _ in cls.splits}
        cls.chosen = chosen
        cls.days = collections.defaultdict(dict)
        cls.bars = []
        for row in rows:
            if row["ticker"] in chosen:
                day = datetime.datetime.fromtimestamp(int(row["window_start"]) // 10**9,
                                                      datetime.timezone.utc).date().isoformat()
                cls.days[day][row["ticker"]] = float(row["close"])
                cls.bars.append((day, *(row[name] for name in COLUMNS)))

    def brute_force(self):
        closes, stages = collections.defaultdict(list), collections.defaultdict(Stage)
        week_closes, ranks, sectors, changes = {}, {}, {}, set()
        past = ""
        ordered = sorted(self.days)
        for day, after in zip(ordered, ordered[1:] + [None]):
            for date, symbol, ratio in self.splits:
                if past and past < date <= day:
                    closes[symbol] = [close / ratio for close in closes[symbol]]
                    stages[symbol].split(ratio)
                    if symbol in week_closes:
                        week_closes[symbol] /= ratio
            returns = collections.defaultdict(list)
            for symbol, close in self.days[day].items():
                if closes[symbol]:
                    returns[self.sector.get(symbol, "UNCLASSIFIED")].append(close / closes[symbol][-1] - 1)
                closes[symbol].append(close)
                week_closes[symbol] = close
            for metric in BACK:
                values = {symbol: value_of(metric, closes[symbol]) for symbol in self.days[day]}
                ranks[day, metric] = sorted(((-value, symbol) for symbol, value in values.items()
                                             if value is not None))
            sectors[day] = {sector: sum(moves) / len(moves) for sector, moves in returns.items()
                            if len(moves) >= 3}
            if after is None or monday(after) != monday(day):
                for symbol, close in week_closes.items():
                    change = stages[symbol].week(close)
                    # A week that the data ends in is not over.
                    if change and after is not None:
                        changes.add((day, symbol) + change)
                week_closes = {}
            past = day
        return ranks, sectors, changes

    def test_rankings_sectors_and_stages(self):
        path = self.folder / "state.sqlite"
        names = ", ".join(f'"{name}"' for name in sorted(self.chosen))
        arguments = ["--set", "transforms.rankings.top=1000"]
        for node in ("breadth", "segments", "rankings", "sectors", "stages"):
            arguments += ["--set", f"transforms.{node}.symbols=[{names}]"]
        run("run", SOURCE / "pipelines" / "backtest.toml", *arguments,
            env=dict(tsflow_cli.os.environ, TSFLOW_DATA=str(DATA), TSFLOW_DATABASE=str(path)))
        database = sqlite3.connect(path)
        ranks, sectors, changes = self.brute_force()

        found = collections.defaultdict(list)
        for day, metric, symbol, value, rank in database.execute(
                "SELECT trade_date, metric, symbol, value, rank FROM rankings_top WHERE side = 'top' AND "
                "symbol IS NOT NULL ORDER BY trade_date, metric, place"):
            found[day, metric].append((symbol, value, rank))
        self.assertEqual({key for key, rows in ranks.items() if rows}, set(found))
        for key, rows in found.items():
            expected = ranks[key]
            self.assertEqual(len(rows), len(expected), key)
            for (symbol, value, rank), (negative, name) in zip(rows, expected):
                self.assertAlmostEqual(value, -negative, delta=1e-9 * max(1e-3, abs(value)), msg=f"{key} {name}")
                self.assertEqual(rank, 1 + sum(other < negative - 1e-15 for other, _ in expected), key)

        rows = database.execute("SELECT trade_date, sector, ret_1 FROM sectors WHERE ret_1 IS NOT NULL AND "
                                "sector <> 'ALL'").fetchall()
        self.assertEqual(len(rows), sum(len(moves) for moves in sectors.values()))
        for day, sector, ret in rows:
            self.assertAlmostEqual(ret, sectors[day][sector], delta=1e-12, msg=f"{day} {sector}")

        rows = set(database.execute("SELECT trade_date, symbol, from_stage, to_stage FROM stage_transitions"))
        self.assertGreater(len(changes), 100)
        self.assertEqual(rows, changes)
        self.check_by_sql(path)

    def check_by_sql(self, path):
        if not sql_oracle.is_there():
            print("left out: sqlite3 is not installed")
            return
        found = sql_oracle.compare(self.folder, path, self.bars, self.splits, self.sector)
        for metric, (values, wrong, error) in sorted(found.items()):
            print(f"{metric}: {values} values, greatest error {error:.1e}")
            self.assertGreater(values, 20, metric)
            self.assertEqual(wrong, 0, metric)
        self.assertGreaterEqual(len(found), METRICS_BY_SQL)


if __name__ == "__main__":
    tsflow_cli.main()
