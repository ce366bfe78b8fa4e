// serve.mjs template FILE    makes a database with the extension and writes it to FILE
// serve.mjs FILE FOLDER      serves a copy of it on a Unix socket in FOLDER; prints the URL; ends with standard input
import { readFileSync, writeFileSync } from "node:fs";

import { PGlite } from "@electric-sql/pglite";
import { PGLiteSocketServer } from "@electric-sql/pglite-socket";
import { timescaledb } from "@electric-sql/pglite/timescaledb";

const extensions = { timescaledb };

async function makeTemplate(file) {
  const db = await PGlite.create({ extensions });
  await db.exec("CREATE EXTENSION timescaledb");
  const data = await db.dumpDataDir("none");
  writeFileSync(file, Buffer.from(await data.arrayBuffer()));
}

// The server takes whatever a read returns for whole messages, and dies of half a one. So what has arrived is
// held back to the end of the last message that wants an answer.
const wantAnswer = new Set([..."QSHXp"].map((letter) => letter.charCodeAt(0)));

function passWholeMessages(socket) {
  let held = Buffer.alloc(0);
  let started = false;
  const endOfWhole = () => {
    let end = 0;
    for (let at = 0; ; ) {
      const header = started ? 1 : 0; // the first message has a length and no letter
      if (held.length < at + header + 4) return end;
      const next = at + header + held.readUInt32BE(at + header);
      if (held.length < next) return end;
      if (!started || wantAnswer.has(held[at])) end = next;
      started = true;
      at = next;
    }
  };
  const emit = socket.emit.bind(socket);
  socket.emit = (event, ...values) => {
    if (event !== "data") return emit(event, ...values);
    held = Buffer.concat([held, values[0]]);
    const end = endOfWhole();
    const whole = held.subarray(0, end);
    held = held.subarray(end);
    return whole.length === 0 || emit("data", whole);
  };
}

async function serve(template, folder) {
  const db = await PGlite.create({ extensions, loadDataDir: new Blob([readFileSync(template)]) });
  // What a server loads when it starts, and CREATE EXTENSION where it is none: the extension, and its part that
  // is not under Apache's licence.
  const { rows } = await db.query("SELECT extversion FROM pg_extension WHERE extname = 'timescaledb'");
  const version = rows[0].extversion;
  await db.exec(`LOAD '$libdir/timescaledb-${version}'; LOAD '$libdir/timescaledb-tsl-${version}'`);
  const server = new PGLiteSocketServer({ db, path: `${folder}/.s.PGSQL.5432` });
  await server.start();
  server.server.prependListener("connection", passWholeMessages);
  console.log(`postgresql://postgres:postgres@/postgres?host=${folder}`);
}

const [first, second] = process.argv.slice(2);
if (first === "template") {
  await makeTemplate(second);
  process.exit(0);
}
process.stdin.on("end", () => process.exit(0)).resume();
await serve(first, second);
