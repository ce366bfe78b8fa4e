// All symbols: only the rows in sight are in the page, so that 10,000 scroll as 10 do.
import { useEffect, useRef, useState } from "preact/hooks";
import { change, count, direction, price, time } from "../format";
import { Panel, useFeed } from "../page";
import { movers } from "./movers";

const row_height = 32;
const beyond = 8; // rows kept ready above and below

type Order = "symbol" | "change" | "volume";

export function Symbols() {
  const feed = useFeed(250);
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

  if (!bars) return <p class="empty">Not wired in: no input of the http sink is called <code>bars</code>.</p>;
  const wanted = filter.trim().toUpperCase();
  const rows = movers(bars).filter((row) => row.symbol.toUpperCase().includes(wanted));
  const volume = (symbol: string) => bars.number(bars.series.get(symbol)?.at(-1), "day_volume") ?? bars.number(bars.series.get(symbol)?.at(-1), "volume");
  const volumes = new Map(rows.map((row) => [row.symbol, volume(row.symbol)]));
  rows.sort((a, b) =>
    order === "change" ? (b.change ?? -9) - (a.change ?? -9) : order === "volume" ? (volumes.get(b.symbol) ?? 0) - (volumes.get(a.symbol) ?? 0) : a.symbol < b.symbol ? -1 : 1,
  );
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
      location.hash = `/symbol/${encodeURIComponent(rows[selected].symbol)}`;
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
            {visible.map((row, i) => {
              const index = first + i;
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
                  <span class="number wide-only">{count(volumes.get(row.symbol) ?? null)}</span>
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
