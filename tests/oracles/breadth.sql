-- Counts, ranks and sector returns by SQL over the prices themselves. Prints a line a metric: name, rows, rows
-- that differ, greatest relative error.

.mode csv
.import days.csv days_text
.import splits.csv splits_text
.import sectors.csv sectors
.import market.csv market
.import ranks.csv ranks_text
.import sector_index.csv sector_ours
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
       SUM(ROUND(close * 1e4)) OVER w19 AS sum20, SUM(ROUND(close * 1e4)) OVER w49 AS sum50,
       SUM(ROUND(close * 1e4)) OVER w199 AS sum200,
       LAG(ROUND(close * 1e4)) OVER w AS before, LAG(close) OVER w AS close1,
       LAG(close, 21) OVER w AS close21,
       MAX(ROUND(high * 1e4)) OVER w252 AS top, MIN(ROUND(low * 1e4)) OVER w252 AS bottom,
       ROW_NUMBER() OVER w AS n
FROM bars
WINDOW w AS (PARTITION BY symbol, epoch ORDER BY day),
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

CREATE TABLE pairs AS
SELECT 'adv' AS metric, b.adv AS theirs, m.adv AS ours FROM breadth b JOIN market m USING (day)
UNION ALL SELECT 'dec', b.dec, m.dec FROM breadth b JOIN market m USING (day)
UNION ALL SELECT 'unch', b.unch, m.unch FROM breadth b JOIN market m USING (day)
UNION ALL SELECT 'up_vol', b.up_vol, m.up_vol FROM breadth b JOIN market m USING (day)
UNION ALL SELECT 'dn_vol', b.dn_vol, m.dn_vol FROM breadth b JOIN market m USING (day)
UNION ALL SELECT 'trin', 1.0 * b.adv * b.dn_vol / NULLIF(b.dec * b.up_vol, 0), m.trin
          FROM breadth b JOIN market m USING (day) WHERE b.adv > 0 AND b.dn_vol > 0
UNION ALL SELECT 'open10',
                 CASE COUNT(*) OVER w WHEN 10
                 THEN (SUM(b.adv) OVER w * 1.0 / SUM(b.dec) OVER w) / (SUM(b.up_vol) OVER w / SUM(b.dn_vol) OVER w)
                 END,
                 m.open10 FROM breadth b JOIN market m USING (day)
          WINDOW w AS (ORDER BY b.day ROWS 9 PRECEDING)
UNION ALL SELECT 'adl', SUM(b.adv - b.dec) OVER (ORDER BY b.day), m.adl
          FROM breadth b JOIN market m USING (day)
UNION ALL SELECT 'above20', b.above20, m.above20 FROM breadth b JOIN market m USING (day)
UNION ALL SELECT 'rep20', b.rep20, m.rep20 FROM breadth b JOIN market m USING (day)
UNION ALL SELECT 'above50', b.above50, m.above50 FROM breadth b JOIN market m USING (day)
UNION ALL SELECT 'rep50', b.rep50, m.rep50 FROM breadth b JOIN market m USING (day)
UNION ALL SELECT 'above200', b.above200, m.above200 FROM breadth b JOIN market m USING (day)
UNION ALL SELECT 'rep200', b.rep200, m.rep200 FROM breadth b JOIN market m USING (day)
UNION ALL SELECT 'nh', b.nh, m.nh FROM breadth b JOIN market m USING (day)
UNION ALL SELECT 'nl', b.nl, m.nl FROM breadth b JOIN market m USING (day)
UNION ALL SELECT 'nh_match', b.nh_match, m.nh_match FROM breadth b JOIN market m USING (day)
UNION ALL SELECT 'nl_match', b.nl_match, m.nl_match FROM breadth b JOIN market m USING (day)
UNION ALL SELECT 'rep_hl', b.rep_hl, m.rep_hl FROM breadth b JOIN market m USING (day)
UNION ALL SELECT 'seg0', b.seg0, m.seg0 FROM breadth b JOIN market m USING (day)
UNION ALL SELECT 'seg1', b.seg1, m.seg1 FROM breadth b JOIN market m USING (day)
UNION ALL SELECT 'seg2', b.seg2, m.seg2 FROM breadth b JOIN market m USING (day)
UNION ALL SELECT 'seg3', b.seg3, m.seg3 FROM breadth b JOIN market m USING (day);

CREATE TABLE ranked AS
SELECT day, symbol, RANK() OVER (PARTITION BY day ORDER BY ret DESC) AS rank,
       PERCENT_RANK() OVER w AS percent_rank, CUME_DIST() OVER w AS cume_dist
FROM (SELECT day, symbol, close / close21 - 1 AS ret FROM windows WHERE close21 IS NOT NULL)
WINDOW w AS (PARTITION BY day ORDER BY ret);
CREATE TABLE ranks AS
SELECT CAST(day AS INT) AS day, symbol, rank, percent_rank, cume_dist FROM ranks_text;
CREATE INDEX ranks_key ON ranks (day, symbol);
INSERT INTO pairs
SELECT 'rank', r.rank, o.rank FROM ranked r LEFT JOIN ranks o USING (day, symbol)
UNION ALL SELECT 'percent_rank', r.percent_rank, o.percent_rank FROM ranked r LEFT JOIN ranks o USING (day, symbol)
UNION ALL SELECT 'cume_dist', r.cume_dist, o.cume_dist FROM ranked r LEFT JOIN ranks o USING (day, symbol);

INSERT INTO pairs
SELECT 'sector_today', t.today, o.today
FROM (SELECT day, sector, CASE WHEN COUNT(*) >= 3 THEN AVG(close / close1 - 1) END AS today
      FROM windows JOIN sectors USING (symbol) WHERE close1 IS NOT NULL GROUP BY day, sector) t
JOIN (SELECT CAST(day AS INT) AS day, sector, today FROM sector_ours) o USING (day, sector);

-- What is not known is an empty text here and NULL there. A mean of returns may nearly cancel: a return is
-- compared at the size of a price ratio.
SELECT metric, COUNT(*),
       SUM((theirs IS NULL) <> (ours = '')
           OR (theirs IS NOT NULL AND ABS(theirs - ours) > 1e-9 * MAX(ABS(theirs), metric = 'sector_today'))),
       MAX(ABS(theirs - ours) / NULLIF(MAX(ABS(theirs), metric = 'sector_today'), 0))
FROM (SELECT metric, theirs, COALESCE(ours, '') AS ours FROM pairs)
GROUP BY metric;
