#!/usr/bin/env bash
# prepare.sh DATA WORK [EVERY]: real data as four plain CSV files for all programs of this folder. Days are
# numbers since 1970-01-01, and volumes are as they are. With EVERY, only each so many-th symbol, those
# that had a split, and the benchmark.
set -euo pipefail
data=$1
work=$2
every=${3:-1}

mkdir -p "$work"
cd -- "$work"
days_since_1970='function day(date,  p) { split(date, p, "-"); return int(mktime(p[1] " " p[2] " " p[3] " 12 0 0") / 86400) }'

awk -F, "$days_since_1970"' BEGIN { OFS = ","; print "day,symbol,ratio" }
    $3 == "split" { print day($2), $1, $4 }' "$data/corporate_actions.csv" |
    { IFS= read -r header; printf '%s\n' "$header"; LC_ALL=C sort -t, -k1,1n -k2,2; } >splits.csv

# A quoted name may hold a comma: the sector is what comes last.
awk -F, 'BEGIN { OFS = ","; print "symbol,sector" } NR > 1 { sub(/\r$/, ""); print $1, $NF }' \
    "$data/sp500_sectors.csv" >sectors.csv

find "$data/us_stocks_sip/day_aggs_v1" -name '*.csv.gz' -print0 | LC_ALL=C sort -z | xargs -0 zcat |
    awk -F, -v every="$every" 'BEGIN { OFS = ","; print "day,symbol,open,high,low,close,volume" }
        FILENAME == "splits.csv" { wanted[$2] = 1; next }
        $1 == "ticker" { next }
        !($1 in wanted) { wanted[$1] = ++seen % every == 0 || $1 == "MSFT" }
        wanted[$1] { print int($7 / 86400e9), $1, $3, $5, $6, $4, $2 }' splits.csv - >days.csv

# The regular session in minutes from its start: 13:30 UTC in summer, 14:30 in winter.
find "$data/us_stocks_sip/minute_aggs_v1" -name '*.csv.gz' -print0 | LC_ALL=C sort -z | xargs -0 zcat |
    awk -F, 'BEGIN { OFS = ","; print "day,symbol,minute,volume" }
        $1 == "ticker" { next }
        {
            day = int($7 / 86400e9)
            summer = (day >= 15046 && day < 15284) || (day >= 16873 && day < 17111)  # of 2011 and 2016
            minute = int(($7 - day * 86400e9) / 60e9) - (summer ? 810 : 870)
            if (minute >= 0 && minute < 390) print day, $1, minute, $2
        }' >minutes.csv
