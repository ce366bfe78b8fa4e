# Rscript indicators.R FOLDER: indicators, oscillators, rotation and stages by R's TTR, and by base R where
# TTR has none, against what indicator_values wrote into FOLDER. Prices are adjusted backwards to the last day
# here, and what has a price's size is taken back to the terms of its own day.
suppressMessages(library(TTR))
options(warn = 1)
setwd(commandArgs(trailingOnly = TRUE)[1])

read <- function(file) read.csv(file, stringsAsFactors = FALSE, na.strings = "")
days <- read("days.csv")
splits <- read("splits.csv")
failed <- FALSE

# Compares two vectors; `scale` is the least size that a relative error refers to.
check <- function(metric, theirs, ours, scale = 0, tolerance = 1e-9) {
    missing <- sum(is.na(theirs) != is.na(ours))
    both <- !is.na(theirs) & !is.na(ours)
    size <- pmax(abs(theirs[both]), scale)
    error <- abs(theirs[both] - ours[both]) / ifelse(size == 0, 1, size)
    worst <- if (any(both)) max(error) else NA
    wrong <- missing + sum(error > tolerance)
    cat(sprintf("%s|%d|%d|%.1e\n", metric, length(theirs), wrong, worst))
    if (wrong > 0 || !any(both)) failed <<- TRUE
}

# NA while there are fewer values than a function of TTR wants.
from <- function(needed, values, compute) {
    if (length(values) < needed) rep(NA_real_, length(values)) else compute(values)
}
sma <- function(values, n) from(n, values, function(v) as.numeric(SMA(v, n)))
skip_leading <- function(values, compute) {
    known <- which(!is.na(values))
    result <- rep(NA_real_, length(values))
    if (length(known) > 0) {
        span <- known[1]:length(values)
        result[span] <- compute(values[span])
    }
    result
}

days <- days[order(days$symbol, days$day), ]
# New shares, at the last day, of one share at each day.
days$factor <- 1
for (i in seq_len(nrow(splits))) {
    earlier <- days$symbol == splits$symbol[i] & days$day < splits$day[i]
    days$factor[earlier] <- days$factor[earlier] * splits$ratio[i]
}
benchmark <- days[days$symbol == "MSFT", c("day", "close")]

one_symbol <- function(bars) {
    f <- bars$factor
    close <- bars$close / f
    high <- bars$high / f
    low <- bars$low / f
    n <- length(close)
    back <- function(k) if (n > k) close / c(rep(NA, k), close[1:(n - k)]) - 1 else rep(NA_real_, n)
    before <- function(values, fun) from(253, values, function(v) c(NA, as.numeric(fun(v, 252))[-n]))
    atr <- from(15, close, function(v) as.numeric(ATR(cbind(high, low, close), n = 14)[, "atr"]))
    ratio <- close / benchmark$close[match(bars$day, benchmark$day)]
    data.frame(
        sma20 = sma(close, 20) * f, sma50 = sma(close, 50) * f, sma150 = sma(close, 150) * f,
        sma200 = sma(close, 200) * f,
        ema20 = from(20, close, function(v) as.numeric(EMA(v, 20))) * f,
        rsi14 = from(15, close, function(v) as.numeric(RSI(v, 14))),
        atr14 = atr * f, natr14 = 100 * atr / close,
        adr20 = 100 * (sma(high / low, 20) - 1),
        hv20 = from(21, close, function(v) c(NA, runSD(diff(log(v)), 20)) * sqrt(252)),
        ext50 = (close - sma(close, 50)) / atr,
        high252 = from(252, high, function(v) as.numeric(runMax(v, 252))) * f,
        low252 = from(252, low, function(v) as.numeric(runMin(v, 252))) * f,
        ret1 = back(1), ret5 = back(5), ret21 = back(21), ret63 = back(63), ret126 = back(126),
        ret189 = back(189), ret252 = back(252),
        mansfield = 100 * (ratio / sma(ratio, 200) - 1))
}
groups <- split(days, days$symbol)
theirs <- do.call(rbind, lapply(groups, one_symbol))
ours <- read("symbols.csv")
ours <- ours[order(ours$symbol, ours$day), ]
stopifnot(ours$symbol == days$symbol, ours$day == days$day)
# What is a difference of nearly equal numbers is compared at the size of what it was made from.
scales <- c(ret1 = 1, ret5 = 1, ret21 = 1, ret63 = 1, ret126 = 1, ret189 = 1, ret252 = 1, ext50 = 100,
            mansfield = 100, hv20 = 0.1)
for (metric in names(theirs)) {
    scale <- if (metric %in% names(scales)) scales[[metric]] else 0
    check(metric, theirs[[metric]], ours[[metric]], scale)
}

score <- with(theirs, 0.4 * ret63 + 0.2 * ret126 + 0.2 * ret189 + 0.2 * ret252)
rating <- ave(score, days$day, FUN = function(s) {
    n <- sum(!is.na(s))
    place <- (rank(s, na.last = "keep", ties.method = "min") - 1) / max(n - 1, 1)
    1 + floor(98 * place + 0.5)
})
ranks <- read("ranks.csv")
at <- match(paste(ranks$day, ranks$symbol), paste(days$day, days$symbol))
check("score", score[at], ranks$score, 1)
check("rating", rating[at], ifelse(ranks$rating == 0, NA, ranks$rating))
mid <- ave(theirs$ret21, days$day, FUN = function(s)
    sapply(s, function(x) if (is.na(x)) NA else
        (sum(s < x, na.rm = TRUE) + 0.5 * sum(s == x, na.rm = TRUE)) / sum(!is.na(s))))
check("mid_rank", mid[at], ranks$mid_rank)

# The trend template, in the terms of the last day. What is an average up to rounding is not above it.
above <- function(a, b) a / b - 1 > 1e-13
answers <- read("template.csv")
f <- days$factor
then <- ave(theirs$sma200 / f, days$symbol, FUN = function(v)
    if (length(v) > 21) c(rep(NA, 21), v[1:(length(v) - 21)]) else rep(NA_real_, length(v)))
close <- days$close
criteria <- with(theirs, data.frame(
    c1 = ifelse(is.na(sma200), NA, above(close, sma150) & above(close, sma200)), c2 = above(sma150, sma200),
    c3 = above(sma200 / f, then),
    c4 = ifelse(is.na(sma200), NA, above(sma50, sma150) & above(sma50, sma200)), c5 = above(close, sma50),
    c6 = close >= 1.30 * low252,
    c7 = close >= 0.75 * high252, c8 = rating >= 70))
at <- match(paste(answers$day, answers$symbol), paste(days$day, days$symbol))
for (name in names(criteria)) {
    check(paste0("template_", name), as.numeric(criteria[[name]][at]), answers[[name]])
}

# Oscillators, from counts that SQL and pandas have checked.
market <- read("market.csv")
traded <- market$adv + market$dec > 0
part <- market[traded, ]
rana <- 1000 * (part$adv - part$dec) / (part$adv + part$dec)
check("rana", rana, part$rana)
t10 <- as.numeric(EMA(rana, 19))
t5 <- as.numeric(EMA(rana, 39))
check("t10", t10, part$t10, 1)
check("t5", t5, part$t5, 1)
check("mo", t10 - t5, part$mo, 100)
check("msi", cumsum(ifelse(is.na(t10 - t5), 0, t10 - t5)), part$msi, 100)
zbt <- as.numeric(EMA(part$adv / (part$adv + part$dec), 10))
check("zbt", zbt, part$zbt)
event <- rep(0, length(zbt))
last_low <- NA
for (i in which(!is.na(zbt))) {
    if (zbt[i] < 0.40) {
        last_low <- i
    } else if (zbt[i] > 0.615) {
        if (!is.na(last_low) && i - last_low <= 10) event[i] <- 1
        last_low <- NA
    }
}
check("zbt_event", event, part$event)
# TTR's running sum keeps a trace of what went through it, where ten days of 0 are exactly 0 here.
check("hl_index", {
    known <- !is.na(market$rhp)
    r <- rep(NA_real_, nrow(market))
    r[known] <- sma(market$rhp[known], 10)
    for (i in seq_along(r)[-1]) if (is.na(r[i])) r[i] <- r[i - 1]
    r
}, market$hl_index, 100)

# Rotation, from indices that SQL and pandas have checked; the benchmark is the mean of everything.
sector <- read("sector_index.csv")
gains <- ave(days$close / days$factor, days$symbol, FUN = function(v) c(NA, diff(v) / v[-length(v)]))
daily <- tapply(gains, days$day, mean, na.rm = TRUE)
daily[is.nan(daily)] <- 0
all <- 100 * cumprod(1 + daily)
for (one in split(sector, sector$sector)) {
    if (all(is.na(one$x))) next
    strength <- one$index / all[as.character(one$day)]
    x <- 100 * strength / sma(strength, 50)
    y <- skip_leading(x, function(v) 100 * v / sma(v, 10))
    check("rotation_x", ifelse(is.na(y), NA, x), one$x)
    check("rotation_y", y, one$y)
    z <- function(v, n) skip_leading(v, function(u) (u - sma(u, n)) / sapply(seq_along(u), function(i)
        if (i < n) NA else { w <- u[(i - n + 1):i]; sqrt(mean((w - mean(w))^2)) }))
    zx <- 100 + z(strength, 50)
    zy <- 100 + z(c(NA, zx[-1] / zx[-length(zx)] - 1), 50)
    check("rotation_zx", ifelse(is.na(zy), NA, zx), one$zx)
    check("rotation_zy", zy, one$zy)
}

# Stages, from the prose of the definition.
ours <- read("weeks.csv")
stage_of <- function(bars) {
    bars$close <- bars$close / bars$factor
    bars$monday <- bars$day - (bars$day + 3) %% 7
    close <- tapply(bars$close, bars$monday, function(v) v[length(v)])
    volume <- tapply(bars$volume * bars$factor, bars$monday, sum)
    average <- sma(as.numeric(close), 30)
    w <- length(close)
    s <- average / c(rep(NA, 4), average)[1:w] - 1
    d <- as.numeric(close) / average - 1
    stage <- 0; pending <- 0; count <- 0; weeks <- 0
    rows <- lapply(seq_len(w), function(i) {
        target <- stage
        if (!is.na(s[i])) {
            if (s[i] >= 0.02 && d[i] >= 0.03) target <- 2
            else if (s[i] <= -0.02 && d[i] <= -0.03) target <- 4
            else if (stage == 2 && (abs(s[i]) < 0.01 || s[i] < 0 || d[i] <= -0.03)) target <- 3
            else if (stage == 4 && (abs(s[i]) < 0.01 || s[i] > 0 || d[i] >= 0.03)) target <- 1
        }
        if (target == stage) count <<- 0
        else count <<- if (target == pending && count > 0) count + 1 else 1
        pending <<- target
        if (stage > 0) weeks <<- weeks + 1
        if (count >= (if (stage == 0) 1 else 2)) {
            stage <<- target; count <<- 0; weeks <<- 1
        }
        c(stage, target, count, weeks)
    })
    rows <- do.call(rbind, rows)
    four <- sma(as.numeric(volume), 4)
    data.frame(monday = as.integer(names(close)), symbol = bars$symbol[1], stage = rows[, 1],
               target = rows[, 2], pending = rows[, 3], weeks = rows[, 4], slope = s, distance = d,
               vol_ratio = as.numeric(volume) / c(NA, four)[1:w])
}
theirs <- do.call(rbind, lapply(groups, stage_of))
at <- match(paste(ours$monday, ours$symbol), paste(theirs$monday, theirs$symbol))
check("stage", theirs$stage[at], ours$stage)
check("stage_target", theirs$target[at], ours$target)
check("stage_pending", theirs$pending[at], ours$pending_count)
check("weeks_in_stage", theirs$weeks[at], ours$periods)
check("stage_slope", ifelse(is.na(theirs$slope[at]), NA, theirs$slope[at]), ours$slope, 1)
check("stage_distance", ifelse(is.na(theirs$slope[at]), NA, theirs$distance[at]), ours$distance, 1)
check("vol_ratio", theirs$vol_ratio[at], ours$vol_ratio)

quit(status = if (failed) 1 else 0)
