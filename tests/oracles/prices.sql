-- Real prices as tables, and breadth from them: what the oracles in SQL have in common. Reads days.csv,
-- splits.csv and sectors.csv of the current folder.

.mode csv
.import days.csv days_text
.import splits.csv splits_text
.import sectors.csv sectors
.mode list
.separator |

CREATE TABLE days AS
SELECT CAST(day AS INT) AS day, symbol, CAST(open AS REAL) AS open, CAST(high AS REAL) AS high,
       CAST(low AS REAL) AS low, CAST(close AS REAL) AS close, CAST(volume AS REAL) AS volume
FROM days_text;
CREATE TABLE splits AS
SELECT CAST(day AS INT) AS day, symbol, CAST(ratio AS REAL) AS ratio FROM splits_text;

-- A symbol's bars in the terms of each of its epochs, the spans between splits: all bars up to the end of
-- the epoch, and those of the epoch itself marked as `own`.
CREATE TABLE epochs AS
SELECT symbol, begin, LEAD(begin, 1, 1e9) OVER (PARTITION BY symbol ORDER BY begin) AS until
FROM (SELECT DISTINCT symbol, 0 AS begin FROM days UNION SELECT symbol, day FROM splits);
CREATE TABLE bars AS
SELECT e.symbol, e.begin AS epoch, d.day, d.day >= e.begin AS own, d.volume,
       d.close / f.factor AS close, d.high / f.factor AS high, d.low / f.factor AS low
FROM epochs e
JOIN days d ON d.symbol = e.symbol AND d.day < e.until
JOIN (SELECT e.symbol, e.begin, d.day,
             COALESCE((SELECT EXP(SUM(LN(s.ratio))) FROM splits s
                       WHERE s.symbol = e.symbol AND s.day > d.day AND s.day <= e.begin), 1.0) AS factor
      FROM epochs e JOIN days d ON d.symbol = e.symbol AND d.day < e.until) f
  ON f.symbol = e.symbol AND f.begin = e.begin AND f.day = d.day;

CREATE TABLE windows AS
SELECT *,
       ROUND(close * 1e4) AS tick,
       SUM(ROUND(close * 1e4)) OVER w9 AS sum10, SUM(ROUND(close * 1e4)) OVER w19 AS sum20, SUM(ROUND(close * 1e4)) OVER w49 AS sum50,
       SUM(ROUND(close * 1e4)) OVER w199 AS sum200,
       LAG(ROUND(close * 1e4)) OVER w AS before, LAG(close) OVER w AS close1,
       LAG(close, 21) OVER w AS close21,
       MAX(ROUND(high * 1e4)) OVER w252 AS top, MIN(ROUND(low * 1e4)) OVER w252 AS bottom,
       ROW_NUMBER() OVER w AS n
FROM bars
WINDOW w AS (PARTITION BY symbol, epoch ORDER BY day),
       w9 AS (w ROWS BETWEEN 9 PRECEDING AND CURRENT ROW),
       w19 AS (w ROWS BETWEEN 19 PRECEDING AND CURRENT ROW),
       w49 AS (w ROWS BETWEEN 49 PRECEDING AND CURRENT ROW),
       w199 AS (w ROWS BETWEEN 199 PRECEDING AND CURRENT ROW),
       w252 AS (w ROWS BETWEEN 252 PRECEDING AND 1 PRECEDING);
DELETE FROM windows WHERE NOT own;

CREATE TABLE breadth AS
SELECT day,
       COUNT(*) FILTER (WHERE n > 1 AND tick > before) AS adv,
       COUNT(*) FILTER (WHERE n > 1 AND tick < before) AS dec,
       COUNT(*) FILTER (WHERE n > 1 AND tick = before) AS unch,
       COALESCE(SUM(volume) FILTER (WHERE n > 1 AND tick > before), 0) AS up_vol,
       COALESCE(SUM(volume) FILTER (WHERE n > 1 AND tick < before), 0) AS dn_vol,
       COUNT(*) FILTER (WHERE n >= 20 AND tick * 20 > sum20) AS above20,
       COUNT(*) FILTER (WHERE n >= 20) AS rep20,
       COUNT(*) FILTER (WHERE n >= 50 AND tick * 50 > sum50) AS above50,
       COUNT(*) FILTER (WHERE n >= 50) AS rep50,
       COUNT(*) FILTER (WHERE n >= 200 AND tick * 200 > sum200) AS above200,
       COUNT(*) FILTER (WHERE n >= 200) AS rep200,
       COUNT(*) FILTER (WHERE n > 252 AND ROUND(high * 1e4) > top) AS nh,
       COUNT(*) FILTER (WHERE n > 252 AND ROUND(low * 1e4) < bottom) AS nl,
       COUNT(*) FILTER (WHERE n > 252 AND ROUND(high * 1e4) >= top) AS nh_match,
       COUNT(*) FILTER (WHERE n > 252 AND ROUND(low * 1e4) <= bottom) AS nl_match,
       COUNT(*) FILTER (WHERE n > 252) AS rep_hl,
       COUNT(*) FILTER (WHERE close / close1 - 1 < -0.01) AS seg0,
       COUNT(*) FILTER (WHERE close / close1 - 1 >= -0.01 AND close / close1 - 1 < 0) AS seg1,
       COUNT(*) FILTER (WHERE close / close1 - 1 >= 0 AND close / close1 - 1 < 0.01) AS seg2,
       COUNT(*) FILTER (WHERE close / close1 - 1 >= 0.01) AS seg3
FROM windows GROUP BY day;
