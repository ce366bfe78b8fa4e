// The websocket: snapshots and changes of tables, resumed where it broke off. See the plugin's README.

export type Cell = string | number | boolean | null;
export type Row = Cell[];

export interface TableStatus {
  name: string;
  keeps: "latest" | "series" | "all";
  rows: number;
  sequence: number;
  newest_event: string | null;
  columns?: { name: string; type: string; unit: string; key: boolean; event_time: boolean }[];
}

export interface Status {
  pipeline: string;
  epoch: string;
  notice: string;
  now: string;
  stale_after_ms: number;
  history: boolean;
  sequence: number;
  tables: TableStatus[];
}

/** One table as far as the page follows it: for each key without its time the newest rows, oldest first. */
export class Table {
  readonly series = new Map<string, Row[]>();
  columns: string[] = [];
  sequence = 0;
  private keys: number[] = [];
  private time = -1;
  private index = new Map<string, number>();
  private readonly by_day: boolean;

  constructor(
    readonly status: TableStatus,
    readonly keep: number,
  ) {
    const columns = status.columns ?? [];
    this.by_day = columns.some((c) => c.key && c.name === "trade_date");
    this.columns = columns.map((c) => c.name);
    this.index = new Map(this.columns.map((name, i) => [name, i]));
    columns.forEach((column, i) => {
      if (column.key && !column.event_time) this.keys.push(i);
      if (column.key && column.event_time) this.time = i;
    });
  }

  has(column: string): boolean {
    return this.index.has(column);
  }

  /** The value of a column; null also when the table has no such column. */
  value(row: Row | undefined, column: string): Cell {
    const at = this.index.get(column);
    return row === undefined || at === undefined ? null : (row[at] ?? null);
  }

  number(row: Row | undefined, column: string): number | null {
    const value = this.value(row, column);
    return typeof value === "number" ? value : null;
  }

  text(row: Row | undefined, column: string): string {
    return String(this.value(row, column) ?? "");
  }

  /** The newest row of each key; where the trading day is part of the key, those of the newest day. */
  latest(): Row[] {
    const rows: Row[] = [];
    for (const series of this.series.values()) {
      const last = series[series.length - 1];
      if (last) rows.push(last);
    }
    if (!this.by_day) return rows;
    const day = rows.reduce((newest, row) => (this.text(row, "trade_date") > newest ? this.text(row, "trade_date") : newest), "");
    return rows.filter((row) => this.text(row, "trade_date") === day);
  }

  put(row: Row): void {
    const key = this.keys.map((i) => row[i]).join("\u001f");
    let rows = this.series.get(key);
    if (!rows) this.series.set(key, (rows = []));
    if (this.time < 0) {
      if (this.status.keeps === "all") rows.push(row);
      else rows[0] = row;
    } else {
      // Nearly always the newest or its correction: times in ISO 8601 are in the order of their texts.
      const time = String(row[this.time]);
      let at = rows.length;
      while (at > 0 && String(rows[at - 1]![this.time]) > time) at--;
      if (at > 0 && String(rows[at - 1]![this.time]) === time) rows[at - 1] = row;
      else rows.splice(at, 0, row);
    }
    if (rows.length > this.keep) rows.splice(0, rows.length - this.keep);
  }
}

export type Connection = "connecting" | "open" | "closed";
type Listener = () => void;

const longest_wait_ms = 5_000;

export class Feed {
  readonly tables = new Map<string, Table>();
  status: Status | null = null;
  connection: Connection = "connecting";
  /** When rows of the market came, and when anything did, by the page's clock. */
  last_change = Date.now();
  last_message = Date.now();
  problem = "";
  private socket: WebSocket | null = null;
  private attempts = 0;
  private listeners = new Set<Listener>();
  private frame = 0;

  async start(): Promise<void> {
    try {
      const answer = await fetch("/api/status");
      if (!answer.ok) throw new Error(((await answer.json()) as { error: string }).error);
      const status = (await answer.json()) as Status;
      // Another start of the server has other tables and other numbers.
      if (status.epoch !== this.status?.epoch) {
        this.tables.clear();
        for (const table of status.tables) {
          const by_symbol = table.columns?.some((c) => c.key && c.name === "symbol");
          this.tables.set(table.name, new Table(table, table.keeps === "series" && !by_symbol ? 400 : table.keeps === "all" ? 200 : 1));
        }
      }
      this.status = status;
      this.problem = "";
      this.open();
    } catch (error) {
      this.problem = error instanceof Error ? error.message : String(error);
      this.lost();
    }
  }

  listen(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private open(): void {
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(`${scheme}//${location.host}/ws`);
    this.socket = socket;
    socket.onopen = () => {
      this.attempts = 0;
      this.connection = "open";
      for (const table of this.tables.values()) {
        const resume = table.sequence > 0 ? `&since=${table.sequence}&epoch=${this.status!.epoch}` : "";
        socket.send(`subscribe?table=${table.status.name}&per_key=${table.keep}${resume}`);
      }
      this.changed();
    };
    socket.onmessage = (event) => this.take(JSON.parse(event.data as string));
    socket.onclose = () => {
      if (this.socket === socket) this.lost();
    };
  }

  private take(message: any): void {
    this.last_message = Date.now();
    if (message.type === "status") {
      // The heartbeat leaves the columns out.
      const columns = new Map(this.status?.tables.map((t) => [t.name, t.columns]));
      this.status = { ...message, tables: message.tables.map((t: TableStatus) => ({ ...t, columns: columns.get(t.name) })) };
    } else if (message.type === "error") {
      this.problem = message.error;
    } else {
      const table = this.tables.get(message.table);
      if (!table) return;
      if (message.type === "snapshot") table.series.clear();
      for (const row of message.rows) table.put(row);
      table.sequence = message.sequence;
      // The feed's health changes each second, whether the market does or not.
      if (message.rows.length > 0 && table.status.name !== "health") this.last_change = Date.now();
    }
    this.changed();
  }

  private lost(): void {
    this.connection = "closed";
    this.socket = null;
    const wait = Math.min(longest_wait_ms, 250 * 2 ** this.attempts++) * (0.5 + Math.random() / 2);
    setTimeout(() => void this.start(), wait);
    this.changed();
  }

  /** Tells the listeners once for all that came since the last frame. */
  private changed(): void {
    if (this.frame) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      for (const listener of this.listeners) listener();
    });
  }
}
