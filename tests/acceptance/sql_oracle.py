"""The state of the market by SQL: the program sqlite3 over the same bars, against the tables of a backtest."""

import csv
import datetime
import shutil
import subprocess

from tsflow_cli import SOURCE

SCRIPTS = (SOURCE / "tests" / "oracles" / "prices.sql", SOURCE / "tests" / "acceptance" / "nodes.sql")


def is_there():
    return shutil.which("sqlite3") is not None


def day_number(date):
    return (datetime.date.fromisoformat(date) - datetime.date(1970, 1, 1)).days


def write_csv(path, header, rows):
    with open(path, "w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])


def compare(folder, database, bars, splits, sector_of):
    """`bars`: (date, symbol, open, high, low, close, volume) as text, `splits`: (date, symbol, ratio), sectors by symbol.
    Returns by metric how many values were compared, how many differ, and the greatest relative error."""
    write_csv(folder / "days.csv", ("day", "symbol", "open", "high", "low", "close", "volume"),
              ((day_number(date), *rest) for date, *rest in bars))
    write_csv(folder / "splits.csv", ("day", "symbol", "ratio"),
              ((day_number(date), symbol, ratio) for date, symbol, ratio in splits))
    write_csv(folder / "sectors.csv", ("symbol", "sector"), sector_of.items())
    prices, nodes = (path.read_text() for path in SCRIPTS)
    script = f"{prices}\nATTACH '{database}' AS ours;\n{nodes}"
    result = subprocess.run(["sqlite3", "-bail", ":memory:"], input=script, cwd=folder, text=True,
                            capture_output=True)
    if result.returncode != 0:
        raise AssertionError(f"sqlite3 ended with {result.returncode}:\n{result.stderr}")
    found = {}
    for line in result.stdout.splitlines():
        metric, values, wrong, error = line.split("|")
        found[metric] = int(values), int(wrong), float(error or 0)
    return found
