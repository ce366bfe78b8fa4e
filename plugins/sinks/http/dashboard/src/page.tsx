// What all views share: the feed, the address in the hash, panels, tables that are not wired in.
import { createContext, type ComponentChildren } from "preact";
import { useContext, useEffect, useState } from "preact/hooks";
import { Feed, type Row, type Table } from "./feed";

export const feed = new Feed();

/** Renders again whenever something came, at most every `pause_ms`. */
export function useFeed(pause_ms = 0): Feed {
  const [, set] = useState(0);
  useEffect(() => {
    let waiting = 0;
    const leave = feed.listen(() => {
      if (pause_ms === 0) set((n) => n + 1);
      else if (waiting === 0)
        waiting = window.setTimeout(() => {
          waiting = 0;
          set((n) => n + 1);
        }, pause_ms);
    });
    return () => {
      leave();
      clearTimeout(waiting);
    };
  }, [pause_ms]);
  return feed;
}

export function useHash(): string {
  const [hash, set] = useState(location.hash);
  useEffect(() => {
    const changed = () => set(location.hash);
    addEventListener("hashchange", changed);
    return () => removeEventListener("hashchange", changed);
  }, []);
  return hash.replace(/^#\/?/, "");
}

/** Again each second, for what ages. */
export function useSeconds(): number {
  const [now, set] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => set(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

export function Panel(props: { title: string; id: string; note?: string | undefined; wide?: boolean; children: ComponentChildren }) {
  return (
    <section class={props.wide ? "panel wide" : "panel"} aria-labelledby={props.id}>
      <header>
        <h2 id={props.id}>{props.title}</h2>
        {props.note && <p class="note">{props.note}</p>}
      </header>
      {props.children}
    </section>
  );
}

/** The table, or a sentence on why there is nothing to see. */
export function Wired(props: { table: string; children: (table: Table) => ComponentChildren }) {
  const table = feed.tables.get(props.table);
  if (!table)
    return (
      <p class="empty">
        Not wired in: no input of the http sink is called <code>{props.table}</code>.
      </p>
    );
  if (table.series.size === 0) return <p class="empty">No rows yet.</p>;
  return <>{props.children(table)}</>;
}

/** Whether rows of the table are still going to change: what it says of itself, if anything. */
export function standing(table: Table): string | undefined {
  const statuses = new Set(table.latest().map((row) => table.text(row, "status")));
  return statuses.has("PROVISIONAL") || statuses.has("provisional") ? "provisional" : statuses.has("WARMUP") || statuses.has("warmup") ? "warming up" : undefined;
}

/** The universe that the market view is about. */
export const Universe = createContext("");

/** The universes that tables tell of, in the order of the alphabet. */
export function universes(): string[] {
  const names = new Set<string>();
  for (const table of feed.tables.values()) {
    if (!table.has("universe")) continue;
    for (const series of table.series.values()) names.add(table.text(series[series.length - 1], "universe"));
  }
  names.delete("");
  return [...names].sort();
}

/** The newest rows that are about the chosen universe; of a table without such rows, or without universes, all. */
export function useChosen(): (table: Table) => Row[] {
  const universe = useContext(Universe);
  return (table) => {
    const rows = table.latest();
    const chosen = table.has("universe") ? rows.filter((row) => table.text(row, "universe") === universe) : [];
    return chosen.length > 0 ? chosen : rows;
  };
}
