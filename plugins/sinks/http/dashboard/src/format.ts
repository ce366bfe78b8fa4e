// Numbers and times as people read them.

const prices = new Intl.NumberFormat("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const counts = new Intl.NumberFormat("en-US", { notation: "compact", maximumFractionDigits: 1 });
const market_time = new Intl.DateTimeFormat("en-US", {
  timeZone: "America/New_York",
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
});
const market_date = new Intl.DateTimeFormat("en-CA", { timeZone: "America/New_York" });

export const absent = "–";

export function price(value: number | null): string {
  return value === null ? absent : prices.format(value);
}

export function count(value: number | null): string {
  return value === null ? absent : counts.format(value);
}

/** A fraction as a percentage with its sign. */
export function change(fraction: number | null): string {
  if (fraction === null || !Number.isFinite(fraction)) return absent;
  const text = prices.format(Math.abs(fraction * 100));
  return `${fraction > 0 ? "+" : fraction < 0 ? "−" : ""}${text} %`;
}

export function percent(points: number | null): string {
  return points === null ? absent : `${points.toFixed(1)} %`;
}

/** Time of day on the market. */
export function time(iso: string | null): string {
  return iso ? market_time.format(new Date(iso)) : absent;
}

export function date_and_time(iso: string | null): string {
  return iso ? `${market_date.format(new Date(iso))} ${time(iso)}` : absent;
}

export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 120_000) return `${Math.round(ms / 1_000)} s`;
  if (ms < 7_200_000) return `${Math.round(ms / 60_000)} min`;
  return `${Math.round(ms / 3_600_000)} h`;
}

export function direction(value: number | null): "up" | "down" | "flat" {
  return value === null || value === 0 ? "flat" : value > 0 ? "up" : "down";
}
