// The run as a graph: nodes with their rates, queues with their fill, what was put aside.
import { useEffect, useState } from "preact/hooks";
import { count, duration } from "../format";
import { Panel } from "../page";

interface Node {
  node: string;
  type: string;
  kind: "source" | "transform" | "sink";
  rows_in?: number;
  rows_out?: number;
  rows_in_per_s?: number;
  rows_out_per_s?: number;
  busy_now?: number;
  lag_s?: number;
  latency_p50_ns?: number;
  latency_p99_ns?: number;
  commit_p50_ns?: number;
  commit_p99_ns?: number;
  retries?: number;
  dead_letters?: number;
  dead_letters_waiting?: number;
  failed?: boolean;
  /** `gauge.NAME` and `counter.NAME` of the node’s own, too. */
  [figure: string]: unknown;
}

interface Edge {
  from: string;
  to: string;
  queued: boolean;
  depth?: number;
  capacity?: number;
  rows_per_s?: number;
  blocked?: number;
  dropped_rows?: number;
  disk_bytes?: number;
}

interface Status {
  state: string;
  uptime_s: number;
  version: string;
  fingerprint: string;
  checkpoint: { id: number; at: string | null } | null;
  nodes: Node[];
  edges: Edge[];
}

/** What `/api/pipeline` answers, each second while the view is open; a sentence when it does not. */
function useStatus(): Status | string {
  const [status, set] = useState<Status | string>("Asking for the run …");
  useEffect(() => {
    let open = true;
    const ask = async () => {
      try {
        const answer = await fetch("/api/pipeline");
        const body = await answer.json();
        if (open) set(answer.ok ? (body as Status) : String(body.error));
      } catch {
        if (open) set("The run does not answer.");
      }
    };
    void ask();
    const timer = setInterval(ask, 1_000);
    return () => {
      open = false;
      clearInterval(timer);
    };
  }, []);
  return status;
}

const box = { width: 190, height: 62, column: 260, row: 82, margin: 12 };

/** The node that an output such as `sources.feed.minute` belongs to. */
function owner(output: string): string {
  return output.split(".").slice(0, 2).join(".");
}

/** Columns by the longest way from a source, rows by the order of the plan. */
function places(status: Status): Map<string, { x: number; y: number }> {
  const depth = new Map(status.nodes.map((node) => [node.node, 0]));
  for (const _ of status.nodes)
    for (const edge of status.edges) depth.set(edge.to, Math.max(depth.get(edge.to) ?? 0, (depth.get(owner(edge.from)) ?? 0) + 1));
  const filled = new Map<number, number>();
  const result = new Map<string, { x: number; y: number }>();
  for (const node of status.nodes) {
    const column = depth.get(node.node) ?? 0;
    const row = filled.get(column) ?? 0;
    filled.set(column, row + 1);
    result.set(node.node, { x: box.margin + column * box.column, y: box.margin + row * box.row });
  }
  return result;
}

function fill(edge: Edge): number {
  return edge.queued && edge.capacity ? (edge.depth ?? 0) / edge.capacity : 0;
}

function rate(node: Node): string {
  const rows = node.kind === "sink" ? node.rows_in_per_s : node.rows_out_per_s;
  return rows === undefined ? "…" : `${count(rows)} rows/s`;
}

function lag(node: Node): string {
  const day = 86_400;
  if (node.lag_s === undefined) return "";
  return node.lag_s > day ? "" : `, lag ${duration(Math.max(0, node.lag_s) * 1_000)}`;
}

function Graph(props: { status: Status }) {
  const { status } = props;
  const at = places(status);
  const all = [...at.values()];
  const width = Math.max(...all.map((p) => p.x)) + box.width + box.margin;
  const height = Math.max(...all.map((p) => p.y)) + box.height + box.margin;
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Graph of the pipeline">
      <svg class="graph" width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={`${status.nodes.length} nodes and ${status.edges.length} edges; the tables below hold the same figures`}>
        {status.edges.map((edge) => {
          const from = at.get(owner(edge.from))!;
          const to = at.get(edge.to)!;
          const [x1, y1, x2, y2] = [from.x + box.width, from.y + box.height / 2, to.x, to.y + box.height / 2];
          const full = fill(edge);
          return (
            <g key={`${edge.from} ${edge.to}`} data-edge={edge.queued ? "queue" : "call"}>
              <path class={full > 0.8 ? "edge full" : edge.queued ? "edge queue" : "edge"} d={`M${x1},${y1} C${(x1 + x2) / 2},${y1} ${(x1 + x2) / 2},${y2} ${x2},${y2}`} />
              {edge.queued && (
                <text class="label" x={x2 - 6} y={y2 - 6}>
                  {Math.round(full * 100)} %
                </text>
              )}
            </g>
          );
        })}
        {status.nodes.map((node) => {
          const { x, y } = at.get(node.node)!;
          return (
            <g key={node.node} data-node={node.node}>
              <rect class={node.failed ? "node failed" : `node ${node.kind}`} x={x} y={y} width={box.width} height={box.height} rx={node.kind === "source" ? 20 : 6} />
              <text class="id" x={x + 12} y={y + 20}>
                {node.node.split(".")[1]}
              </text>
              <text class="small" x={x + 12} y={y + 36}>
                {node.type}
              </text>
              <text class="small" x={x + 12} y={y + 52}>
                {node.failed ? "failed" : `${rate(node)}${lag(node)}`}
              </text>
            </g>
          );
        })}
      </svg>
    </div>
  );
}

function time(ns: number | undefined): string {
  if (ns === undefined) return "";
  return ns < 1e6 ? `${Math.round(ns / 1e3)} µs` : duration(ns / 1e6);
}

function pair(a: number | undefined, b: number | undefined): string {
  return a === undefined ? "" : `${time(a)} / ${time(b)}`;
}

function Nodes(props: { status: Status }) {
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Nodes">
      <table>
        <caption>Latency is counted from the moment that the source handed a batch on, to the end of the node’s stage or of its commit</caption>
        <thead>
          <tr>
            <th scope="col">Node</th>
            <th scope="col" class="number">Rows in</th>
            <th scope="col" class="number">Rows out</th>
            <th scope="col" class="number">Busy</th>
            <th scope="col" class="number">Latency p50 / p99</th>
            <th scope="col" class="number">Commit p50 / p99</th>
            <th scope="col" class="number">Retries</th>
            <th scope="col" class="number">Dead letters</th>
          </tr>
        </thead>
        <tbody>
          {props.status.nodes.map((node) => (
            <tr key={node.node}>
              <th scope="row">{node.node}</th>
              <td class="number">{node.kind === "source" ? "" : count(node.rows_in ?? null)}</td>
              <td class="number">{node.kind === "sink" ? "" : count(node.rows_out ?? null)}</td>
              <td class="number">{node.busy_now === undefined ? "" : `${Math.round(node.busy_now * 100)} %`}</td>
              <td class="number">{pair(node.latency_p50_ns, node.latency_p99_ns)}</td>
              <td class="number">{pair(node.commit_p50_ns, node.commit_p99_ns)}</td>
              <td class="number">{count(node.retries ?? null)}</td>
              <td class={node.dead_letters_waiting ? "number down" : "number"}>
                {count(node.dead_letters ?? null)}
                {node.dead_letters_waiting ? ` (${count(node.dead_letters_waiting)} kept)` : ""}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** What the nodes themselves count, such as the feed’s lag and how long changes wait for their push to this page. */
function OwnLatencies(props: { status: Status }) {
  const p50 = /^gauge\.(.+)_p50_ns$/;
  const rows = props.status.nodes.flatMap((node) =>
    Object.keys(node).flatMap((key) => {
      const name = p50.exec(key)?.[1];
      return name === undefined ? [] : [{ node: node.node, name, p50: node[key] as number, p99: node[`gauge.${name}_p99_ns`] as number | undefined }];
    }),
  );
  if (rows.length === 0) return null;
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Latencies that nodes count">
      <table>
        <caption>Latencies that the nodes count themselves</caption>
        <thead>
          <tr>
            <th scope="col">Node</th>
            <th scope="col">Latency</th>
            <th scope="col" class="number">p50 / p99</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={`${row.node} ${row.name}`}>
              <th scope="row">{row.node}</th>
              <td>{row.name.replaceAll("_", " ")}</td>
              <td class="number">{pair(row.p50, row.p99)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Queues(props: { status: Status }) {
  const queues = props.status.edges.filter((edge) => edge.queued);
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Queues">
      <table>
        <caption>Queues</caption>
        <thead>
          <tr>
            <th scope="col">From</th>
            <th scope="col">To</th>
            <th scope="col" class="number">Batches</th>
            <th scope="col" class="number">Rows/s</th>
            <th scope="col" class="number">Producer waits</th>
            <th scope="col" class="number">Dropped</th>
            <th scope="col" class="number">On disk</th>
          </tr>
        </thead>
        <tbody>
          {queues.map((edge) => (
            <tr key={`${edge.from} ${edge.to}`}>
              <th scope="row">{edge.from}</th>
              <td>{edge.to}</td>
              <td class="number">
                {edge.depth ?? 0} / {edge.capacity ?? 0}
              </td>
              <td class="number">{count(edge.rows_per_s ?? null)}</td>
              <td class="number">{Math.round((edge.blocked ?? 0) * 100)} %</td>
              <td class="number">{count(edge.dropped_rows ?? 0)}</td>
              <td class="number">{edge.disk_bytes ? `${count(edge.disk_bytes)}B` : ""}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function Run() {
  const status = useStatus();
  if (typeof status === "string")
    return (
      <Panel title="The run" id="run" wide>
        <p class="empty">{status}</p>
      </Panel>
    );
  const checkpoint = status.checkpoint ? `checkpoint ${status.checkpoint.id}` : "no checkpoint yet";
  return (
    <Panel title="The run" id="run" wide note={`${status.state}, up ${duration(status.uptime_s * 1_000)}, ${checkpoint}, configuration ${status.fingerprint}, tsflow ${status.version}`}>
      <Graph status={status} />
      <Nodes status={status} />
      <OwnLatencies status={status} />
      <Queues status={status} />
    </Panel>
  );
}
