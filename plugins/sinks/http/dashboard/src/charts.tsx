// The two charting libraries, behind components that follow data and theme.
import { CandlestickSeries, HistogramSeries, createChart, type IChartApi, type ISeriesApi, type UTCTimestamp } from "lightweight-charts";
import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";

function color(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** Calls `draw` when the page turns dark or light. */
function onTheme(draw: () => void): () => void {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const observer = new MutationObserver(draw);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  dark.addEventListener("change", draw);
  return () => {
    observer.disconnect();
    dark.removeEventListener("change", draw);
  };
}

export interface Candle {
  time: string;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
}

// The library draws times as if they were UTC: New York's offset is added for it.
const offset_of = new Intl.DateTimeFormat("en-US", { timeZone: "America/New_York", timeZoneName: "longOffset" });
export function chart_time(iso: string): UTCTimestamp {
  const date = new Date(iso);
  const part = offset_of.formatToParts(date).find((p) => p.type === "timeZoneName")?.value ?? "GMT";
  const found = /GMT([+-])(\d\d):(\d\d)/.exec(part);
  const minutes = found ? (found[1] === "-" ? -1 : 1) * (Number(found[2]) * 60 + Number(found[3])) : 0;
  return (date.getTime() / 1_000 + minutes * 60) as UTCTimestamp;
}

export function Candles(props: { candles: Candle[]; last: Candle | null; label: string }) {
  const at = useRef<HTMLDivElement>(null);
  const parts = useRef<{ chart: IChartApi; prices: ISeriesApi<"Candlestick">; volume: ISeriesApi<"Histogram"> } | null>(null);
  const bar = (c: Candle) => ({ time: chart_time(c.time), open: c.open, high: c.high, low: c.low, close: c.close });
  const column = (c: Candle) => ({ time: chart_time(c.time), value: c.volume, color: color(c.close >= c.open ? "--up-soft" : "--down-soft") });

  useEffect(() => {
    const chart = createChart(at.current!, { autoSize: true, layout: { attributionLogo: false }, timeScale: { timeVisible: true } });
    const prices = chart.addSeries(CandlestickSeries, {});
    const volume = chart.addSeries(HistogramSeries, { priceFormat: { type: "volume" }, priceScaleId: "volume" });
    chart.priceScale("volume").applyOptions({ scaleMargins: { top: 0.8, bottom: 0 } });
    parts.current = { chart, prices, volume };
    const paint = () => {
      chart.applyOptions({
        layout: { background: { color: color("--panel") }, textColor: color("--text") },
        grid: { vertLines: { color: color("--line") }, horzLines: { color: color("--line") } },
      });
      const up = color("--up");
      const down = color("--down");
      prices.applyOptions({ upColor: up, downColor: down, borderUpColor: up, borderDownColor: down, wickUpColor: up, wickDownColor: down });
    };
    paint();
    const leave = onTheme(paint);
    return () => {
      leave();
      chart.remove();
      parts.current = null;
    };
  }, []);
  useEffect(() => {
    parts.current?.prices.setData(props.candles.map(bar));
    parts.current?.volume.setData(props.candles.map(column));
  }, [props.candles]);
  useEffect(() => {
    const newest = props.candles[props.candles.length - 1];
    if (!props.last || !parts.current || (newest && newest.time > props.last.time)) return;
    parts.current.prices.update(bar(props.last));
    parts.current.volume.update(column(props.last));
  }, [props.last, props.candles]);
  return <div class="candles" ref={at} role="img" aria-label={props.label} />;
}

/** Lines over time; `values` as uPlot wants them: seconds first, then one list a line. */
export function Lines(props: { names: string[]; values: (number | null)[][]; label: string; height?: number }) {
  const at = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  useEffect(() => {
    const element = at.current!;
    const make = () => {
      plot.current?.destroy();
      const axis = { stroke: color("--text"), grid: { stroke: color("--line"), width: 1 }, ticks: { stroke: color("--line"), width: 1 } };
      const strokes = ["--accent", "--up", "--down", "--text"];
      plot.current = new uPlot(
        {
          width: Math.max(element.clientWidth, 100),
          height: props.height ?? 180,
          tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1_000), "America/New_York"),
          axes: [axis, axis],
          series: [{}, ...props.names.map((label, i) => ({ label, stroke: color(strokes[i % strokes.length]!), width: 2 }))],
        },
        props.values as uPlot.AlignedData,
        element,
      );
    };
    make();
    const size = new ResizeObserver(() => plot.current?.setSize({ width: Math.max(element.clientWidth, 100), height: props.height ?? 180 }));
    size.observe(element);
    const leave = onTheme(make);
    return () => {
      leave();
      size.disconnect();
      plot.current?.destroy();
      plot.current = null;
    };
  }, [props.names.join()]);
  useEffect(() => plot.current?.setData(props.values as uPlot.AlignedData), [props.values]);
  return <div class="lines" ref={at} role="img" aria-label={props.label} />;
}
