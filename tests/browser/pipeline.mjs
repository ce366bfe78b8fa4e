// Pipelines with a page, started and stopped by tests.
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** Calls `probe` until it gives something, and fails with `what` when it never does. */
export async function eventually(what, probe, timeout_ms = 30_000) {
  const end = Date.now() + timeout_ms;
  for (;;) {
    const result = await probe();
    if (result) return result;
    if (Date.now() > end) throw new Error(`waited in vain: ${what}`);
    await sleep(20);
  }
}

export class Pipeline {
  /** `source` is the text of a table [sources.feed], `sink` further lines of [sinks.page]. */
  static async start(tsflow, { source, inputs, sink = "", port = 0 }) {
    const pipeline = new Pipeline();
    pipeline.folder = await mkdtemp(join(tmpdir(), "tsflow-browser-"));
    const file = join(pipeline.folder, "pipeline.toml");
    await writeFile(
      file,
      `[pipeline]\nname = "browser"\nstate_dir = "state"\n[sources.feed]\n${source}\n` +
        `[sinks.page]\ntype = "http"\ninputs = { ${inputs} }\nlisten = "127.0.0.1:${port}"\n${sink}\n`,
    );
    pipeline.output = "";
    pipeline.process = spawn(tsflow, ["run", file, "--no-progress"], { stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [pipeline.process.stdout, pipeline.process.stderr]) {
      stream.on("data", (text) => (pipeline.output += text));
    }
    pipeline.ended = new Promise((resolve) => pipeline.process.on("exit", resolve));
    const address = join(pipeline.folder, "state/nodes/sinks.page/address");
    pipeline.url = await eventually("the address of the page", async () => {
      if (pipeline.process.exitCode !== null) throw new Error(`tsflow ended:\n${pipeline.output}`);
      return (await readFile(address, "utf8").catch(() => "")).trim();
    });
    pipeline.port = Number(new URL(pipeline.url).port);
    return pipeline;
  }

  async stop() {
    this.process.kill("SIGINT");
    await this.ended;
    await rm(this.folder, { recursive: true, force: true });
  }
}
