// node moving.mjs FOLDER: SMA, EMA, ATR and RSI by npm's technicalindicators, on the symbols without splits,
// against what indicator_values wrote into FOLDER.
import { readFileSync } from "node:fs";
import technical from "technicalindicators";

const folder = process.argv[2];
const rowsOf = (file) => {
    const [header, ...lines] = readFileSync(`${folder}/${file}`, "utf8").trimEnd().split("\n");
    const names = header.split(",");
    return lines.map((line) => {
        const cells = line.split(",");
        return Object.fromEntries(names.map((name, column) => [name, cells[column]]));
    });
};
const bySymbol = (rows) => {
    const groups = new Map();
    for (const row of rows) {
        groups.set(row.symbol, [...(groups.get(row.symbol) ?? []), row]);
    }
    return groups;
};

const adjusted = new Set(rowsOf("splits.csv").map((row) => row.symbol));
const ours = bySymbol(rowsOf("symbols.csv"));
const metrics = {
    sma20: { of: ({ close }) => technical.SMA.calculate({ period: 20, values: close }), within: 1e-9 },
    sma200: { of: ({ close }) => technical.SMA.calculate({ period: 200, values: close }), within: 1e-9 },
    ema20: { of: ({ close }) => technical.EMA.calculate({ period: 20, values: close }), within: 1e-9 },
    atr14: { of: (prices) => technical.ATR.calculate({ period: 14, ...prices }), within: 1e-9 },
    // It rounds to two decimals: half of one of them at an RSI of 1 is this much.
    rsi14: { of: ({ close }) => technical.RSI.calculate({ period: 14, values: close }), within: 0.00501 },
};
const results = Object.fromEntries(Object.keys(metrics).map((name) => [name, { rows: 0, wrong: 0, worst: 0 }]));
for (const [symbol, bars] of bySymbol(rowsOf("days.csv"))) {
    if (adjusted.has(symbol)) {
        continue;
    }
    const prices = {};
    for (const name of ["high", "low", "close"]) {
        prices[name] = bars.map((bar) => Number(bar[name]));
    }
    for (const [name, { of, within }] of Object.entries(metrics)) {
        const result = results[name];
        const values = of(prices);
        const missing = bars.length - values.length;
        ours.get(symbol).forEach((row, at) => {
            const theirs = at < missing ? "" : values[at - missing];
            const error = (theirs === "") !== (row[name] === "") ? Infinity
                : theirs === "" ? 0 : Math.abs(theirs - row[name]) / Math.max(Math.abs(theirs), 1);
            result.rows += 1;
            result.wrong += error > within ? 1 : 0;
            result.worst = Math.max(result.worst, error);
        });
    }
}
let failed = false;
for (const [name, { rows, wrong, worst }] of Object.entries(results)) {
    console.log(`${name}|${rows}|${wrong}|${worst.toExponential(1)}`);
    failed ||= wrong > 0 || rows === 0;
}
process.exit(failed ? 1 : 0);
