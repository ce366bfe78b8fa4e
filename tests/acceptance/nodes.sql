-- What the nodes of pipelines/backtest.toml have stored, the attached database `ours`, against SQL over the
-- prices; follows prices.sql of tests/oracles. Prints a line a metric: name, values, those that differ, greatest
-- relative error.

-- Both sides as one value a line. Errors are relative to the value, or to `scale` where that is greater: a
-- difference of numbers that are nearly equal is as exact as what it is made of.
CREATE TABLE theirs (metric TEXT, at TEXT, value, scale REAL DEFAULT 0);
CREATE TABLE stored (metric TEXT, at TEXT, value);

CREATE TABLE calendar AS
SELECT day, DATE(day * 86400, 'unixepoch') AS date, day - (day + 3) % 7 AS monday
FROM (SELECT DISTINCT day FROM days);
CREATE TABLE week_ends AS
SELECT monday, MAX(day) AS day, MAX(date) AS date FROM calendar
-- The week in which the data ends is not over.
WHERE monday < (SELECT MAX(monday) FROM calendar) GROUP BY monday;
CREATE TABLE symbols AS
SELECT symbol, MIN(day) AS first, COALESCE(sector, 'UNCLASSIFIED') AS sector
FROM days LEFT JOIN sectors USING (symbol) GROUP BY symbol;

-- Breadth: advances and declines.
CREATE TABLE ad AS
SELECT b.*, c.date, (SELECT COUNT(*) FROM symbols) AS n_members,
       (SELECT COUNT(*) FROM symbols WHERE first < b.day) AS n_eligible,
       CASE WHEN adv > 0 AND dec > 0 AND up_vol > 0 AND dn_vol > 0
            THEN 1.0 * adv * dn_vol / (dec * up_vol) END AS trin,
       CASE COUNT(*) OVER w WHEN 10
            THEN 1.0 * SUM(adv) OVER w * SUM(dn_vol) OVER w / (SUM(dec) OVER w * SUM(up_vol) OVER w) END AS trin_10,
       SUM(adv - dec) OVER (ORDER BY day) AS ad_line
FROM breadth b JOIN calendar c USING (day)
WHERE adv + dec + unch > 0  -- the first day compares with nothing
WINDOW w AS (ORDER BY day ROWS 9 PRECEDING);
INSERT INTO theirs (metric, at, value)
SELECT 'ad.' || key, date, value FROM ad, json_each(json_object(
    'n_members', n_members, 'n_eligible', n_eligible, 'n_reporting', adv + dec + unch, 'adv', adv, 'dec', dec,
    'unch', unch, 'not_traded', n_eligible - adv - dec - unch, 'net_adv', adv - dec,
    'adv_pct', 100.0 * adv / NULLIF(adv + dec, 0), 'ad_ratio', 1.0 * adv / NULLIF(dec, 0), 'up_vol', up_vol,
    'dn_vol', dn_vol, 'trin', trin, 'trin_10', trin_10, 'ad_line', ad_line))
WHERE n_eligible > 0;
INSERT INTO theirs SELECT 'ad.ln_trin', date, LN(trin), 1 FROM ad WHERE n_eligible > 0;
INSERT INTO stored
SELECT 'ad.' || key, trade_date, value FROM ours.breadth_ad, json_each(json_object(
    'n_members', n_members, 'n_eligible', n_eligible, 'n_reporting', n_reporting, 'adv', adv, 'dec', dec,
    'unch', unch, 'not_traded', not_traded, 'net_adv', net_adv, 'adv_pct', adv_pct, 'ad_ratio', ad_ratio,
    'up_vol', up_vol, 'dn_vol', dn_vol, 'trin', trin, 'trin_10', trin_10, 'ad_line', ad_line, 'ln_trin', ln_trin))
WHERE n_eligible > 0;

-- Above averages. An exponential one begins with the mean of its first values; its terms are those of today, so
-- that splits leave no trace.
CREATE TABLE adjusted AS
SELECT symbol, day, close, high, low, volume, ROW_NUMBER() OVER (PARTITION BY symbol ORDER BY day) AS n
FROM bars b WHERE epoch = (SELECT MAX(begin) FROM epochs e WHERE e.symbol = b.symbol);
CREATE UNIQUE INDEX adjusted_key ON adjusted (symbol, n);
CREATE TABLE ema20 AS
WITH RECURSIVE ema (symbol, n, value) AS (
    SELECT symbol, 20, AVG(close) FROM adjusted WHERE n <= 20 GROUP BY symbol HAVING COUNT(*) = 20
    UNION ALL
    SELECT a.symbol, a.n, value + 2.0 / 21 * (close - value)
    FROM ema e JOIN adjusted a ON a.symbol = e.symbol AND a.n = e.n + 1)
SELECT a.day, a.close, e.value AS ema FROM ema e JOIN adjusted a ON a.symbol = e.symbol AND a.n = e.n + 1;
CREATE TABLE ma AS
SELECT 'sma10' AS average, day, COUNT(*) AS n, COUNT(*) FILTER (WHERE tick * 10 > sum10) AS above,
       COUNT(*) FILTER (WHERE tick * 10 = sum10) AS equal FROM windows WHERE n >= 10 GROUP BY day
UNION ALL
SELECT 'sma20', day, COUNT(*), COUNT(*) FILTER (WHERE tick * 20 > sum20),
       COUNT(*) FILTER (WHERE tick * 20 = sum20) FROM windows WHERE n >= 20 GROUP BY day
UNION ALL
SELECT 'sma50', day, COUNT(*), COUNT(*) FILTER (WHERE tick * 50 > sum50),
       COUNT(*) FILTER (WHERE tick * 50 = sum50) FROM windows WHERE n >= 50 GROUP BY day
UNION ALL
SELECT 'sma200', day, COUNT(*), COUNT(*) FILTER (WHERE tick * 200 > sum200),
       COUNT(*) FILTER (WHERE tick * 200 = sum200) FROM windows WHERE n >= 200 GROUP BY day
UNION ALL
SELECT 'ema20', day, COUNT(*), COUNT(*) FILTER (WHERE close > ema), COUNT(*) FILTER (WHERE close = ema)
FROM ema20 GROUP BY day;
INSERT INTO theirs (metric, at, value)
SELECT 'ma.' || key, date || ' ' || average, value FROM ma JOIN calendar USING (day), json_each(json_object(
    'n_reporting', n, 'above', above, 'equal', equal, 'below', n - above - equal, 'pct_above', 100.0 * above / n));
INSERT INTO stored
SELECT 'ma.' || key, trade_date || ' ' || average, value FROM ours.breadth_ma, json_each(json_object(
    'n_reporting', n_reporting, 'above', above, 'equal', equal, 'below', below, 'pct_above', pct_above))
WHERE n_reporting > 0;

-- New highs and lows.
CREATE TABLE hl AS
SELECT day, date, nh, nl, rep_hl, 100.0 * nh / NULLIF(nh + nl, 0) AS record
FROM breadth JOIN calendar USING (day) WHERE rep_hl > 0;
CREATE TABLE hl_index AS
SELECT day, CASE COUNT(*) OVER w WHEN 10 THEN AVG(record) OVER w END AS value FROM hl WHERE record IS NOT NULL
WINDOW w AS (ORDER BY day ROWS 9 PRECEDING);
INSERT INTO theirs (metric, at, value)
SELECT 'hl.' || key, date, value FROM hl, json_each(json_object(
    'n_reporting', rep_hl, 'new_high', nh, 'new_low', nl, 'nh_nl', nh - nl, 'record_high_pct', record));
INSERT INTO theirs
SELECT 'hl.hl_index10', date, (SELECT value FROM hl_index i WHERE i.day <= hl.day ORDER BY i.day DESC LIMIT 1), 100
FROM hl;
INSERT INTO stored
SELECT 'hl.' || key, trade_date, value FROM ours.breadth_hl, json_each(json_object(
    'n_reporting', n_reporting, 'new_high', new_high, 'new_low', new_low, 'nh_nl', nh_nl,
    'record_high_pct', record_high_pct, 'hl_index10', hl_index10))
WHERE n_reporting > 0;

-- Oscillators, over the days on which anything moved.
CREATE TABLE moved AS
SELECT ROW_NUMBER() OVER (ORDER BY day) AS n, date, 1000.0 * (adv - dec) / (adv + dec) AS rana,
       1.0 * adv / (adv + dec) AS part
FROM ad WHERE adv + dec > 0;
CREATE UNIQUE INDEX moved_key ON moved (n);
CREATE TABLE osc AS
WITH RECURSIVE o (n, t10, t5, zbt) AS (
    SELECT 0, NULL, NULL, NULL
    UNION ALL
    SELECT m.n,
           CASE WHEN m.n = 19 THEN (SELECT AVG(rana) FROM moved WHERE n <= 19) ELSE t10 + 0.10 * (rana - t10) END,
           CASE WHEN m.n = 39 THEN (SELECT AVG(rana) FROM moved WHERE n <= 39) ELSE t5 + 0.05 * (rana - t5) END,
           CASE WHEN m.n = 10 THEN (SELECT AVG(part) FROM moved WHERE n <= 10) ELSE zbt + 2.0 / 11 * (part - zbt) END
    FROM o JOIN moved m ON m.n = o.n + 1)
SELECT date, rana, t10, t5, t10 - t5 AS mcclellan, SUM(t10 - t5) OVER (ORDER BY n) AS summation, zbt
FROM o JOIN moved USING (n);
INSERT INTO theirs
SELECT 'osc.' || key, date, value, 100 * (key <> 'zbt') FROM osc, json_each(json_object(
    'rana', rana, 't10', t10, 't5', t5, 'mcclellan', mcclellan, 'summation', summation, 'zbt', zbt));
INSERT INTO stored
SELECT 'osc.' || key, trade_date, value FROM ours.breadth_osc, json_each(json_object(
    'rana', rana, 't10', t10, 't5', t5, 'mcclellan', mcclellan, 'summation', summation, 'zbt', zbt))
WHERE rana IS NOT NULL;

-- Segments at 2 %.
INSERT INTO theirs (metric, at, value)
SELECT 'segments.' || key, date, value
FROM (SELECT day, COUNT(*) AS n, COUNT(*) FILTER (WHERE change < -0.02) AS a,
             COUNT(*) FILTER (WHERE change >= -0.02 AND change < 0) AS b,
             COUNT(*) FILTER (WHERE change >= 0 AND change < 0.02) AS c,
             COUNT(*) FILTER (WHERE change >= 0.02) AS d
      FROM (SELECT day, close / close1 - 1 AS change FROM windows WHERE n > 1) GROUP BY day)
JOIN calendar USING (day), json_each(json_object(
    'n_reporting', n, 'significant_decline', a, 'minor_decline', b, 'minor_advance', c, 'significant_advance', d,
    'decline_pct', 100.0 * (a + b) / n, 'advance_pct', 100.0 * (c + d) / n));
INSERT INTO stored
SELECT 'segments.' || key, trade_date, value FROM ours.threshold_bars, json_each(json_object(
    'n_reporting', n_reporting, 'significant_decline', significant_decline, 'minor_decline', minor_decline,
    'minor_advance', minor_advance, 'significant_advance', significant_advance, 'decline_pct', decline_pct,
    'advance_pct', advance_pct))
WHERE n_eligible > 0;

-- Sentiment: the mean of the parts that are known.
INSERT INTO theirs (metric, at, value)
SELECT 'sentiment.score', date, AVG(value)
FROM (SELECT date, 100.0 * adv / NULLIF(adv + dec, 0) AS value FROM ad
      UNION ALL SELECT date, 100.0 * up_vol / NULLIF(up_vol + dn_vol, 0) FROM ad
      UNION ALL SELECT date, 100.0 * above / n FROM ma JOIN calendar USING (day) WHERE average IN ('sma50', 'sma200')
      UNION ALL SELECT date, record FROM hl
      UNION ALL SELECT date, 50 + 50 * MAX(-1, MIN(1, mcclellan / 100)) FROM osc WHERE mcclellan IS NOT NULL)
GROUP BY date;
INSERT INTO stored SELECT 'sentiment.score', trade_date, score FROM ours.sentiment WHERE n_eligible > 0;

-- Rankings.
CREATE TABLE valued AS
SELECT date, symbol, metric, value, RANK() OVER (PARTITION BY date, metric ORDER BY value DESC) AS rank
FROM (SELECT date, symbol, 'ret_1' AS metric, close / close1 - 1 AS value FROM windows JOIN calendar USING (day)
      UNION ALL SELECT date, symbol, 'ret_21', close / close21 - 1 FROM windows JOIN calendar USING (day)
      UNION ALL
      SELECT date, symbol, 'rs_score', 0.4 * (close / LAG(close, 63) OVER w - 1)
             + 0.2 * (close / LAG(close, 126) OVER w - 1) + 0.2 * (close / LAG(close, 189) OVER w - 1)
             + 0.2 * (close / LAG(close, 252) OVER w - 1)
      FROM adjusted JOIN calendar USING (day) WINDOW w AS (PARTITION BY symbol ORDER BY day))
WHERE value IS NOT NULL;
INSERT INTO theirs SELECT 'top.' || metric, date || ' ' || symbol, value, 1 FROM valued;
INSERT INTO stored SELECT 'top.' || metric, trade_date || ' ' || symbol, value FROM ours.rankings_top
WHERE side = 'top' AND symbol IS NOT NULL;
INSERT INTO theirs (metric, at, value) SELECT 'top.rank ' || metric, date || ' ' || symbol, rank FROM valued;
INSERT INTO stored SELECT 'top.rank ' || metric, trade_date || ' ' || symbol, rank FROM ours.rankings_top
WHERE side = 'top' AND symbol IS NOT NULL;

-- Sectors: the members' moves, `ALL` of everyone.
CREATE TABLE moves AS
SELECT day, sector, close / close1 - 1 AS move, volume, tick, before, n, sum50
FROM (SELECT w.*, s.sector FROM windows w JOIN symbols s USING (symbol)
      UNION ALL SELECT *, 'ALL' FROM windows);
CREATE TABLE quartiles AS
SELECT day, sector, SUM(move * MAX(0, 1 - ABS(at - 0.50 * (count - 1)))) AS median,
       SUM(move * MAX(0, 1 - ABS(at - 0.75 * (count - 1)))) - SUM(move * MAX(0, 1 - ABS(at - 0.25 * (count - 1)))) AS iqr
FROM (SELECT day, sector, move, COUNT(*) OVER (PARTITION BY day, sector) AS count,
             ROW_NUMBER() OVER (PARTITION BY day, sector ORDER BY move) - 1 AS at
      FROM moves WHERE move IS NOT NULL)
GROUP BY day, sector;
CREATE TABLE today AS
SELECT day, sector, COUNT(move) AS n, CASE WHEN COUNT(move) >= 3 THEN AVG(move) END AS ret,
       COUNT(*) FILTER (WHERE n > 1 AND tick > before) AS adv, COUNT(*) FILTER (WHERE n > 1 AND tick < before) AS dec,
       100.0 * COUNT(*) FILTER (WHERE n >= 50 AND tick * 50 > sum50) / NULLIF(COUNT(*) FILTER (WHERE n >= 50), 0)
           AS pct_above_50,
       SUM(volume) FILTER (WHERE n > 1 AND tick > before) AS up_vol,
       SUM(volume) FILTER (WHERE n > 1 AND tick < before) AS dn_vol
FROM moves GROUP BY day, sector;
-- A day without three members leaves the index where it was; one without any has no row above.
CREATE TABLE levels AS
SELECT day, date, monday, sector, n, ret, level, level / LAG(level, 21) OVER w - 1 AS ret_21
FROM (SELECT c.*, s.sector, COALESCE(t.n, 0) AS n, t.ret,
             100 * EXP(SUM(LN(1 + COALESCE(t.ret, 0))) OVER (PARTITION BY s.sector ORDER BY c.day)) AS level
      FROM calendar c JOIN (SELECT DISTINCT sector FROM today) s LEFT JOIN today t USING (day, sector))
WINDOW w AS (PARTITION BY sector ORDER BY day);
CREATE UNIQUE INDEX levels_key ON levels (sector, day);
CREATE TABLE sector_values AS
SELECT l.date, l.sector, t.*, q.median, q.iqr, l.level, l.ret_21, l.ret_21 - a.ret_21 AS rel_21,
       CASE WHEN t.ret IS NOT NULL AND t.sector <> 'ALL'
            THEN RANK() OVER (PARTITION BY l.day, t.sector = 'ALL' ORDER BY t.ret DESC NULLS LAST) END AS place
FROM levels l JOIN today t USING (day, sector) JOIN quartiles q USING (day, sector)
JOIN levels a ON a.day = l.day AND a.sector = 'ALL' WHERE t.n > 0;
INSERT INTO theirs
SELECT 'sectors.' || key, date || ' ' || sector, value,
       key IN ('ret_1', 'ret_21', 'rel_ret_21', 'median_ret', 'iqr_ret')
FROM sector_values, json_each(json_object(
    'index', CASE WHEN ret IS NOT NULL THEN level END, 'ret_1', ret, 'ret_21', CASE WHEN ret IS NOT NULL THEN ret_21 END,
    'rank', place, 'adv', adv, 'dec', dec, 'unch', n - adv - dec, 'pct_above_50', pct_above_50,
    'up_vol_share', 100.0 * COALESCE(up_vol, 0) / NULLIF(COALESCE(up_vol, 0) + COALESCE(dn_vol, 0), 0), 'median_ret', median, 'iqr_ret', iqr))
WHERE n > 0;
INSERT INTO stored
SELECT 'sectors.' || key, trade_date || ' ' || sector, value FROM ours.sectors, json_each(json_object(
    'index', "index", 'ret_1', ret_1, 'ret_21', ret_21, 'rank', rank, 'adv', adv, 'dec', dec, 'unch', unch,
    'pct_above_50', pct_above_50, 'up_vol_share', up_vol_share, 'median_ret', median_ret, 'iqr_ret', iqr_ret))
WHERE n_reporting > 0;

-- The rotation map by weeks.
CREATE TABLE rotation AS
SELECT date, sector, x, 100 * x / AVG(x) OVER (PARTITION BY sector ORDER BY monday ROWS 13 PRECEDING) AS y,
       ROW_NUMBER() OVER (PARTITION BY sector ORDER BY monday) AS n
FROM (SELECT *, 100 * rs / AVG(rs) OVER v AS x, ROW_NUMBER() OVER v AS weeks
      FROM (SELECT w.date, w.monday, s.sector, s.level / a.level AS rs
            FROM week_ends w JOIN levels s USING (day) JOIN levels a ON a.day = w.day AND a.sector = 'ALL')
      WINDOW v AS (PARTITION BY sector ORDER BY monday ROWS 13 PRECEDING))
WHERE weeks >= 14;
INSERT INTO theirs (metric, at, value)
SELECT 'rotation.' || key, date || ' ' || sector, value FROM rotation, json_each(json_object('ratio', x, 'momentum', y))
WHERE n >= 14;
INSERT INTO stored
SELECT 'rotation.' || key, trade_date || ' ' || sector, value FROM ours.sector_rotation, json_each(json_object(
    'ratio', rel_strength_ratio, 'momentum', rel_strength_momentum))
WHERE committed AND rel_strength_momentum IS NOT NULL AND trade_date <= (SELECT MAX(date) FROM week_ends);

-- Stages: the state machine, in two steps a week: what the reading asks for, and what comes of it.
CREATE TABLE weeks AS
SELECT symbol, monday, close, ROW_NUMBER() OVER (PARTITION BY symbol ORDER BY monday) AS w
FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY symbol, monday ORDER BY day DESC) AS back
      FROM adjusted JOIN calendar USING (day))
WHERE back = 1;
CREATE TABLE readings AS
SELECT symbol, monday, w, average / LAG(average, 4) OVER (PARTITION BY symbol ORDER BY w) - 1 AS s,
       close / average - 1 AS d
FROM (SELECT *, CASE WHEN w >= 30 THEN AVG(close) OVER (PARTITION BY symbol ORDER BY w ROWS 29 PRECEDING) END AS average
      FROM weeks);
CREATE UNIQUE INDEX readings_key ON readings (symbol, w);
CREATE TABLE machine AS
WITH RECURSIVE m (symbol, w, asks, was, stage, pending, n, target) AS (
    SELECT symbol, 1, 1, 0, 0, 0, 0, 0 FROM symbols
    UNION ALL
    SELECT m.symbol, m.w + 1 - asks, 1 - asks,
           stage,
           CASE WHEN NOT asks AND target <> stage AND (stage = 0 OR (target = pending AND n > 0))
                THEN target ELSE stage END,
           CASE WHEN asks THEN pending ELSE target END,
           CASE WHEN asks THEN n
                WHEN target = stage OR stage = 0 OR (target = pending AND n > 0) THEN 0 ELSE 1 END,
           CASE WHEN NOT asks THEN 0
                WHEN s >= 0.02 AND d >= 0.03 THEN 2
                WHEN s <= -0.02 AND d <= -0.03 THEN 4
                WHEN stage = 2 AND (ABS(s) < 0.01 OR s < 0 OR d <= -0.03) THEN 3
                WHEN stage = 4 AND (ABS(s) < 0.01 OR s > 0 OR d >= 0.03) THEN 1
                ELSE stage END
    FROM m JOIN readings r ON r.symbol = m.symbol AND r.w = m.w)
SELECT symbol, w - 1 AS w, was, stage FROM m WHERE asks AND w > 1;
CREATE TABLE staged AS
SELECT symbol, monday, was, stage FROM machine JOIN readings USING (symbol, w);
CREATE INDEX staged_key ON staged (symbol, monday);
INSERT INTO theirs (metric, at, value)
SELECT 'transitions', date || ' ' || symbol, was || ' to ' || stage FROM staged JOIN week_ends USING (monday)
WHERE was <> stage;
INSERT INTO stored
SELECT 'transitions', trade_date || ' ' || symbol, from_stage || ' to ' || to_stage FROM ours.stage_transitions
WHERE trade_date <= (SELECT MAX(date) FROM week_ends);
INSERT INTO theirs (metric, at, value)
SELECT 'summary.count', date || ' ' || stage, COUNT(*)
FROM (SELECT e.date, COALESCE((SELECT stage FROM staged s WHERE s.symbol = m.symbol AND s.monday <= e.monday
                               ORDER BY s.monday DESC LIMIT 1), 0) AS stage
      FROM week_ends e JOIN symbols m)
GROUP BY date, stage;
INSERT INTO stored
SELECT 'summary.count', trade_date || ' ' || stage, count FROM ours.stage_summary JOIN week_ends ON date = trade_date
WHERE sector = 'ALL' AND count > 0;
-- Before anyone has enough history nothing is told.
DELETE FROM theirs WHERE metric = 'summary.count'
    AND at < (SELECT MIN(at) FROM stored WHERE metric = 'summary.count');

CREATE INDEX theirs_key ON theirs (metric, at);
CREATE INDEX stored_key ON stored (metric, at);
SELECT metric, COUNT(*),
       SUM(one IS NULL OR other IS NULL OR (theirs IS NULL) <> (ours IS NULL)
           OR (theirs IS NOT ours AND (typeof(theirs) = 'text' OR ABS(theirs - ours) > 1e-9 * MAX(ABS(theirs), scale)))),
       MAX(CASE WHEN typeof(theirs) = 'text' THEN 0 ELSE ABS(theirs - ours) / NULLIF(MAX(ABS(theirs), scale), 0) END)
FROM (SELECT t.metric, t.at AS one, s.at AS other, t.value AS theirs, s.value AS ours, t.scale
      FROM theirs t LEFT JOIN stored s USING (metric, at)
      UNION ALL
      SELECT s.metric, NULL, s.at, NULL, s.value, 0
      FROM stored s LEFT JOIN theirs t USING (metric, at) WHERE t.metric IS NULL)
GROUP BY metric;
