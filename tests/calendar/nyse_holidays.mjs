// node nyse_holidays.mjs DAYS: compares the trading days in the file DAYS with npm's nyse-holidays.
import { readFileSync } from "node:fs";
import holidays from "nyse-holidays";

// The package knows rules only: what it takes for trading days and were none.
const mistakes = new Set([
    "2001-09-11", "2001-09-12", "2001-09-13", "2001-09-14", // attacks on the World Trade Center
    "2004-06-11", "2007-01-02", "2018-12-05", "2025-01-09", // mourning for presidents
    "2012-10-29", "2012-10-30", // Hurricane Sandy
]);

const ours = new Set(
    readFileSync(process.argv[2], "utf8").trimEnd().split("\n").map((line) => line.split(" ")[0]),
);
const theirs = new Set();
const oneDay = 24 * 3600 * 1000;
for (let day = Date.UTC(1998, 0, 1); day <= Date.UTC(2037, 11, 31); day += oneDay) {
    const date = new Date(day);
    const weekend = date.getUTCDay() === 0 || date.getUTCDay() === 6;
    if (!weekend && !holidays.isHoliday(date)) {
        theirs.add(date.toISOString().slice(0, 10));
    }
}

const without = (a, b) => [...a].filter((day) => !b.has(day));
const onlyOurs = without(ours, theirs);
const onlyTheirs = without(theirs, ours).filter((day) => !mistakes.has(day));
console.log(`nyse-holidays: ${theirs.size} trading days, ours ${ours.size}`);
if (onlyOurs.length > 0 || onlyTheirs.length > 0) {
    console.log(`trading days of ours alone: ${onlyOurs}\nof nyse-holidays alone: ${onlyTheirs}`);
    process.exit(1);
}
