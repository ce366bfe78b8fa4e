"""pass.py FOLDER: the state of the market in FOLDER by pandas, over wide matrices that are there already; as
pass.sql. Prints `ms NAME VALUE` and `count NAME VALUE`."""

import sys
import time

import pandas as pd

folder = sys.argv[1]
history, minutes = (pd.read_csv(f"{folder}/{name}.csv") for name in ("history", "minutes"))
columns = ("open", "high", "low", "close", "volume")
past = {name: history.pivot(index="time", columns="symbol", values=name) for name in columns}
now = {name: minutes.pivot(index="time", columns="symbol", values=name) for name in columns}
sectors = past["close"].columns.to_series() % 11


def market():
    closes, close = past["close"], now["close"].iloc[-1]
    opened, high, low = now["open"].iloc[0], now["high"].max(), now["low"].min()
    volume = now["volume"].sum()
    back = {n: closes.iloc[-n] for n in (1, 5, 21, 63, 126, 189, 252)}
    sums = {n: closes.iloc[1 - n:].sum() for n in (10, 20, 50, 150, 200)}
    top, bottom = past["high"].iloc[-252:].max(), past["low"].iloc[-252:].min()
    ranges = (past["high"].iloc[-19:] / past["low"].iloc[-19:]).sum()
    ret = {n: close / back[n] - 1 for n in back}
    up, down = close > back[1], close < back[1]
    means = {n: (sums[n] + close) / n for n in sums}
    score = 0.4 * ret[63] + 0.2 * (ret[126] + ret[189] + ret[252])
    quarter = close / now["close"].iloc[-16] - 1
    told = [volume[up].sum(), volume[down].sum(), ((ret[1] < -0.02).sum(), (ret[1] >= 0.02).sum()),
            (close > means[50]) & (means[50] > means[150]) & (means[150] > means[200]) & (close >= 1.3 * bottom)
            & (close >= 0.75 * top),
            close / now["close"].iloc[-6] - 1, close / opened - 1, opened / back[1] - 1, volume * close,
            100 * ((ranges + high / low) / 20 - 1), ret[1].rank(ascending=False, method="min"),
            quarter.rank(ascending=False, method="min"), score.rank(pct=True)]
    told += [(close * (n - 1) > sums[n]).sum() for n in (10, 20, 50, 200)]
    groups = ret[1].groupby(sectors)
    told += [groups.mean(), groups.quantile([0.25, 0.5, 0.75]), up.groupby(sectors).sum()]
    counts = {"adv": up.sum(), "dec": down.sum(), "unch": (close == back[1]).sum(), "new_high": (high > top).sum(),
              "new_low": (low < bottom).sum()}
    return counts, told


times = []
for _ in range(7):
    begin = time.process_time()
    counts, _ = market()
    times.append(1e3 * (time.process_time() - begin))
print("ms whole", sorted(times)[3])
for name, count in counts.items():
    print("count", name, count)
