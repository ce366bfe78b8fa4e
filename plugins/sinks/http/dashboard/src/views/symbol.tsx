import { useEffect, useMemo, useState } from "preact/hooks";
import { Candles, type Candle } from "../charts";
import { change, count, date_and_time, direction, price } from "../format";
import { Panel, useFeed } from "../page";
import { mover as mover_of } from "./movers";

const frames = ["1m", "5m", "15m", "30m", "1h"];

export function SymbolPage(props: { symbol: string }) {
  const feed = useFeed(100);
  const [tf, setTf] = useState("1m");
  const [candles, setCandles] = useState<Candle[]>([]);
  const [problem, setProblem] = useState("");
  const epoch = feed.status?.epoch;

  useEffect(() => {
    let current = true;
    const load = async () => {
      try {
        const answer = await fetch(`/api/bars/${encodeURIComponent(props.symbol)}?tf=${tf}&limit=1000`);
        const body = (await answer.json()) as { bars?: Candle[]; error?: string };
        if (!current) return;
        setCandles(body.bars ?? []);
        setProblem(body.error ?? "");
      } catch (error) {
        if (current) setProblem(String(error));
      }
    };
    void load();
    // Wider candles are put together by the server.
    const timer = tf === "1m" ? 0 : window.setInterval(() => void load(), 5_000);
    return () => {
      current = false;
      clearInterval(timer);
    };
  }, [props.symbol, tf, epoch]);

  const bars = feed.tables.get("bars");
  const row = bars?.series.get(props.symbol)?.at(-1);
  const last = useMemo<Candle | null>(() => {
    if (!bars || !row || tf !== "1m") return null;
    const n = (name: string) => bars.number(row, name) ?? 0;
    return { time: bars.text(row, "timestamp"), open: n("open"), high: n("high"), low: n("low"), close: n("close"), volume: n("volume") };
  }, [row, tf]);
  const mover = bars && row ? mover_of(bars, row) : undefined;
  return (
    <>
      <h1>
        {props.symbol} <span class="now" data-last={props.symbol}>{price(mover?.close ?? null)}</span>{" "}
        <span class={direction(mover?.change ?? null)}>{change(mover?.change ?? null)}</span>
      </h1>
      <Panel title="Candles and volume" id="candles" wide note={mover ? `last bar ${date_and_time(mover.at)}` : undefined}>
        <div class="tools" role="group" aria-label="Width of a candle">
          {frames.map((frame) => (
            <button type="button" aria-pressed={frame === tf} onClick={() => setTf(frame)}>
              {frame}
            </button>
          ))}
        </div>
        {problem && <p class="empty" role="alert">{problem}</p>}
        <Candles candles={candles} last={last} label={`${candles.length} candles of ${props.symbol}, ${tf} each`} />
      </Panel>
      <div class="panels">
        {[...feed.tables.values()]
          .filter((table) => table.has("symbol") && table.status.columns?.some((c) => c.key && c.name === "symbol"))
          .map((table) => {
            const newest = (table.series.get(props.symbol)?.at(-1) ?? table.latest().find((r) => table.value(r, "symbol") === props.symbol));
            return (
              <Panel title={`Table ${table.status.name}`} id={`table-${table.status.name}`}>
                {newest ? (
                  <dl class="facts">
                    {table.columns.map((name, i) => (
                      <div>
                        <dt>{name}</dt>
                        <dd>{typeof newest[i] === "number" && Math.abs(newest[i] as number) >= 10_000 ? count(newest[i] as number) : String(newest[i] ?? "–")}</dd>
                      </div>
                    ))}
                  </dl>
                ) : (
                  <p class="empty">No row of this symbol.</p>
                )}
              </Panel>
            );
          })}
      </div>
    </>
  );
}
