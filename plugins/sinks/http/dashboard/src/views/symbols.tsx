// All symbols: only the rows in sight are in the page, so that 10,000 scroll as 10 do.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Table } from "../feed";
import { change, count, direction, price, time } from "../format";
import { Panel, useFeed } from "../page";
import { mover } from "./movers";

const row_height = 32;
const beyond = 8; // rows kept ready above and below

const many = 2_000; // symbols, which are put in order less often
const often_ms = 250;
const seldom_ms = 1_000;

type Order = "symbol" | "change" | "volume";

function volume(bars: Table, symbol: string): number | null {
  const row = bars.series.get(symbol)?.at(-1);
  return bars.number(row, "day_volume") ?? bars.number(row, "volume");
}

/** The symbols to list, in order. */
function ordered(bars: Table, wanted: string, order: Order): string[] {
  const symbols = [...bars.series.keys()].filter((symbol) => symbol.toUpperCase().includes(wanted)).sort();
  if (order === "symbol") return symbols;
  const value = (symbol: string) => (order === "volume" ? volume(bars, symbol) : mover(bars, bars.series.get(symbol)!.at(-1)!).change) ?? -Infinity;
  const values = new Map(symbols.map((symbol) => [symbol, value(symbol)]));
  return symbols.sort((a, b) => values.get(b)! - values.get(a)!);
}

export function Symbols() {
  const feed = useFeed(often_ms);
  const bars = feed.tables.get("bars");
  const [filter, setFilter] = useState("");
  const [order, setOrder] = useState<Order>("symbol");
  const [top, setTop] = useState(0);
  const [height, setHeight] = useState(600);
  const [selected, setSelected] = useState(0);
  const list = useRef<HTMLDivElement>(null);

  useEffect(() => {
    const element = list.current;
    if (!element) return;
    const size = new ResizeObserver(() => setHeight(element.clientHeight));
    size.observe(element);
    return () => size.disconnect();
  }, [bars !== undefined]);

  // Scrolling alone, and in the order of names also what came, leave the order as it is.
  const count_of = bars?.series.size ?? 0;
  const moment = order === "symbol" ? 0 : Math.floor(Date.now() / (count_of > many ? seldom_ms : often_ms));
  const rows = useMemo(() => (bars ? ordered(bars, filter.trim().toUpperCase(), order) : []), [bars, count_of, filter, order, moment]);

  if (!bars) return <p class="empty">Not wired in: no input of the http sink is called <code>bars</code>.</p>;
  const first = Math.max(0, Math.floor(top / row_height) - beyond);
  const visible = rows.slice(first, first + Math.ceil(height / row_height) + 2 * beyond);

  const select = (index: number) => {
    const within = Math.max(0, Math.min(rows.length - 1, index));
    setSelected(within);
    const element = list.current!;
    if (within * row_height < element.scrollTop) element.scrollTop = within * row_height;
    if ((within + 1) * row_height > element.scrollTop + element.clientHeight) element.scrollTop = (within + 1) * row_height - element.clientHeight;
  };
  const keys = (event: KeyboardEvent) => {
    const page = Math.floor(height / row_height);
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -rows.length, End: rows.length };
    const step = steps[event.key];
    if (step !== undefined) {
      select(selected + step);
      event.preventDefault();
    } else if (event.key === "Enter" && rows[selected]) {
      location.hash = `/symbol/${encodeURIComponent(rows[selected])}`;
    }
  };
  return (
    <>
      <h1>Symbols</h1>
      <Panel title={`${rows.length} symbols`} id="symbols" wide>
        <div class="tools">
          <label>
            Filter <input type="search" value={filter} onInput={(event) => setFilter(event.currentTarget.value)} />
          </label>
          <label>
            Order{" "}
            <select value={order} onChange={(event) => setOrder(event.currentTarget.value as Order)}>
              <option value="symbol">symbol</option>
              <option value="change">change</option>
              <option value="volume">volume</option>
            </select>
          </label>
        </div>
        <div
          class="virtual"
          ref={list}
          role="listbox"
          tabIndex={0}
          aria-label="Symbols; arrows move, Enter opens"
          aria-activedescendant={rows[selected] ? `symbol-${selected}` : undefined}
          onKeyDown={keys}
          onScroll={(event) => setTop(event.currentTarget.scrollTop)}
        >
          <div style={{ height: `${rows.length * row_height}px` }} role="presentation">
            {visible.map((symbol, i) => {
              const index = first + i;
              const row = mover(bars, bars.series.get(symbol)!.at(-1)!);
              return (
                <div
                  key={row.symbol}
                  id={`symbol-${index}`}
                  class={index === selected ? "line selected" : "line"}
                  style={{ transform: `translateY(${index * row_height}px)` }}
                  role="option"
                  data-symbol={row.symbol}
                  data-received={row.received}
                  aria-selected={index === selected}
                  aria-setsize={rows.length}
                  aria-posinset={index + 1}
                  onClick={() => (location.hash = `/symbol/${encodeURIComponent(row.symbol)}`)}
                >
                  <b>{row.symbol}</b>
                  <span class="number">{price(row.close)}</span>
                  <span class={`number ${direction(row.change)}`}>{change(row.change)}</span>
                  <span class="number wide-only">{count(volume(bars, symbol))}</span>
                  <span class="number wide-only">{time(row.at || null)}</span>
                </div>
              );
            })}
          </div>
        </div>
      </Panel>
    </>
  );
}
