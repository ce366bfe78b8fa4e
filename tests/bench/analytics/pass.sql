-- The state of a market from its bars, one statement a paragraph. Less than the nodes tell: what goes on from
-- session to session, such as Wilder's averages, the oscillators and the stages, is left out.

-- levels: what is constant for a session.
SELECT symbol,
       max(close) FILTER (age = 1) AS c1, max(close) FILTER (age = 5) AS c5, max(close) FILTER (age = 21) AS c21,
       max(close) FILTER (age = 63) AS c63, max(close) FILTER (age = 126) AS c126,
       max(close) FILTER (age = 189) AS c189, max(close) FILTER (age = 252) AS c252,
       sum(close) FILTER (age < 10) AS s10, sum(close) FILTER (age < 20) AS s20, sum(close) FILTER (age < 50) AS s50,
       sum(close) FILTER (age < 150) AS s150, sum(close) FILTER (age < 200) AS s200,
       max(high) FILTER (age <= 252) AS top, min(low) FILTER (age <= 252) AS bottom,
       sum(high / low) FILTER (age < 20) AS ranges
FROM history GROUP BY symbol

-- pass: everything else.
WITH today AS (
    SELECT symbol, arg_min(open, time) AS open, max(high) AS high, min(low) AS low, arg_max(close, time) AS close,
           sum(volume) AS volume, max(close) FILTER (time = newest - 5) AS m5, max(close) FILTER (time = newest - 15) AS m15
    FROM minutes, (SELECT max(time) AS newest FROM minutes) GROUP BY symbol, newest),
state AS (
    SELECT symbol, symbol % 11 AS sector, t.*, l.*, close / c1 - 1 AS ret_1, close / c5 - 1 AS ret_5,
           close / c21 - 1 AS ret_21, close / m15 - 1 AS ret_15m, close / m5 - 1 AS ret_5m, close / open - 1 AS from_open,
           open / c1 - 1 AS gap, volume * close AS turnover, 100 * ((ranges + high / low) / 20 - 1) AS adr,
           0.4 * (close / c63 - 1) + 0.2 * (close / c126 - 1) + 0.2 * (close / c189 - 1) + 0.2 * (close / c252 - 1)
               AS score
    FROM today t JOIN levels l USING (symbol)),
breadth AS (
    SELECT count(*) FILTER (close > c1) AS adv, count(*) FILTER (close < c1) AS dec, count(*) FILTER (close = c1) AS unch,
           sum(volume) FILTER (close > c1) AS up_vol, sum(volume) FILTER (close < c1) AS dn_vol,
           count(*) FILTER (close * 9 > s10) AS above10, count(*) FILTER (close * 19 > s20) AS above20,
           count(*) FILTER (close * 49 > s50) AS above50, count(*) FILTER (close * 199 > s200) AS above200,
           count(*) FILTER (high > top) AS new_high, count(*) FILTER (low < bottom) AS new_low,
           count(*) FILTER (ret_1 < -0.02) AS decline, count(*) FILTER (ret_1 >= 0.02) AS advance,
           count(*) FILTER (close > (s50 + close) / 50 AND (s50 + close) / 50 > (s150 + close) / 150
                            AND (s150 + close) / 150 > (s200 + close) / 200 AND close >= 1.3 * bottom
                            AND close >= 0.75 * top) AS trending
    FROM state),
ranks AS (
    SELECT max(by_day) + max(by_quarter) + sum(rating) + sum(ret_5m + ret_5 + ret_21 + from_open + gap + turnover + adr)
               AS told
    FROM (SELECT *, rank() OVER (ORDER BY ret_1 DESC) AS by_day, rank() OVER (ORDER BY ret_15m DESC) AS by_quarter,
                 percent_rank() OVER (ORDER BY score) AS rating FROM state)),
sectors AS (
    SELECT sum(mean) + sum(median) + sum(upper - lower) + sum(rising) AS told
    FROM (SELECT sector, avg(ret_1) AS mean, quantile_cont(ret_1, 0.5) AS median, quantile_cont(ret_1, 0.75) AS upper,
                 quantile_cont(ret_1, 0.25) AS lower, count(*) FILTER (close > c1) AS rising
          FROM state GROUP BY sector))
SELECT breadth.*, ranks.told, sectors.told FROM breadth, ranks, sectors
