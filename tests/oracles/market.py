"""market.py FOLDER: breadth, ranks, sectors, rotation, oscillators, trend template and relative volume by
pandas over wide matrices, against what indicator_values wrote into FOLDER."""

import sys

import numpy as np
import pandas as pd

failed = False


def check(metric, theirs, ours, scale=0.0):
    """Compares two Series of one index; `scale` is the least size that a relative error refers to."""
    global failed
    theirs, ours = theirs.align(ours, join="outer")
    theirs, ours = theirs.astype(float), ours.astype(float)
    missing = int((theirs.isna() != ours.isna()).sum())
    error = (theirs - ours).abs() / theirs.abs().clip(lower=scale).replace(0, 1)
    wrong = missing + int((error > 1e-9).sum())
    print(f"{metric}|{len(theirs)}|{wrong}|{error.max():.1e}")
    if wrong or error.isna().all():
        failed = True


def long(wide):
    return wide.stack(dropna=False).rename_axis(["day", "symbol"])


def seeded(values, period):
    """An exponential average that begins with the mean of its first values."""
    result = pd.Series(np.nan, index=values.index)
    rest = values.iloc[period - 1:].copy()
    rest.iloc[0] = values.iloc[:period].mean()
    result.iloc[period - 1:] = rest.ewm(alpha=2 / (period + 1), adjust=False).mean()
    return result


folder = sys.argv[1]
days = pd.read_csv(f"{folder}/days.csv")
splits = pd.read_csv(f"{folder}/splits.csv")
market = pd.read_csv(f"{folder}/market.csv", index_col="day")
ranks = pd.read_csv(f"{folder}/ranks.csv", index_col=["day", "symbol"])

raw = {column: days.pivot(index="day", columns="symbol", values=column)
       for column in ["high", "low", "close", "volume"]}
factor = pd.DataFrame(1.0, index=raw["close"].index, columns=raw["close"].columns)
for day, symbol, ratio in splits.itertuples(index=False):
    if symbol in factor:
        factor.loc[factor.index < day, symbol] *= ratio
close, high, low = (raw[column] / factor for column in ["close", "high", "low"])


def ticks(prices):
    return (prices * 1e4 + 0.5).apply(np.floor)


# The close before in the terms of its next day, in ticks: what is compared is rounded as prices are.
last = ticks(raw["close"])
previous = ticks(raw["close"].ffill().shift() / (factor.shift() / factor).fillna(1))
traded = last.notna() & previous.notna()
up, down = traded & (last > previous), traded & (last < previous)
adv, dec = up.sum(axis=1), down.sum(axis=1)
up_volume = raw["volume"].where(up, 0).sum(axis=1)
down_volume = raw["volume"].where(down, 0).sum(axis=1)
check("adv", adv, market["adv"])
check("dec", dec, market["dec"])
check("unch", (traded & (last == previous)).sum(axis=1), market["unch"])
check("not_traded", (previous.notna() & last.isna()).sum(axis=1), market["not_traded"])
check("up_vol", up_volume, market["up_vol"])
check("dn_vol", down_volume, market["dn_vol"])
with np.errstate(all="ignore"):
    quotient = (adv / dec) / (up_volume / down_volume)
    check("trin", quotient.where((adv > 0) & (dec > 0) & (down_volume > 0)), market["trin"])
    sums = [s.rolling(10).sum() for s in (adv, dec, up_volume, down_volume)]
    check("open10", (sums[0] / sums[1]) / (sums[2] / sums[3]), market["open10"])
check("adl", (adv - dec).cumsum(), market["adl"])

# A symbol's own sessions: what it missed is no row of its own.
own = {symbol: close[symbol].dropna() for symbol in close}


def by_own(compute, of=None):
    source = own if of is None else {symbol: of[symbol].dropna() for symbol in of}
    return pd.DataFrame({symbol: compute(values) for symbol, values in source.items()}).reindex(close.index)


def average(n):
    return by_own(lambda values: values.rolling(n).mean())


smas = {n: average(n) for n in (20, 50, 150, 200)}
for n in (20, 50, 200):
    # A price that is the average up to rounding is not above it.
    above = (close > smas[n] * (1 + 1e-13)) & smas[n].notna()
    check(f"above{n}", above.sum(axis=1), market[f"above{n}"])
    check(f"rep{n}", (close.notna() & smas[n].notna()).sum(axis=1), market[f"rep{n}"])
ema = by_own(lambda values: seeded(values, 20) if len(values) >= 20 else values * np.nan)
before = by_own(lambda values: (seeded(values, 20) if len(values) >= 20 else values * np.nan).shift())
check("above_ema20", ((close > ema) & before.notna()).sum(axis=1), market["above_ema20"])

top = by_own(lambda values: values.rolling(252).max().shift(), high)
bottom = by_own(lambda values: values.rolling(252).min().shift(), low)
high_tick, low_tick = ticks(raw["high"]), ticks(raw["low"])
top_tick, bottom_tick = ticks(top * factor), ticks(bottom * factor)
nh, nl = (high_tick > top_tick).sum(axis=1), (low_tick < bottom_tick).sum(axis=1)
check("nh", nh, market["nh"])
check("nl", nl, market["nl"])
check("nh_match", (high_tick >= top_tick).sum(axis=1), market["nh_match"])
check("nl_match", (low_tick <= bottom_tick).sum(axis=1), market["nl_match"])
rhp = 100 * nh / (nh + nl)
check("rhp", rhp, market["rhp"])
check("hl_index", rhp.dropna().rolling(10).mean().reindex(rhp.index).ffill(), market["hl_index"])

change = by_own(lambda values: values.pct_change())
edges = [-np.inf, -0.01, 0, 0.01, np.inf]
for segment in range(4):
    inside = (change >= edges[segment]) & (change < edges[segment + 1])
    check(f"seg{segment}", inside.sum(axis=1), market[f"seg{segment}"])

counted = adv + dec > 0
rana = (1000 * (adv - dec) / (adv + dec))[counted]
t10, t5 = seeded(rana, 19), seeded(rana, 39)
check("mo", t10 - t5, market["mo"][counted], 100)
check("msi", (t10 - t5).fillna(0).cumsum(), market["msi"][counted], 100)
check("zbt", seeded((adv / (adv + dec))[counted], 10), market["zbt"][counted])

ret21 = by_own(lambda values: values / values.shift(21) - 1)
check("rank", long(ret21.rank(axis=1, ascending=False, method="min")).dropna(), ranks["rank"])
check("cume_dist", long(ret21.rank(axis=1, method="max", pct=True)).dropna(), ranks["cume_dist"])
# (lesser + half of the equal) / N from the mean rank, which counts itself as half.
mean_rank = ret21.rank(axis=1).sub(0.5).div(ret21.count(axis=1), axis=0)
check("mid_rank", long(mean_rank).dropna(), ranks["mid_rank"])
score = sum(weight * by_own(lambda values: values / values.shift(n) - 1)
            for weight, n in ((0.4, 63), (0.2, 126), (0.2, 189), (0.2, 252)))
percent = score.rank(axis=1, method="min").sub(1).div((score.count(axis=1) - 1).clip(lower=1), axis=0)
rating = np.floor(98 * percent + 0.5) + 1
check("rating", long(rating).dropna(), ranks["rating"].where(ranks["rating"] > 0).dropna())

# Criteria of the trend template from this script's own averages.
ours = pd.read_csv(f"{folder}/template.csv", index_col=["day", "symbol"])
year_high = by_own(lambda values: values.rolling(252).max(), high)
year_low = by_own(lambda values: values.rolling(252).min(), low)
earlier = by_own(lambda values: values.rolling(200).mean().shift(21))


def higher(a, b):
    """What is an average up to rounding is not above it."""
    return a / b - 1 > 1e-13


def criterion(answer, *needs):
    known = close.notna()
    for need in needs:
        known &= need.notna()
    return long(answer.astype(float).where(known)).dropna()


for name, theirs in {
    "c1": criterion(higher(close, smas[150]) & higher(close, smas[200]), smas[200]),
    "c2": criterion(higher(smas[150], smas[200]), smas[200]),
    "c3": criterion(higher(smas[200], earlier), earlier),
    "c4": criterion(higher(smas[50], smas[150]) & higher(smas[50], smas[200]), smas[200]),
    "c5": criterion(higher(close, smas[50]), smas[50]),
    "c6": criterion(close >= 1.30 * year_low, year_low),
    "c7": criterion(close >= 0.75 * year_high, year_high),
    "c8": criterion(rating >= 70, rating),
}.items():
    answers = ours[name].dropna()
    check(f"template_{name}", theirs, answers)
check("template_c3_known", long(by_own(lambda values: values.rolling(221).count())).ge(221).astype(float),
      ours["c3"].notna().astype(float).reindex(long(close).index).fillna(0))

# Sectors.
index = pd.read_csv(f"{folder}/sector_index.csv")
sector_of = pd.read_csv(f"{folder}/sectors.csv", index_col="symbol")["sector"].reindex(close.columns)
sector_of = sector_of.fillna("UNCLASSIFIED")
today_all = change.mean(axis=1)
level_all = 100 * (1 + today_all.fillna(0)).cumprod()
for sector, rows in index.groupby("sector"):
    rows = rows.set_index("day")
    members = change.loc[:, sector_of == sector]
    if members.shape[1] < 3:
        continue
    today = members.mean(axis=1).where(members.count(axis=1) >= 3)
    check("sector_today", today, rows["today"], 1)
    level = 100 * (1 + today.fillna(0)).cumprod()
    check("sector_index", level, rows["index"])
    check("sector_rel_ret21", level.pct_change(21) - level_all.pct_change(21), rows["rel_ret21"], 1)
    check("sector_median", members.median(axis=1), rows["median"], 1)
    check("sector_iqr", members.quantile(0.75, axis=1) - members.quantile(0.25, axis=1), rows["iqr"], 1)
    strength = level / level_all
    x = 100 * strength / strength.rolling(50).mean()
    y = 100 * x / x.rolling(10).mean()
    check("rotation_x", x.where(y.notna()), rows["x"])
    check("rotation_y", y, rows["y"])

# Volume at the time of the day: a matrix of days and minutes.
minutes = pd.read_csv(f"{folder}/minutes.csv")
for symbol, rows in minutes.groupby("symbol"):
    wide = rows.pivot(index="day", columns="minute", values="volume").reindex(columns=range(390))
    volume = wide.fillna(0)
    cumulative = volume.cumsum(axis=1)
    ours = pd.read_csv(f"{folder}/volume.csv", index_col=["day", "symbol", "minute"]).xs(symbol, level="symbol")
    for metric, matrix in (("cumulative", cumulative), ("bar", volume)):
        relative = (matrix / matrix.rolling(10).mean().shift()).where(wide.notna())
        check(f"rvol_{metric}", relative.stack().replace(np.inf, np.nan).dropna(), ours[metric].dropna())

sys.exit(1 if failed else 0)
