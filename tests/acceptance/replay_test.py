"""pipelines/replay.toml stores exactly what the flat files hold."""

import datetime
import sqlite3
import unittest

import tsflow_cli
from tsflow_cli import FolderTest, SOURCE, STOCKS, flat_file_rows, needs_data, run

COLUMNS = ("open", "high", "low", "close", "volume")


def timestamp(nanoseconds):
    moment = datetime.datetime.fromtimestamp(int(nanoseconds) // 10**9, datetime.timezone.utc)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


@needs_data
class Replay(FolderTest):
    def replay(self, path):
        database = self.folder / "out.sqlite"
        run("run", SOURCE / "pipelines" / "replay.toml", "--set", f"sources.files.path={path}",
            "--set", f"sinks.bars.path={database}", "--set",
            f"pipeline.state_dir={self.folder / 'state'}")
        return sqlite3.connect(database)

    def stored(self, database):
        query = f"select symbol, timestamp, {', '.join(COLUMNS)} from ohlcv_1min"
        return {(row[0], row[1]): row[2:] for row in database.execute(query)}

    def check(self, path, count):
        database = self.replay(path)
        stored = self.stored(database)
        self.assertEqual(len(stored), count)
        expected = {}
        for row in flat_file_rows(path):
            key = (row["ticker"], timestamp(row["window_start"]))
            expected[key] = tuple(float(row[column]) for column in COLUMNS)
        self.assertEqual(stored, expected)
        again = self.stored(self.replay(path))
        self.assertEqual(again, stored, "a second run changes nothing")

    def test_msft_minutes(self):
        self.check(STOCKS / "minute_aggs_v1" / "2016", 8_211)

    def test_spy_minutes(self):
        self.check(STOCKS / "minute_aggs_v1" / "2011", 17_577)

    def test_days(self):
        self.check(STOCKS / "day_aggs_v1", 415_080)


PIPELINE = """
[sources.minutes]
type = "flat_file"
path = "{path}"

[transforms.days]
type = "resample"
inputs = ["minutes"]
every = "1d"
timezone = "America/New_York"

[sinks.table]
type = "csv"
inputs = ["days"]
path = "{out}"
"""


@needs_data
class Resample(FolderTest):
    def days(self, year, utc_offset_of):
        """Day bars of tsflow, and those that Python makes of the same minutes: by local date, with an
        offset that the test states by hand."""
        path = STOCKS / "minute_aggs_v1" / year
        out = self.folder / "days.csv"
        run("run", self.write("days.toml", PIPELINE.format(path=path, out=out)))
        made = {}
        with open(out, newline="") as file:
            for row in tsflow_cli.csv.DictReader(file):
                made[row["timestamp"]] = tuple(float(row[c]) for c in ("open", "high", "low", "close"))

        bars = {}
        for row in flat_file_rows(path):
            start = int(row["window_start"])
            moment = datetime.datetime.fromtimestamp(start // 10**9, datetime.timezone.utc)
            offset = utc_offset_of(moment)
            day = (moment + datetime.timedelta(hours=offset)).date()
            bars.setdefault((day, offset), []).append((start, row))
        expected = {}
        for (day, _), minutes in bars.items():
            minutes.sort(key=lambda item: item[0])
            rows = [row for _, row in minutes]
            offset_at_midnight = utc_offset_of(
                datetime.datetime(day.year, day.month, day.day, 5, tzinfo=datetime.timezone.utc))
            key = f"{day}T{-offset_at_midnight:02}:00:00Z"
            expected[key] = (float(rows[0]["open"]), max(float(r["high"]) for r in rows),
                             min(float(r["low"]) for r in rows), float(rows[-1]["close"]))
        return made, expected

    def test_msft(self):
        made, expected = self.days("2016", lambda moment: -4)  # April and May: daylight time
        self.assertEqual(len(made), 21)
        self.assertEqual(made, expected)

    def test_spy_across_the_change_of_clocks(self):
        change = datetime.datetime(2011, 3, 13, 7, tzinfo=datetime.timezone.utc)
        made, expected = self.days("2011", lambda moment: -5 if moment < change else -4)
        self.assertEqual(len(made), 23)
        self.assertEqual(made, expected)
        self.assertIn("2011-03-11T05:00:00Z", made)
        self.assertIn("2011-03-14T04:00:00Z", made)


if __name__ == "__main__":
    tsflow_cli.main()
