// node pass.mjs FOLDER: the state of the market in FOLDER by DuckDB, on one core. Prints `ms NAME VALUE` and
// `count NAME VALUE`.
import { readFileSync } from "node:fs";
import { DuckDBInstance } from "@duckdb/node-api";

const folder = process.argv[2];
const [levels, pass] = readFileSync("pass.sql", "utf8").split(/^-- (?:levels|pass):.*$/m).slice(1);
const database = await (await DuckDBInstance.create(":memory:", { threads: "1" })).connect();
await database.run(`CREATE TABLE history AS SELECT *, max(time) OVER () + 1 - time AS age
                    FROM read_csv('${folder}/history.csv') ORDER BY symbol, time`);
await database.run(`CREATE TABLE minutes AS SELECT * FROM read_csv('${folder}/minutes.csv')`);

async function median(sql) {
    const times = [];
    for (let run = 0; run < 7; ++run) {
        const begin = process.cpuUsage();
        await database.runAndReadAll(sql);
        const { user, system } = process.cpuUsage(begin);
        times.push((user + system) / 1e3);
    }
    return times.sort((a, b) => a - b)[3];
}
console.log("ms whole", await median(pass.replace("WITH", `WITH levels AS (${levels}),`)));
await database.run(`CREATE TABLE levels AS ${levels}`);
console.log("ms levels_made_before", await median(pass));
const [row] = (await database.runAndReadAll(pass)).getRowObjects();
for (const name of ["adv", "dec", "unch", "new_high", "new_low"]) {
    console.log("count", name, Number(row[name]));
}
