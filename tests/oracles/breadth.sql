-- Counts, ranks and sector returns by SQL over the prices themselves; follows prices.sql. Prints a line a
-- metric: name, rows, rows that differ, greatest relative error.

.mode csv
.import market.csv market
.import ranks.csv ranks_text
.import sector_index.csv sector_ours
.import minutes.csv minutes_text
.import volume.csv volume_text
.mode list

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

-- Volume at the time of the day: up to each minute, and of it alone, over the mean of the ten days before.
CREATE TABLE grid AS
WITH RECURSIVE clock (minute) AS (SELECT 0 UNION ALL SELECT minute + 1 FROM clock WHERE minute < 389)
SELECT d.symbol, d.day, c.minute, m.volume, COALESCE(m.volume, 0) AS bar,
       SUM(COALESCE(m.volume, 0)) OVER (PARTITION BY d.symbol, d.day ORDER BY c.minute) AS cumulative
FROM (SELECT DISTINCT symbol, CAST(day AS INT) AS day FROM minutes_text) d JOIN clock c
LEFT JOIN (SELECT symbol, CAST(day AS INT) AS day, CAST(minute AS INT) AS minute, CAST(volume AS REAL) AS volume
           FROM minutes_text) m ON m.symbol = d.symbol AND m.day = d.day AND m.minute = c.minute;
CREATE TABLE relative AS
SELECT symbol, day, minute, volume,
       CASE COUNT(*) OVER w WHEN 10 THEN bar / NULLIF(AVG(bar) OVER w, 0) END AS bar,
       CASE COUNT(*) OVER w WHEN 10 THEN cumulative / NULLIF(AVG(cumulative) OVER w, 0) END AS cumulative
FROM grid WINDOW w AS (PARTITION BY symbol, minute ORDER BY day ROWS BETWEEN 10 PRECEDING AND 1 PRECEDING);
DELETE FROM relative WHERE volume IS NULL;
CREATE INDEX relative_key ON relative (symbol, day, minute);
INSERT INTO pairs
SELECT 'rvol_' || p.key, p.value, json_extract(json_object('bar', v.bar, 'cumulative', v.cumulative), '$.' || p.key)
FROM volume_text v LEFT JOIN relative r
    ON r.symbol = v.symbol AND r.day = CAST(v.day AS INT) AND r.minute = CAST(v.minute AS INT),
    json_each(json_object('bar', r.bar, 'cumulative', r.cumulative)) p;

-- What is not known is an empty text here and NULL there. A mean of returns may nearly cancel: a return is
-- compared at the size of a price ratio.
SELECT metric, COUNT(*),
       SUM((theirs IS NULL) <> (ours = '')
           OR (theirs IS NOT NULL AND ABS(theirs - ours) > 1e-9 * MAX(ABS(theirs), metric = 'sector_today'))),
       MAX(ABS(theirs - ours) / NULLIF(MAX(ABS(theirs), metric = 'sector_today'), 0))
FROM (SELECT metric, theirs, COALESCE(ours, '') AS ours FROM pairs)
GROUP BY metric;
